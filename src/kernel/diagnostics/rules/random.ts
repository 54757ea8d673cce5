import { Kind, type CallNode, type ParseNode, type Span } from '../../analysis/index.ts'
import { argumentOf, pythonFacts, type CallFact } from '../python-facts.ts'
import type { DiagnosedNotebook, Found, FoundIn } from '../rule.ts'

/** How a call gets its seed. */
export type Seeding = { readonly argument: 'seed' | 'random_state' | null } | { readonly before: string }

/**
 * The first draw of the process's own random generators, where no cell above has seeded them: what follows is drawn from the same
 * one, so once is enough.
 */
export function* random({ cells }: DiagnosedNotebook): Iterable<FoundIn> {
  for (const [index, { kind, source, analysis }] of cells.entries()) {
    if (kind !== 'python' || analysis.pragma.run === 'off') continue
    for (const { effects } of analysis.statements) {
      const touched = effects.find(({ mode, resource }) => resource === 'session:random' && mode !== 'read')
      if (touched === undefined) continue
      // A seed for one generator is taken to be a thought on all.
      if (touched.mode === 'write' || seeds.test(source)) return
      yield { index, ...foundAt(source, touched.where) }
      return
    }
  }
}

const seeds = /\b(?:seed|manual_seed|set_seed|set_random_seed|seed_everything)\s*\(/

/** A generator or a sample with a seed of its own to give, and none given. */
export function* sampling({ source, analysis }: { source: string; analysis: { broken: boolean } }): Iterable<Found> {
  if (analysis.broken || !/default_rng|RandomState|randomSplit|\bF\.randn?\b|\.sample\(/.test(source)) return
  for (const call of pythonFacts(source).calls) {
    const seeding = seedingOf(call)
    if (seeding !== null && 'argument' in seeding) yield foundAt(source, spanOfCall(call.node))
  }
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
  if (node.d.args.some(({ d }) => d.argCategory !== 0)) return null
  const has = (place: number, word: string): boolean => argumentOf(node, place, word) !== undefined
  if (/(^|\.)random\.(default_rng|RandomState)$|^(default_rng|RandomState)$/.test(name))
    return has(0, 'seed') ? null : { argument: null }
  if (last === 'randomSplit' && links.length > 1) return has(1, 'seed') ? null : { argument: 'seed' }
  if (/^(F|functions|fn)\.randn?$/.test(name)) return has(0, 'seed') ? null : { argument: 'seed' }
  if (last === 'sample' && links.length > 1 && links[0]!.name !== 'random') return sampleSeeding(node)
  return null
}

/** Spark and pandas both have `df.sample`; what is asked of it tells which. */
function sampleSeeding(node: CallNode): Seeding | null {
  const named = (word: string): boolean => node.d.args.some(({ d }) => d.name?.d.value === word)
  const [first, second, third] = node.d.args.filter(({ d }) => d.name === undefined).map(({ d }) => d.valueExpr)
  if (named('random_state') || named('seed')) return null
  if (named('fraction') || named('withReplacement') || isFraction(first) || isFraction(second))
    return third === undefined && !(isFraction(first) && second !== undefined) ? { argument: 'seed' } : null
  if (named('n') || named('frac') || isWhole(first)) return { argument: 'random_state' }
  return null
}

function isFraction(node: ParseNode | undefined): boolean {
  return node?.nodeType === Kind.Number && !node.d.isInteger
}

function isWhole(node: ParseNode | undefined): boolean {
  return node?.nodeType === Kind.Number && node.d.isInteger
}
