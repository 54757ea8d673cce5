import { lazy, Suspense, useMemo } from 'react'
import { TableView } from '../../kernel/contract/index.ts'
import { HtmlFrame } from './HtmlFrame.tsx'
import { markdownToHtml } from './markdown.ts'
import { pickMime } from './mime.ts'
import { StreamText } from './StreamText.tsx'
import { ResultTable } from './ResultTable.tsx'

const VegaChart = lazy(() => import('./VegaChart.tsx'))

/** A value in the richest form that the page can show. */
export function DisplayOutput({ data }: { data: Readonly<Record<string, unknown>> }) {
  const mime = pickMime(data)
  const content = mime === null ? null : data[mime]
  const plain = text(data['text/plain'])
  if (mime === null)
    return <p className="quiet">This output has no form that can be shown: {Object.keys(data).join(', ')}</p>
  if (mime === 'application/vnd.dagbook.table+json') return <Table content={content} />
  if (mime.startsWith('application/vnd.vega')) {
    return (
      <Suspense fallback={<div className="chart loading" />}>
        <VegaChart spec={content} mime={mime} />
      </Suspense>
    )
  }
  if (mime === 'image/svg+xml') {
    const address = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text(content))}`
    return <img className="image" src={address} alt={plain || 'Image'} />
  }
  if (mime.startsWith('image/'))
    return <img className="image" src={`data:${mime};base64,${text(content)}`} alt={plain || 'Image'} />
  if (mime === 'text/html' || mime === 'application/javascript') return <HtmlFrame mime={mime} text={text(content)} />
  if (mime === 'text/markdown') return <Markdown source={text(content)} />
  if (mime === 'application/json') return <StreamText text={JSON.stringify(content, null, 2)} stream="stdout" />
  return <StreamText text={text(content)} stream="stdout" />
}

function Table({ content }: { content: unknown }) {
  const table = useMemo(() => TableView.safeParse(content), [content])
  return table.success ? <ResultTable table={table.data} /> : <p className="quiet">This table cannot be read.</p>
}

function Markdown({ source }: { source: string }) {
  const html = useMemo(() => markdownToHtml(source), [source])
  return <div className="prose" dangerouslySetInnerHTML={{ __html: html }} />
}

/** Text of a MIME bundle: one string, or Jupyter's list of lines. */
function text(content: unknown): string {
  if (Array.isArray(content)) return content.map(String).join('')
  return typeof content === 'string'
    ? content
    : content === undefined || content === null
      ? ''
      : JSON.stringify(content)
}
