import { useEffect, useRef, useState } from 'react'
import embed, { type Config, type VisualizationSpec } from 'vega-embed'
import { expressionInterpreter } from 'vega-interpreter'
import { useTheme } from '../theme/theme.ts'

/** A Vega or Vega-Lite chart in the colours of the page. Expressions are interpreted, not compiled: the page allows no eval. */
export default function VegaChart({ spec, mime }: { spec: unknown; mime: string }) {
  const theme = useTheme()
  const place = useRef<HTMLDivElement>(null)
  const [problem, setProblem] = useState<string | null>(null)
  useEffect(() => {
    let gone = false
    let finish: (() => void) | null = null
    embed(place.current!, spec as VisualizationSpec, {
      mode: mime.includes('vegalite') ? 'vega-lite' : 'vega',
      actions: false,
      renderer: 'svg',
      ast: true,
      expr: expressionInterpreter,
      tooltip: { theme },
      config: chartConfig(),
    }).then(
      (result) => {
        if (gone) result.finalize()
        else finish = () => result.finalize()
        setProblem(null)
      },
      (error: unknown) => setProblem(error instanceof Error ? error.message : String(error)),
    )
    return () => {
      gone = true
      finish?.()
    }
  }, [spec, mime, theme])
  return (
    <>
      {problem === null ? null : <p className="because">This chart cannot be drawn: {problem}</p>}
      <div className="chart" ref={place} />
    </>
  )
}

function chartConfig(): Config {
  const style = getComputedStyle(document.documentElement)
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim()
  const [ink, quiet, line, accent] = [token('ink'), token('quiet'), token('line'), token('accent')]
  const font = 'Inter, sans-serif'
  return {
    background: 'transparent',
    font,
    view: { stroke: 'transparent' },
    mark: { color: accent },
    bar: { fill: accent },
    line: { stroke: accent },
    point: { fill: accent },
    axis: {
      labelColor: quiet,
      titleColor: ink,
      gridColor: line,
      domainColor: line,
      tickColor: line,
      titleFontWeight: 500,
      labelFontSize: 11,
      titleFontSize: 12,
    },
    legend: { labelColor: quiet, titleColor: ink, titleFontWeight: 500 },
    title: { color: ink, fontSize: 13, fontWeight: 600, anchor: 'start' },
    header: { labelColor: quiet, titleColor: ink },
    text: { fill: ink },
    range: { category: [accent, '#c2703d', '#6b7fb8', '#a3863a', '#8c5a86', '#5b8f5b', '#b2555a', '#7d8590'] },
  }
}
