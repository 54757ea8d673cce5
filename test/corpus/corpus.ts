/**
 * What the analysis makes of real notebooks: `npm run corpus -- FOLDER… [--json] [--list CAUSE] [--most N]`. Each folder is a project;
 * notebooks with the same bytes count once. `--list` shows where a cause, a diagnostic or a fault stands (all whose names contain
 * the word).
 */
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { loadSql } from '../../src/kernel/analysis/index.ts'
import { measure, type Measured } from './measure.ts'
import { candidatesIn, filesOf, hashOf, nameOf } from './notebook-files.ts'
import { countsOf, tableOf } from './report.ts'
import { summarize } from './summary.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    list: { type: 'string', multiple: true, default: [] },
    most: { type: 'string', default: '40' },
  },
})
if (positionals.length === 0) {
  console.error('Say which folders of notebooks to read: npm run corpus -- FOLDER… [--json] [--list CAUSE] [--most N]')
  process.exit(2)
}
const most = Number(values.most)

await loadSql()
const seen = new Set<string>()
const projects = positionals.map((folder) => measureProject(resolve(folder)))
const all = projects.flatMap(({ measured }) => measured)
const summaries = projects.map(({ name, measured, others, copies }) => summarize(name, measured, others, copies))
const count = (of: 'others' | 'copies'): number => projects.reduce((sum, each) => sum + each[of], 0)
const total = summarize('total', all, count('others'), count('copies'))
const examples = projects.flatMap(({ root, measured }) =>
  measured.flatMap((each) => each.examples.map((example) => ({ ...example, path: `${root}/${example.path}` }))),
)
const failures = examples.filter(({ cause }) => ['not-opened', 'other-bytes', 'crash'].includes(cause))
const listed = examples.filter(({ cause }) => values.list.some((word) => cause.includes(word)))
const slowest = [...all].sort((a, b) => b.ms / b.cells - a.ms / a.cells).slice(0, 5)
globalThis.gc?.()
const memory = {
  peakMB: Math.round(process.resourceUsage().maxRSS / 1024),
  afterMB: Math.round(process.memoryUsage().heapUsed / 1024 / 1024),
}

if (values.json) {
  const projectsWithFailures = { projects: summaries, total, failures, slowest: slowest.map(pace), memory, listed }
  console.log(JSON.stringify(projectsWithFailures, null, 2))
} else if (values.list.length > 0) {
  for (const { cause, path, line, text } of listed.slice(0, most)) console.log(`${path}:${line}  [${cause}]  ${text}`)
  if (listed.length > most) console.log(`… and ${listed.length - most} more (--most ${listed.length})`)
} else {
  console.log(tableOf([...summaries, total]))
  console.log(`\n${countsOf(total, most)}`)
  const { mean, median, p95, most: longest } = total.msPerCell
  const [a, b, c, d] = [mean, median, p95, longest].map((ms) => ms.toFixed(1))
  console.log(`\nms per cell: mean ${a}; of notebooks: median ${b}, 95 % ${c}, most ${d}`)
  for (const { path, ms, cells } of slowest.map(pace)) console.log(`  ${ms} ms for ${cells} cells: ${path}`)
  console.log(`memory: at most ${memory.peakMB} MB, ${memory.afterMB} MB of objects at the end`)
  if (failures.length > 0) console.log('\nFailures')
  for (const { cause, path, line, text } of failures) console.log(`  ${path}:${line}  [${cause}]  ${text}`)
}

function measureProject(root: string) {
  const files = filesOf(root)
  const measured: Measured[] = []
  let others = 0
  let copies = 0
  for (const file of candidatesIn(root)) {
    const hash = hashOf(file)
    const isCopy = seen.has(hash)
    seen.add(hash)
    const result = isCopy ? null : measure(file, files)
    if (isCopy) copies++
    else if (result === null) others++
    else measured.push(result)
  }
  return { root, name: nameOf(root), measured, others, copies }
}

function pace({ path, ms, cells }: Measured) {
  return { path, ms: Math.round(ms), cells }
}
