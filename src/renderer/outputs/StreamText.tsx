import { memo, useMemo, useState, type CSSProperties } from 'react'
import { excerptOf } from './excerpt.ts'
import { terminalLines, type TextLine, type TextStyle } from './terminal.ts'

const blockLines = 400

/** What a cell printed. Long text shows its beginning and its end; what is between is one click away. */
export const StreamText = memo(function StreamText({ text, stream }: { text: string; stream: 'stdout' | 'stderr' }) {
  const [all, setAll] = useState(false)
  const excerpt = useMemo(() => excerptOf(text), [text])
  const whole = all || excerpt === null
  const full = useMemo(() => (whole ? terminalLines(text) : []), [whole, text])
  return (
    <div className="stream" data-stream={stream}>
      {whole ? (
        <div className={excerpt === null ? undefined : 'stream-all'} tabIndex={excerpt === null ? undefined : 0}>
          <Lines lines={full} />
        </div>
      ) : (
        <>
          <Lines lines={excerpt.head} />
          <p className="stream-gap">
            <span>{excerpt.leftOut}</span>
            <button className="line-link" onClick={() => setAll(true)}>
              {excerpt.showAll}
            </button>
          </p>
          <Lines lines={excerpt.tail} />
        </>
      )}
    </div>
  )
})

function Lines({ lines }: { lines: readonly TextLine[] }) {
  return blocks(lines).map((block, index) => (
    <pre key={index}>
      {block.map((line, row) => (
        <Line key={row} line={line} last={row === block.length - 1} />
      ))}
    </pre>
  ))
}

function Line({ line, last }: { line: TextLine; last: boolean }) {
  return (
    <>
      {line.map(({ text, style }, index) =>
        Object.keys(style).length === 0 ? (
          text
        ) : (
          <span key={index} style={cssOf(style)}>
            {text}
          </span>
        ),
      )}
      {last ? null : '\n'}
    </>
  )
}

/** In blocks, so that the browser need not lay out those that are out of sight. */
function blocks(lines: readonly TextLine[]): TextLine[][] {
  const count = Math.ceil(lines.length / blockLines)
  return Array.from({ length: count }, (_, at) => lines.slice(at * blockLines, (at + 1) * blockLines))
}

function cssOf({ ink, ground, bold, dim, italic, underline }: TextStyle): CSSProperties {
  return {
    color: colour(ink),
    background: colour(ground),
    fontWeight: bold === true ? 600 : undefined,
    opacity: dim === true ? 0.7 : undefined,
    fontStyle: italic === true ? 'italic' : undefined,
    textDecoration: underline === true ? 'underline' : undefined,
  }
}

/** The first 16 colours follow the theme; the rest is the usual cube of 216 and 24 greys. */
function colour(value: number | string | undefined): string | undefined {
  if (typeof value !== 'number') return value
  if (value < 16) return `var(--ansi-${value})`
  if (value >= 232)
    return `rgb(${Array(3)
      .fill((value - 232) * 10 + 8)
      .join(' ')})`
  const level = (step: number) => (step === 0 ? 0 : 55 + step * 40)
  const cube = value - 16
  return `rgb(${level(Math.floor(cube / 36))} ${level(Math.floor(cube / 6) % 6)} ${level(cube % 6)})`
}
