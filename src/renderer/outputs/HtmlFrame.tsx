import { useEffect, useRef, useState } from 'react'
import { z } from 'zod'
import { useSession } from '../state/index.ts'
import { useTheme } from '../theme/theme.ts'

const Report = z.object({ height: z.number() })
const tallest = 1200
const firstHeight = 80

/**
 * HTML or JavaScript that a cell made, in a sandbox without origin: it can draw, and nothing else. It hears and speaks over one
 * message port; all the page believes of it is a height, within limits.
 */
export function HtmlFrame({ mime, text }: { mime: string; text: string }) {
  const { host } = useSession()
  const theme = useTheme()
  const frame = useRef<HTMLIFrameElement>(null)
  const [height, setHeight] = useState(firstHeight)
  useEffect(() => {
    const element = frame.current!
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = (event) => {
      const report = Report.safeParse(event.data)
      if (report.success) setHeight(Math.min(Math.max(report.data.height, 16), tallest))
    }
    const style = getComputedStyle(document.documentElement)
    const show = () => {
      const colours = { ink: style.getPropertyValue('--ink'), ground: style.getPropertyValue('--page'), scheme: theme }
      element.contentWindow?.postMessage({ type: 'show', mime, text, ...colours }, '*', [port2])
    }
    element.addEventListener('load', show, { once: true })
    return () => {
      element.removeEventListener('load', show)
      port1.close()
    }
  }, [mime, text, theme])
  return (
    <iframe
      key={`${theme}${text}`}
      ref={frame}
      className="html-frame"
      title="Output"
      sandbox="allow-scripts"
      src={host.frameUrl}
      style={{ height }}
    />
  )
}
