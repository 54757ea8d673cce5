import type { Effect, NotebookCall, NotebookCalls, Resource, Span, Step } from '../analysis/index.ts'
import { buildGraph, type GraphInput, type Reason } from '../graph/index.ts'

/** A notebook that another one calls, as a node of the graph of notebooks. */
export interface CalledNotebook {
  /** Unique in its graph: made of the notebook's name. */
  readonly key: string
  readonly call: NotebookCall
  /** What the call reads and writes: tables and files. */
  readonly reads: readonly Resource[]
  readonly writes: readonly Resource[]
}

/** `to` must run after `from`, for these reasons; spans are those of the two calls in their cells. */
export interface NotebookEdge {
  readonly from: string
  readonly to: string
  readonly reasons: readonly Reason[]
}

/** The notebooks that a notebook calls, in the order of its text, and the order that data and conditions need, and no more. */
export interface NotebookGraph {
  readonly nodes: readonly CalledNotebook[]
  readonly edges: readonly NotebookEdge[]
}

/** What a called notebook may do of which nothing is known. */
const anything: readonly Pick<Effect, 'mode' | 'resource'>[] = [
  { mode: 'update', resource: 'table:*' },
  { mode: 'update', resource: 'path:*' },
]

/** Something that happens: a call, or what a statement does itself, before (`early`) or after its calls. */
interface Event {
  readonly call: NotebookCall | null
  readonly step: Step
  readonly early: boolean
}

/** Orders the calls of a notebook. What it does itself between them counts, and is no node. */
export function notebookGraph({ calls, steps }: NotebookCalls): NotebookGraph {
  const events = steps.flatMap((step) => eventsOf(step, calls))
  const ways = new Ways(events.length)
  addMemory(events, ways)
  addFlow(events, ways)
  const keys = keysOf(calls)
  const at = new Map(events.flatMap(({ call }, index) => (call === null ? [] : [[call.number, index] as const])))
  const nodes = calls.map((call, index): CalledNotebook => {
    const effects = call.effects ?? anything
    const touched = (reads: boolean): Resource[] => [
      ...new Set(
        effects
          .filter(({ mode, resource }) => isPlace(resource) && (reads ? mode !== 'write' : mode !== 'read'))
          .map(({ resource }) => resource),
      ),
    ]
    return { key: keys[index]!, call, reads: touched(true), writes: touched(false) }
  })
  const edges = nodes.flatMap(({ key: to, call }): NotebookEdge[] =>
    ways
      .into(at.get(call.number)!, (index) => events[index]!.call !== null)
      .map(([from, reasons]): NotebookEdge => {
        const before = events[from]!.call!
        const placed = reasons.map((reason) => ({ ...reason, from: before.where, to: call.where }))
        return { from: keys[calls.indexOf(before)]!, to, reasons: placed }
      }),
  )
  return { nodes, edges }
}

function eventsOf(step: Step, calls: readonly NotebookCall[]): Event[] {
  const own = calls.filter(({ number }) => step.calls.includes(number))
  const late: Event = { call: null, step, early: false }
  if (own.length === 0) return [late]
  return [{ call: null, step, early: true }, ...own.map((call): Event => ({ call, step, early: false })), late]
}

/** Order by tables and files, with what lazy frames and views bring along. */
function addMemory(events: readonly Event[], ways: Ways): void {
  const { edges } = buildGraph(events.map((event, index) => inputOf(event, String(index))))
  const clashes = new Map<Step, Map<number, readonly Reason[]>>()
  for (const edge of edges) {
    const reasons = edge.reasons.filter(({ kind }) => ['table', 'path', 'view'].includes(kind))
    if (reasons.length === 0) continue
    const [from, to] = [Number(edge.from), Number(edge.to)]
    ways.add(from, to, reasons)
    const call = events[from]!.call === null ? to : from
    if (events[from]!.step !== events[to]!.step || (events[from]!.call === null) === (events[to]!.call === null))
      continue
    const known = clashes.get(events[to]!.step) ?? new Map<number, readonly Reason[]>()
    clashes.set(events[to]!.step, known.set(call, reasons))
  }
  // A statement that works on the same tables as the notebooks that it calls does so between its calls.
  for (const found of clashes.values()) {
    const order = [...found].sort(([a], [b]) => a - b)
    order.slice(1).forEach(([to, reasons], index) => ways.add(order[index]![0], to, reasons))
  }
}

function inputOf({ call, step }: Event, id: string): GraphInput {
  const where: Span = call?.where ?? step.where
  const effects = call === null ? step.effects : (call.effects ?? anything).map((effect) => placed(effect, call))
  return {
    id,
    key: id,
    source: '',
    analysis: {
      effects: effects.map((effect) => ({ ...effect, where })),
      carried: call === null ? step.carried : [],
      statements: [],
      parameters: [],
      pragma: { after: [], effects: [] },
      findings: [],
      leaves: false,
      broken: false,
      normalized: 'x',
      needs: [],
    },
  }
}

/** A call that may not be made may leave what was there. */
function placed(effect: Pick<Effect, 'mode' | 'resource'>, { sure, where }: NotebookCall): Effect {
  return { ...effect, where, mode: effect.mode === 'write' && !sure ? 'update' : effect.mode }
}

/** Order by results: what a call is given, what decides whether it is made, and what the notebook does with it. */
function addFlow(events: readonly Event[], ways: Ways): void {
  const source = new Map(events.map(({ call, step, early }, index) => [early ? -1 : (call ?? step).number, index]))
  const reason = (from: number, kind: Reason['kind']): Reason => {
    const { call, step } = events[from]!
    const resource: Resource = call === null ? 'notebook:.' : `notebook:${call.path ?? '*'}`
    const where = (call ?? step).where
    return { kind, resource, order: 'read-after-write', from: where, to: where }
  }
  events.forEach(({ call, step, early }, to) => {
    const add = (number: number, kind: Reason['kind']): void => {
      const from = source.get(number)
      if (from !== undefined && from < to) ways.add(from, to, [reason(from, kind)])
    }
    if (call === null)
      return step.uses.filter((number) => !early || number < step.number).forEach((number) => add(number, 'value'))
    // What decides about a call colours all that is bound behind the decision.
    call.uses.filter((number) => !call.given.includes(number)).forEach((number) => add(number, 'value'))
    call.given.forEach((number) => add(number, 'control'))
    const first = events.findIndex((event) => event.step === step)
    const asks = step.effects.some(({ mode, resource }) => mode !== 'write' && (isPlace(resource) || isView(resource)))
    if (asks) ways.add(first, to, [reason(first, 'value')])
  })
}

function isPlace(resource: Resource): boolean {
  return /^(table|path):/.test(resource)
}

function isView(resource: Resource): boolean {
  return resource.startsWith('view:')
}

/** Which events come before which, and why. */
class Ways {
  readonly #into: Map<number, Reason[]>[]

  constructor(count: number) {
    this.#into = Array.from({ length: count }, () => new Map<number, Reason[]>())
  }

  add(from: number, to: number, reasons: readonly Reason[]): void {
    const known = this.#into[to]!.get(from) ?? []
    const isKnown = ({ kind, resource, order }: Reason): boolean =>
      known.some((each) => each.kind === kind && each.resource === resource && each.order === order)
    this.#into[to]!.set(from, [...known, ...reasons.filter((each) => !isKnown(each))])
  }

  /** The nodes before `to`, directly or by way of what is none, with the reasons of the last part of the way. */
  into(to: number, isNode: (index: number) => boolean): [number, readonly Reason[]][] {
    const found = new Map<number, Reason[]>()
    const note = (from: number, why: readonly Reason[]): void => {
      found.set(from, [...(found.get(from) ?? []), ...why])
    }
    for (const [direct, reasons] of this.#into[to]!) {
      if (isNode(direct)) {
        note(direct, reasons)
        continue
      }
      const passed = new Set([direct])
      for (const at of passed)
        for (const from of this.#into[at]!.keys())
          if (isNode(from)) note(from, reasons)
          else passed.add(from)
    }
    return [...found]
      .sort(([a], [b]) => a - b)
      .map(([from, reasons]) => [from, [...new Map(reasons.map((each) => [reasonKey(each), each])).values()]])
  }
}

function reasonKey({ kind, resource, order }: Reason): string {
  return `${kind} ${resource} ${order}`
}

/** A key for each call: the notebook's name, numbered where it is called again. */
function keysOf(calls: readonly NotebookCall[]): string[] {
  const used = new Set<string>()
  return calls.map(({ path }) => {
    const name = notebookName(path ?? 'notebook')
    let key = name
    for (let number = 2; used.has(key); number++) key = `${name}_${number}`
    used.add(key)
    return key
  })
}

/** The name of a notebook by its path: `DailyRevenue` of `./reports/DailyRevenue.py`. */
export function notebookName(path: string): string {
  return (
    path
      .replace(/\/+$/, '')
      .split('/')
      .at(-1)!
      .replace(/\.(py|sql|ipynb)$/, '') || 'notebook'
  )
}
