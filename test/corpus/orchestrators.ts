import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { defaultNamespace, loadSql, notebookCalls } from '../../src/kernel/analysis/index.ts'
import { readNotebook, type CellKind } from '../../src/kernel/notebook/index.ts'
import { convertWorkflow, type WrittenCell } from '../../src/kernel/orchestration/index.ts'

// node test/corpus/orchestrators.ts FOLDER: what becomes of the notebooks in a folder that call notebooks.

/** How the calls of a notebook stand after the conversion. */
type Outcome = 'single' | 'apart' | 'converted' | 'stays'

interface Told {
  readonly path: string
  readonly calls: number
  /** Every path, and how often each notebook is called, is in the text. */
  readonly literal: boolean
  readonly outcome: Outcome
  readonly reasons: readonly string[]
}

const folder = process.argv[2] ?? '.'
await loadSql()
const told: Told[] = []
for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
  const path = join(entry.parentPath, entry.name)
  if (!entry.isFile() || !/\.(py|ipynb)$/.test(path) || /[/\\]\.git[/\\]/.test(path)) continue
  const cells = cellsOf(path, await readFile(path, 'utf8'))
  const code = cells.filter(({ kind }) => kind === 'python')
  if (!code.some(({ source }) => /\bnotebook\s*\.\s*run\b/.test(source))) continue
  const one = look(relative(folder, path), cells)
  if (one.calls > 0) told.push(one)
}

const literal = told.filter((one) => one.literal)
const done = literal.filter(({ outcome }) => outcome !== 'stays')
for (const { path, calls, literal: known, outcome, reasons } of told)
  console.log(
    `${outcome.padEnd(9)} ${known ? 'literal' : 'open   '} ${String(calls).padStart(3)} ${path}${reasons.map((why) => `\n    ${why}`).join('')}`,
  )
const count = (outcome: Outcome): number => literal.filter((one) => one.outcome === outcome).length
console.log(
  `\n${told.length} notebooks with ${told.reduce((sum, { calls }) => sum + calls, 0)} calls; ${literal.length} are literal: ` +
    `${count('single')} with one call, ${count('apart')} with a cell for each, ${count('converted')} converted, ${count('stays')} stay. ` +
    `${literal.length === 0 ? 100 : Math.round((100 * done.length) / literal.length)} % are workflows now.`,
)

function look(path: string, cells: readonly WrittenCell[]): Told {
  const context = { namespace: defaultNamespace, files: () => null }
  const { calls } = notebookCalls({ cells: cells as never }, context, 'open')
  const { converted, refused } = convertWorkflow(cells, context)
  const outcome =
    refused.length > 0 ? 'stays' : converted.length > 0 ? 'converted' : calls.length > 1 ? 'apart' : 'single'
  const isKnown = calls.every((call) => call.path !== null && (!call.repeated || call.helper !== null))
  return { path, calls: calls.length, literal: isKnown, outcome, reasons: refused.map(({ reason }) => reason) }
}

/** The cells of a source notebook, or of a Jupyter file. */
function cellsOf(path: string, text: string): WrittenCell[] {
  try {
    if (!path.endsWith('.ipynb')) return [...readNotebook(new TextEncoder().encode(text), path).cells]
    const { cells } = JSON.parse(text) as { cells?: { cell_type: string; source: string | string[] }[] }
    return (cells ?? []).map(({ cell_type, source }) => {
      const own = Array.isArray(source) ? source.join('') : source
      const magic = /^%%?(sql|run|md|pip|sh|fs|scala|r)\b[ \t]*\n?/.exec(own)
      const kind = cell_type !== 'code' ? 'markdown' : ((magic?.[1] ?? 'python').replace('md', 'markdown') as CellKind)
      return { kind, title: null, source: magic === null ? own : own.slice(magic[0].length) }
    })
  } catch {
    return []
  }
}
