import { Problem } from '../../problem/index.ts'
import { conflictLine, decode } from '../bytes.ts'
import { countLines } from '../lines.ts'
import type { Cell, CellText, Notebook } from '../notebook.ts'
import { type JupyterCell, readCell, rowOffsets } from './cell.ts'
import { isFault, type JsonFault, type JsonNode, property, readJson } from './json.ts'
import { isDatabricks, type JupyterStyle, kernelLanguage, layoutOf } from './style.ts'

const openAnother = 'Open a file that Jupyter or Databricks wrote.'

/** Reads a notebook as Jupyter and Databricks write it. Throws the Problems of `readNotebook`. */
export function readJupyter(bytes: Uint8Array, path: string): Notebook {
  const text = decode(bytes, path)
  const problemAt = (code: 'DB-1001' | 'DB-1003' | 'DB-1004' | 'DB-1011' | 'DB-1012', what: string, offset: number) =>
    new Problem(
      code,
      what,
      { path, line: 1 + countLines(text.slice(0, offset)) },
      code === 'DB-1001' ? openAnother : undefined,
    )
  const conflict = conflictLine(text)
  if (conflict > 0)
    throw new Problem('DB-1003', 'The file has the markers of a merge conflict.', { path, line: conflict })
  if (text.trim() === '') throw problemAt('DB-1001', 'This is not a notebook: the file is empty.', 0)
  const end = /\0+$/.exec(text)
  if (end !== null && text.startsWith('{')) throw problemAt('DB-1004', 'The file ends in zero bytes.', end.index)
  if (!/^\ufeff?\s*\{/.test(text)) throw problemAt('DB-1001', 'This is not a notebook: the file is not JSON.', 0)

  const broken = ({ what, offset, atEnd }: JsonFault): Problem =>
    atEnd
      ? problemAt('DB-1004', 'The file ends in the middle of its JSON.', offset)
      : problemAt('DB-1011', `This notebook cannot be read: ${what}.`, offset)
  // What is in cells is read cell by cell; what widgets keep of themselves is nobody's business.
  const root = readJson(text, (key, depth) => (depth > 2 && key !== 'cells') || key === 'widgets')
  if (isFault(root)) throw broken(root)
  const { version, minor } = versionOf(root, problemAt)
  const sheets = cellLists(root, version, problemAt)
  const lists = sheets.length > 0 ? sheets : [property(root, 'worksheets')!]
  const metadata = property(root, 'metadata')
  const nodes = sheets.flatMap(({ items }) => items)
  const style: JupyterStyle = {
    version,
    minor,
    databricks: isDatabricks(metadata),
    language: kernelLanguage(metadata),
    ...layoutOf(text, root),
    lines: hasLines(nodes),
    sheetless: sheets.length === 0,
  }
  const first = lists.find(({ items }) => items.length > 0) ?? lists[0]!
  const start = first.start + 1
  const parts = nodes.length === 0 ? [] : cutCells(text, lists, start)
  const postamble = nodes.length === 0 ? start : parts.at(-1)!.end
  const cells: Cell[] = []
  let line = 1 + countLines(text.slice(0, start))
  for (const { text: part, at } of parts) {
    const read = readCell(part.body, style)
    if (isFault(read)) throw broken({ ...read, offset: at + read.offset })
    cells.push(cellAt(part, read, line))
    line += countLines(part.lead) + countLines(part.body) + countLines(part.trail)
  }
  return {
    format: 'jupyter',
    language: style.language ?? 'python',
    preamble: text.slice(0, start),
    cells,
    postamble: text.slice(postamble),
    eol: /^[^\n]*\r\n/.test(text) ? '\r\n' : '\n',
    jupyter: style,
  }
}

/** The cell whose text starts on `line` of the file. */
export function cellAt(text: CellText, read: JupyterCell, line: number): Cell {
  const offset = rowOffsets(read)[0] ?? read.node.start
  const above = countLines(text.lead) + countLines(text.body.slice(0, offset))
  return { kind: read.kind, title: read.title, source: read.source, line: line + above, text }
}

type ProblemAt = (code: 'DB-1001' | 'DB-1011' | 'DB-1012', what: string, offset: number) => Problem

function versionOf(root: JsonNode, problemAt: ProblemAt): { version: 3 | 4; minor: number } {
  const said = property(root, 'nbformat')
  const holdsCells = property(root, 'cells') ?? property(root, 'worksheets')
  if (said === undefined && holdsCells === undefined)
    throw problemAt('DB-1001', 'This is not a notebook: the file is other JSON, without nbformat and cells.', 0)
  if (typeof said?.value !== 'number')
    throw problemAt('DB-1011', 'This notebook cannot be read: it does not say its nbformat.', said?.start ?? 0)
  const version = said.value
  if (version !== 3 && version !== 4) {
    const than = version < 3 ? 'older' : 'newer'
    throw problemAt(
      'DB-1012',
      `The notebook is of version ${version}, which is ${than} than those that are read here: 3 and 4.`,
      said.start,
    )
  }
  const minor = property(root, 'nbformat_minor')?.value
  return { version, minor: typeof minor === 'number' ? minor : 0 }
}

/** The lists that hold cells: one, in version 3 one for each worksheet. */
function cellLists(root: JsonNode, version: 3 | 4, problemAt: ProblemAt): JsonNode[] {
  const list = (parent: JsonNode, key: string): JsonNode => {
    const found = property(parent, key)
    if (found?.type === 'array') return found
    const what = found === undefined ? `it has no list of ${key}` : `its ${key} are not a list`
    throw problemAt('DB-1011', `This notebook cannot be read: ${what}.`, found?.start ?? parent.start)
  }
  if (version === 4) return [list(root, 'cells')]
  return list(root, 'worksheets').items.map((sheet) => list(sheet, 'cells'))
}

/** Cuts what is between the first list's bracket and the last cell's end, with the white space behind it, into cells. */
function cutCells(
  text: string,
  lists: readonly JsonNode[],
  start: number,
): { text: CellText; at: number; end: number }[] {
  const nodes = lists.flatMap((list) => list.items.map((node) => ({ node, list })))
  let from = start
  return nodes.map(({ node, list }, index) => {
    const next = nodes[index + 1]
    // A cell's trail ends with what parts it from the next: a comma, or all that is between two worksheets.
    const to =
      next === undefined ? list.end - 1 : next.list === list ? text.indexOf(',', node.end) + 1 : next.list.start + 1
    const part: CellText = {
      lead: text.slice(from, node.start),
      body: text.slice(node.start, node.end),
      trail: text.slice(node.end, to),
    }
    from = to
    return { text: part, at: node.start, end: to }
  })
}

/** Whether sources are lists of lines: as the first cell has it that says so. */
function hasLines(nodes: readonly JsonNode[]): boolean {
  for (const node of nodes) {
    const source = property(node, 'source') ?? property(node, 'input')
    if (source !== undefined) return source.type !== 'string'
  }
  return true
}
