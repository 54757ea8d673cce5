import { placeOf } from '../analysis/index.ts'
import { graphOf } from './graph.testing.ts'

/**
 * One line of a file in the folder `cases`: a notebook, and what its graph is. The cells are parted by `///` and called 0, 1, 2…; `↵` ends a
 * line; `%sql` and the like begin a cell of that kind; `utils/a.py := …` is no cell but a file of the project. Then follows either
 *
 * - `=> 0>1 x, 1>2 table:t RAW`: all edges, each with what it is for. A name stands for itself; anything else has its kind and order:
 *   read after write, write after read, write after write.
 * - `~> r table:t, u path:/x ! unresolved-table`: all that the last cell does, bound at its place (r reads, w writes, u updates, m may
 *   write), and the remarks on it.
 *
 * `main.default.`, the schema where notebooks begin, is left out.
 */
export interface Case {
  readonly group: string
  readonly cells: string
  readonly wanted: string
  readonly kind: 'edges' | 'effects'
}

/** The cases of a file's text, in order. Lines that begin with `# ` head a group; `>` explains. */
export function readCases(text: string): readonly Case[] {
  const cases: Case[] = []
  let group = ''
  for (const line of text.split('\n')) {
    if (line.startsWith('# ')) group = line.slice(2)
    const at = Math.max(line.lastIndexOf(' =>'), line.lastIndexOf(' ~>'))
    if (at < 0 || line.startsWith('#') || line.startsWith('>')) continue
    const kind = line[at + 1] === '=' ? 'edges' : 'effects'
    cases.push({ group, cells: line.slice(0, at).trim(), wanted: inOrder(line.slice(at + 3).trim()), kind })
  }
  return cases
}

/** What the graph says of these cells, in the notation of the case. */
export function answer({ cells, kind }: Pick<Case, 'cells' | 'kind'>): string {
  const parts = cells.split(' /// ').map((text) => text.replaceAll('↵', '\n').trim())
  const files: Record<string, string> = {}
  const sources = parts.filter((part) => {
    const file = /^([\w./]+\.(?:py|sql|ipynb|json|ya?ml)) := ([^]*)$/.exec(part)
    if (file !== null) files[file[1]!] = file[2]!
    return file === null
  })
  const graph = graphOf(sources, files)
  if (kind === 'edges') return edgesOf(graph)
  const last = graph.cells.at(-1)!
  const found = graph.diagnostics.filter(({ cell, code }) => cell === last.id && code !== 'undefined-name')
  const remarks = [...new Set(found.map(({ code }) => code))].sort().join(', ')
  return `${effectsOf(last)}${remarks === '' ? '' : ` ! ${remarks}`}`.trim()
}

const orders = { 'read-after-write': 'RAW', 'write-after-read': 'WAR', 'write-after-write': 'WAW' }

type Graph = ReturnType<typeof graphOf>

function edgesOf({ edges }: Graph): string {
  const told = edges.flatMap(({ from, to, reasons }) =>
    reasons.map(({ kind, resource, order }) => {
      return `${from}>${to} ${kind === 'value' ? short(resource) : `${short(resource)} ${orders[order]}`}`
    }),
  )
  return told.sort().join(', ')
}

/** Reads that every use of Spark, SQL and imports makes. */
const usual = /^session:(conf|udf|pip|path|schema|catalog|plot|env)$/

function effectsOf({ effects }: Graph['cells'][number]): string {
  const told = effects
    .filter(({ mode, resource }) => !(mode === 'read' && (usual.test(resource) || resource.startsWith('name:'))))
    .map((effect) => `${effect.maybe ? 'm' : effect.mode[0]} ${short(placeOf(effect))}`)
  return [...new Set(told)].sort().join(', ')
}

function short(resource: string): string {
  return resource.replace(/^name:/, '').replace('table:main.default.', 'table:')
}

function inOrder(wanted: string): string {
  const [told, remarks] = wanted.split(/ ?! /)
  const sorted = (text: string): string => text.split(', ').sort().join(', ')
  return `${sorted(told!)}${remarks === undefined ? '' : ` ! ${sorted(remarks)}`}`.trim()
}
