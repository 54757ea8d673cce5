import { ArgumentKind, Kind, type CallNode, type ParseNode, type Span } from '../../analysis/index.ts'
import { argumentOf, pythonFacts, statementAround, type CallFact } from '../python-facts.ts'
import type { DiagnosedCell, DiagnosedNotebook, Found, FoundIn } from '../rule.ts'

/** How a call gets its seed. */
export interface Seeding {
  /** The argument's name; null: it goes by its place. */
  readonly argument: 'seed' | 'random_state' | null
}

/**
 * The first draw of the process's own random generators, where no cell above has seeded them: what follows is drawn from the same
 * one, so once is enough.
 */
export function* random({ cells }: DiagnosedNotebook): Iterable<FoundIn> {
  for (const [index, { kind, source, analysis }] of cells.entries()) {
    if (kind !== 'python' || analysis.pragma.run === 'off') continue
    for (const { effects } of analysis.statements) {
      const touched = effects.find(
        ({ mode, resource, where }) =>
          resource === 'session:random' && mode !== 'read' && !isSample.test(source.slice(where.start, where.end)),
      )
      if (touched === undefined) continue
      // A seed for one generator is taken to be a thought on all.
      if (touched.mode === 'write' || seeds.test(source)) return
      yield { index, ...foundAt(source, touched.where) }
      return
    }
  }
}

/** A sample of what may be a frame: `sampling` looks at it. */
const isSample = /^(?!.*\brandom\.sample).*\.sample\([^()]*\)$/s

const seeds = /\b(?:seed|manual_seed|set_seed|set_random_seed|seed_everything)\s*\(/

/** The first generator or sample of a cell with a seed of its own to give, and none given. What is only looked at may differ. */
export function* sampling({ kind, source, analysis }: DiagnosedCell): Iterable<Found> {
  const first = kind === 'python' && !analysis.broken ? unseeded(source)[0] : undefined
  if (first !== undefined) yield foundAt(source, spanOfCall(first.node))
}

/** The calls of a text that draw without the seed that they could be given, but for those whose result is only shown. */
export function unseeded(source: string): CallFact[] {
  if (!/default_rng|RandomState|randomSplit|\bF\.randn?\b|\.sample\(/.test(source)) return []
  return pythonFacts(source).calls.filter(
    (call) => seedingOf(call) !== null && statementAround(call.node).nodeType === Kind.Assignment,
  )
}

function spanOfCall({ start, length }: CallNode): Span {
  return { start, end: start + length }
}

function foundAt(source: string, where: Span): Found {
  const text = source.slice(where.start, where.end).split('\n')[0]!
  const what = text.length > 40 ? `${text.slice(0, 39)}…` : text
  return {
    code: 'unseeded-random',
    where,
    message: `${what} draws random numbers without a seed, so each run gives another result. Set a seed.`,
  }
}

/** How a call that draws without a seed can be given one; null: it does not draw, has one, or it cannot be told. */
export function seedingOf({ node, name, links }: CallFact): Seeding | null {
  const last = links.at(-1)!.name
  if (node.d.args.some(({ d }) => d.argCategory !== ArgumentKind.Simple)) return null
  const has = (place: number, word: string): boolean => argumentOf(node, place, word) !== undefined
  if (/(^|\.)random\.(default_rng|RandomState)$|^(default_rng|RandomState)$/.test(name))
    return has(0, 'seed') ? null : { argument: null }
  if (last === 'randomSplit' && links.length > 1) return has(1, 'seed') ? null : { argument: 'seed' }
  if (/^(F|functions|fn)\.randn?$/.test(name)) return has(0, 'seed') ? null : { argument: 'seed' }
  if (last === 'sample' && links.length > 1 && links[0]!.name !== 'random') return sampleSeeding(node, links[0]!.name)
  return null
}

/** Spark and pandas both have `df.sample`; what is asked of it tells which. */
function sampleSeeding(node: CallNode, owner: string): Seeding | null {
  const named = (word: string): boolean => node.d.args.some(({ d }) => d.name?.d.value === word)
  const [first, second, third] = node.d.args.filter(({ d }) => d.name === undefined).map(({ d }) => d.valueExpr)
  if (named('random_state') || named('seed')) return null
  if (named('fraction') || named('withReplacement') || isFraction(first) || isFraction(second))
    return third === undefined && !(isFraction(first) && second !== undefined) ? { argument: 'seed' } : null
  // A model has samples too; only a frame is called one.
  if (named('n') || named('frac') || (isWhole(first) && /df|data|frame|\?/i.test(owner)))
    return { argument: 'random_state' }
  return null
}

function isFraction(node: ParseNode | undefined): boolean {
  return node?.nodeType === Kind.Number && !node.d.isInteger
}

function isWhole(node: ParseNode | undefined): boolean {
  return node?.nodeType === Kind.Number && node.d.isInteger
}
