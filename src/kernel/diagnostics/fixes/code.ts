import { Kind, readPython, resourceName, tokenize, type Fix, type FixEdit } from '../../analysis/index.ts'
import { pythonFacts, statementAround, type CallFact } from '../python-facts.ts'
import type { Fixer } from '../rule.ts'
import { seedingOf, unseeded, type Seeding } from '../rules/random.ts'
import { nameFor } from '../rules/secrets.ts'
import { cutPoints } from '../rules/size.ts'
import { unpinned } from '../rules/installs.ts'
import { change, lineStart, one, type Replacement } from './edits.ts'

/** Declares a parameter: in the cell above that declares others, else in a cell of its own right above. */
export const declareParameter: Fixer = ({ cells }, { index, diagnostic }, { newId }) => {
  if (diagnostic.resource === undefined) return []
  const name = resourceName(diagnostic.resource)
  const above = cells
    .slice(0, index)
    .findLast(({ kind, analysis }) => kind === 'python' && analysis.parameters.length > 0)
  const title = `Declare the parameter ${name}`
  const line = `dbutils.widgets.text(${JSON.stringify(name)}, "")`
  if (above === undefined) {
    const after = index === 0 ? null : cells[index - 1]!.id
    return one(title, { op: 'insert', cell: newId(), after, kind: 'python', title: null, source: line })
  }
  const last = above.analysis.parameters.at(-1)!.where
  const statement = above.analysis.statements.find(({ span }) => span.start <= last.start && span.end >= last.end)
  const isPlain = statement === undefined || lineStart(above.source, last.start) === statement.span.start
  const end = isPlain ? last.end : above.source.length
  return one(title, change(above, { where: { start: end, end }, text: `\n${line}` }))
}

const seed = 42

/** A seed: for the generators of the process a line of its own, for others an argument. */
export const insertSeed: Fixer = (_, { cell, diagnostic }) => {
  const { source, analysis } = cell
  const { where } = diagnostic
  const call = pythonFacts(source).calls.find(
    ({ node }) => node.start === where.start && node.start + node.length === where.end,
  )
  if (call === undefined) return []
  const { name } = call
  const own = unseeded(source)
  // Two columns of the same seed would be the same.
  if (own.includes(call))
    return one(
      'Set a seed',
      change(cell, ...own.map((each, at) => withArgument(source, each, seedArgument(seedingOf(each)!, seed + at)))),
    )
  if (takesState.test(name)) return one('Set a seed', change(cell, withArgument(source, call, `random_state=${seed}`)))
  const module = /^(.*\brandom)\.\w+$/.exec(name)?.[1] ?? (/^random\.\w+$/.test(name) ? 'random' : undefined)
  const statement = analysis.statements.find(({ span }) => span.start <= where.start && span.end >= where.end)
  if (module === undefined || statement === undefined) return []
  const at = statement.span.start
  return one('Set a seed', change(cell, { where: { start: at, end: at }, text: `${module}.seed(${seed})\n` }))
}

const takesState = /(^|\.)(train_test_split|resample|make_\w+)$/

function seedArgument({ argument }: Seeding, value: number): string {
  return argument === null ? String(value) : `${argument}=${value}`
}

/** One more argument at the end of a call. */
function withArgument(source: string, { node }: CallFact, argument: string): Replacement {
  const close = node.start + node.length - 1
  const before = source.slice(node.d.leftExpr.start + node.d.leftExpr.length, close)
  const comma = node.d.args.length === 0 ? '' : /,\s*$/.test(before) ? (/\s$/.test(before) ? '' : ' ') : ', '
  return { where: { start: close, end: close }, text: `${comma}${argument}` }
}

/** The path from the project's folder on; of a file elsewhere, the place where the project could have it. */
export const projectPath: Fixer = (_, { cell, diagnostic }, { project }) => {
  const { where } = diagnostic
  const text = cell.source.slice(where.start, where.end)
  const path = text
    .replace(/^file:(\/\/)?/, '')
    .replaceAll('\\\\', '/')
    .replaceAll('\\', '/')
  const root = project === undefined ? null : `${project.replace(/\/$/, '')}/`
  const inside = root !== null && path.startsWith(root) ? path.slice(root.length) : null
  const name = path
    .split('/')
    .filter((part) => part !== '')
    .at(-1)
  if (inside !== null && inside !== '') return one(`Write ${inside}`, change(cell, { where, text: inside }))
  if (name === undefined || /[{}]/.test(path)) return []
  const target = `data/${name}`
  return one(`Write ${target}, and copy the file there`, change(cell, { where, text: target }))
}

/** Reads a secret from a scope instead of the text. */
export const readSecret: Fixer = (_, { cell, diagnostic }) => {
  const { where } = diagnostic
  const text = pythonFacts(cell.source).texts.find((each) => each.where.start === where.start)
  const list = text?.node.parent
  if (text === undefined || list?.nodeType !== Kind.StringList || list.d.strings.length !== 1) return []
  const key = (nameFor(text) ?? 'token')
    .replace(/([a-z])([A-Z])/g, '$1-$2')
    .replaceAll('_', '-')
    .toLowerCase()
  const whole = { start: list.start, end: list.start + list.length }
  return one(
    `Read it from the secret scope "my-scope"`,
    change(cell, { where: whole, text: `dbutils.secrets.get(scope="my-scope", key="${key}")` }),
  )
}

/** Takes a statement out, with its line if it is alone there. */
export const removeStatement: Fixer = (_, { cell, diagnostic }) => {
  const { where } = diagnostic
  const { source } = cell
  const call = pythonFacts(source).calls.find(
    ({ node }) => node.start === where.start && node.start + node.length === where.end,
  )
  if (call === undefined) return []
  const list = statementAround(call.node).parent
  const suite = list?.parent
  if (list?.nodeType !== Kind.StatementList) return []
  const alone = suite?.nodeType === Kind.Suite && suite.d.statements.length === 1
  if (list.d.statements.length > 1 || alone) return one('Replace it by pass', change(cell, { where, text: 'pass' }))
  const start = lineStart(source, where.start)
  const newline = source.indexOf('\n', where.end)
  const end = newline === -1 ? source.length : newline + 1
  if (!/^\s*$/.test(source.slice(start, where.start)) || !/^[ \t]*(#.*)?\n?$/.test(source.slice(where.end, end)))
    return []
  // The last line goes with the line end before it.
  const from = newline === -1 && start > 0 ? start - 1 : start
  return one('Remove the line', change(cell, { where: { start: from, end }, text: '' }))
}

/** Pins packages to the versions that are installed here. */
export const pinVersions: Fixer = (_, { cell }, { installed }) => {
  if (installed === undefined) return []
  const pieces = unpinned(cell.kind, cell.source).flatMap(({ name, end }) => {
    const version = installed(name.replace(/\[.*/, ''))
    return version === null ? [] : [{ where: { start: end, end }, text: `==${version}` }]
  })
  if (pieces.length === 0) return []
  return one(
    pieces.length === 1 ? 'Pin the version that is installed here' : 'Pin the versions that are installed here',
    change(cell, ...pieces),
  )
}

/** Splits a long cell where few names cross. */
export const splitCell: Fixer = (_, { cell }, { newId }): readonly Fix[] => {
  const cuts = cutPoints(cell)
  if (cuts.length === 0) return []
  const starts = [0, ...cuts.map(({ at }) => at), cell.source.length]
  const parts = starts.slice(1).map((end, index) => cell.source.slice(starts[index], end).replace(/\s+$/, ''))
  const edits: FixEdit[] = [{ op: 'change', cell: cell.id, source: parts[0]! }]
  let after = cell.id
  for (const [index, source] of parts.slice(1).entries()) {
    const id = newId()
    const title = cell.title === null ? null : `${cell.title} (${index + 2})`
    edits.push({ op: 'insert', cell: id, after, kind: cell.kind, title, source })
    after = id
  }
  return [{ title: `Split it into ${parts.length} cells`, edits }]
}

/** Another kind of cell, or the brackets that `print` needs since Python 3: only where all can be read then. */
export const readableText: Fixer = (_, { cell }) => {
  const { id, kind, source } = cell
  if (kind !== 'python') return []
  if (/^\s*(select|insert|create|merge)\s/i.test(source) && !tokenize(source).error)
    return one('Make it a SQL cell', { op: 'change', cell: id, kind: 'sql', source })
  const pip = /^\s*pip3?\s+(install\b[^\n]*)\s*$/.exec(source)
  if (pip !== null) return one('Make it a %pip cell', { op: 'change', cell: id, kind: 'pip', source: pip[1]!.trim() })
  const text = source.replace(
    /^([ \t]*(?:.*:[ \t]*)?)print[ \t]+(?![=(])([^#\n]*?)([ \t]*(?:#.*)?)$/gm,
    '$1print($2)$3',
  )
  if (text === source || readPython(text).syntax.problems.length > 0) return []
  return one('Write print(…)', { op: 'change', cell: id, source: text })
}
