import {
  mayCallNotebooks,
  notebookCalls,
  resourceName,
  type AnalysisContext,
  type NotebookCall,
  type Step,
} from '../analysis/index.ts'
import { slug, type Cell, type CellKind } from '../notebook/index.ts'
import { addedTo, callText, literalsOf, withoutResults, resultsIn } from './call-text.ts'
import { notebookName } from './notebook-graph.ts'
import { needless } from './needless.ts'
import { segmentsOf, type Segment } from './segments.ts'
import { unrolled } from './unroll.ts'

/** A cell as the conversion writes it. */
export interface WrittenCell {
  readonly kind: CellKind
  readonly title: string | null
  readonly source: string
}

/** What becomes of one cell that calls several notebooks. */
export interface ConvertedCell {
  /** Its place in the notebook, from 0. */
  readonly cell: number
  /** The cells that take its place; at least one. */
  readonly cells: readonly WrittenCell[]
}

/** Why a cell that calls several notebooks stays as it is, in a sentence. */
export interface RefusedCell {
  readonly cell: number
  readonly reason: string
}

export interface Conversion {
  readonly converted: readonly ConvertedCell[]
  readonly refused: readonly RefusedCell[]
}

/** The cells of a notebook, as the conversion reads them. */
export type OrchestratorCells = readonly Pick<Cell, 'kind' | 'title' | 'source'>[]

/**
 * Gives every call of another notebook a cell of its own, so that each becomes a task: calls one below the other, in loops and
 * comprehensions over what the text says, and from pools of threads. What orders them stays: data by itself, a check that may end
 * the notebook as a note (`after=`). A cell that cannot be converted without changing what it does is told with the reason.
 * Needs `loadSql` once before.
 */
export function convertWorkflow(cells: OrchestratorCells, context: AnalysisContext): Conversion {
  const notebook = { cells: cells as readonly Cell[] }
  if (!mayCallNotebooks(notebook, context)) return { converted: [], refused: [] }
  const { calls, steps } = notebookCalls(notebook, context, 'open')
  const converted: ConvertedCell[] = []
  const refused: RefusedCell[] = []
  const titles = new Set(cells.flatMap(({ title }) => (title === null ? [] : [slug(title) ?? ''])))
  for (const [index, cell] of cells.entries()) {
    if (cell.kind !== 'python') continue
    const own = calls.filter((call) => call.cell === index)
    if (own.length < 2 && !own.some(({ repeated }) => repeated)) continue
    const result = new CellConversion(index, cell, calls, steps, titles).convert()
    if (typeof result === 'string') refused.push({ cell: index, reason: result })
    else if (result.length > 1 || result[0]!.source !== cell.source) converted.push({ cell: index, cells: result })
  }
  return { converted, refused }
}

/** Says why a statement cannot be converted. */
class Refusal extends Error {}

class CellConversion {
  readonly #index: number
  readonly #cell: OrchestratorCells[number]
  readonly #calls: readonly NotebookCall[]
  readonly #steps: readonly Step[]
  readonly #titles: Set<string>
  readonly #written: WrittenCell[] = []
  /** Statements that are written as bare calls, and the lines that bind what is made of their results. */
  readonly #bare = new Map<Step, { readonly texts: readonly string[]; gathered: readonly string[] }>()
  /** Key of the last cell that may end the notebook: what follows waits for it. */
  #check: string | null = null

  constructor(
    index: number,
    cell: OrchestratorCells[number],
    calls: readonly NotebookCall[],
    steps: readonly Step[],
    titles: Set<string>,
  ) {
    this.#index = index
    this.#cell = cell
    this.#calls = calls
    this.#steps = steps
    this.#titles = titles
  }

  convert(): WrittenCell[] | string {
    try {
      if (/^\s*#\s*dagbook\s*:/m.test(this.#cell.source))
        throw new Refusal('It has a note to Dagbook, which speaks of the cell as it is.')
      if (/^\s*[%!]/m.test(this.#cell.source)) throw new Refusal('It has lines that are not Python.')
      const own = this.#steps.filter((step) => step.cell === this.#index)
      const dropped = this.#chooseWays(own)
      const plain: Segment[] = []
      for (const segment of segmentsOf(this.#cell.source, own)) {
        if (dropped.has(segment.step)) continue
        if (segment.step.calls.length === 0) plain.push(segment)
        else {
          this.#writePlain(plain.splice(0))
          if (segment.step.calls.length === 1 && segment.step.rounds === null) this.#writeOne(segment)
          else this.#writeMany(segment)
        }
      }
      this.#writePlain(plain)
      return this.#written
    } catch (error) {
      if (error instanceof Refusal) return error.message
      throw error
    }
  }

  /** Statements that call nothing stay together. */
  #writePlain(segments: readonly Segment[]): void {
    const source = segments
      .map(({ text }) => text)
      .join('')
      .replace(/^\n+|\s+$/g, '')
    if (source === '') return
    const first = this.#written.length === 0
    const stops = segments.some(({ step }) => step.stops)
    const last = this.#written.at(-1)?.title
    const title = first ? this.#cell.title : stops ? `Check ${last ?? 'results'}` : null
    this.#write(title, source, stops)
  }

  /** A statement with one call is a cell as it stands. */
  #writeOne({ step, text }: Segment): void {
    const call = this.#call(step.calls[0]!)
    // A function that tries again until it works makes one call.
    if (call.repeated && call.helper === null)
      throw new Refusal(`What ${namesOf([call])} is called for is not known from the text, so it stays one task.`)
    this.#write(titleOf(call, this.#calls), text.replace(/^\n+|\s+$/g, ''), step.stops)
  }

  /**
   * Decides which statements are written as bare calls, and tells which of the others nobody needs then. A statement whose results
   * are needed in a way that cannot be written down keeps its text.
   */
  #chooseWays(own: readonly Step[]): ReadonlySet<Step> {
    for (const step of own) {
      if (step.calls.length < 2) continue
      const calls = step.calls.map((number) => this.#call(number))
      const texts = calls.map(callText)
      const quiet = step.others.length === 0 && !step.stops && !this.#entangled(step, calls) && !touches(step)
      const known = calls.every(
        ({ path, repeated, sure, helper }) => path !== null && (helper !== null || (sure && !repeated)),
      )
      const lasting = texts.every((text) => text === null || this.#keepsMeaning(text, step))
      if (quiet && known && lasting && !texts.includes(null))
        this.#bare.set(step, { texts: texts as string[], gathered: [] })
    }
    for (;;) {
      const dropped = needless(own, new Map([...this.#bare].map(([step, { texts }]) => [step, texts])), this.#steps)
      let fits = true
      for (const [step, bare] of this.#bare) {
        const gathered = this.#gather(step, this.#readersOf(step, dropped))
        if (gathered === null) {
          this.#bare.delete(step)
          fits = false
        } else bare.gathered = gathered
      }
      if (fits) return dropped
    }
  }

  /** Whether the names in an expression mean the same where it is written as where it was found. */
  #keepsMeaning(text: string, step: Step): boolean {
    const names = new Set(text.replace(/"(?:[^"\\]|\\.)*"/g, '').match(/\b[A-Za-z_]\w*/g) ?? [])
    return [...names].every((name) => {
      const binding = this.#steps.filter(
        ({ number, effects }) =>
          number <= step.number && effects.some(({ mode, resource }) => mode !== 'read' && resource === `name:${name}`),
      )
      return binding.length <= 1 && !binding.includes(step)
    })
  }

  /** Whether what a loop goes through can be written down in another place. */
  #lasts({ rounds, ...step }: Step): boolean {
    const texts = (rounds?.binds ?? []).flatMap((binds) => Object.values(binds ?? {}))
    return texts.every((text) =>
      this.#keepsMeaning(
        text,
        this.#steps.find(({ number }) => number === step.number)!,
      ),
    )
  }

  /** A statement with many calls becomes as many cells. */
  #writeMany(segment: Segment): void {
    const { step } = segment
    const calls = step.calls.map((number) => this.#call(number))
    const unclear = calls.find(({ path }) => path === null)
    if (unclear !== undefined) throw new Refusal('Which notebooks it calls is not known from the text.')
    const bare = this.#bare.get(step)
    if (bare !== undefined) return this.#writeCalls(calls, bare.texts, bare.gathered, segment)
    const rounds = this.#lasts(step) ? unrolled(this.#cell.source, step, calls.length) : null
    if (rounds === null) throw new Refusal(this.#why(step, calls, calls.map(callText)))
    rounds.forEach((source, index) => this.#write(titleOf(calls[index]!, this.#calls), source, step.stops))
  }

  #writeCalls(
    calls: readonly NotebookCall[],
    texts: readonly string[],
    gathered: readonly string[],
    { comment }: Segment,
  ): void {
    const named = new Map(
      calls.map((call) => [call.number, `${slug(titleOf(call, this.#calls)) ?? 'notebook'}_result`]),
    )
    const wanted = new Set(gathered.flatMap(resultsIn))
    calls.forEach((call, index) => {
      const assign = wanted.has(call.number) ? `${named.get(call.number)} = ` : ''
      const above = index === 0 ? comment : ''
      this.#write(titleOf(call, this.#calls), above + assign + texts[index], false)
    })
    if (gathered.length === 0) return
    this.#write('Results', gathered.map((line) => withoutResults(line, named)).join('\n'), false)
  }

  /** Names that the statement binds and that somebody reads, as the lines that bind them from the results; null: it cannot be told. */
  #gather(step: Step, readers: ReadonlySet<string>): readonly string[] | null {
    const lines: string[] = []
    for (const name of readers) {
      const text = step.binds[name]
      if (text === undefined || text === null) return null
      lines.push(`${name} = ${text}`)
    }
    return lines
  }

  /** The names that a statement binds and that a statement reads which stays. */
  #readersOf(step: Step, dropped: ReadonlySet<Step>): ReadonlySet<string> {
    const bound = new Set(Object.keys(step.binds))
    const later = this.#steps.filter((each) => each.number > step.number && !dropped.has(each))
    const read = later.flatMap(({ effects }) =>
      effects
        .filter(({ mode, resource }) => mode !== 'write' && resource.startsWith('name:'))
        .map(({ resource }) => resourceName(resource)),
    )
    return new Set(read.filter((name) => bound.has(name) || name === '*'))
  }

  /** Whether one of the calls needs another one of them. */
  #entangled(step: Step, calls: readonly NotebookCall[]): boolean {
    return calls.some(({ uses, given }) => [...uses, ...given].some((number) => step.calls.includes(number)))
  }

  #why(step: Step, calls: readonly NotebookCall[], texts: readonly (string | null)[]): string {
    if (this.#entangled(step, calls)) return 'One of its calls decides about another one, in the same statement.'
    if (step.others.length > 0)
      return `It also calls ${step.others.map((name) => `\`${name}\``).join(', ')} between the notebooks.`
    if (touches(step)) return 'It also reads or writes tables or files between the notebooks.'
    const repeated = calls.filter((call) => call.repeated)
    if (repeated.length > 0) return `How often ${namesOf(repeated)} is called is not known from the text.`
    const perhaps = calls.filter(({ sure }) => !sure)
    if (perhaps.length > 0) return `A condition decides whether ${namesOf(perhaps)} is called, in the same statement.`
    const at = texts.indexOf(null)
    if (at >= 0) return `The arguments of ${namesOf([calls[at]!])} are computed on the way and cannot be written down.`
    return 'What it makes of the results is used below and cannot be written otherwise.'
  }

  #call(number: number): NotebookCall {
    return this.#calls.find((call) => call.number === number)!
  }

  #write(title: string | null, source: string, stops: boolean): void {
    const isFirst = this.#written.length === 0
    const own = title === null || (isFirst && title === this.#cell.title) ? title : this.#unique(title)
    const text = this.#check === null ? source : `# dagbook: after=${this.#check}\n${source}`
    this.#written.push({ kind: 'python', title: own, source: text })
    if (stops) this.#check = (own === null ? null : slug(own)) ?? this.#check
  }

  #unique(title: string): string {
    let unique = title
    for (let number = 2; this.#titles.has(slug(unique) ?? ''); number++) unique = `${title} ${number}`
    this.#titles.add(slug(unique) ?? '')
    return unique
  }
}

function touches({ effects, carried }: Step): boolean {
  const all = [...effects, ...carried.flatMap((each) => each.effects)]
  return all.some(
    ({ resource }) => /^(table|path|view|session):/.test(resource) && !/^session:(pip|path)/.test(resource),
  )
}

function namesOf(calls: readonly NotebookCall[]): string {
  return [...new Set(calls.map(({ path }) => (path === null ? 'a notebook' : `\`${notebookName(path)}\``)))].join(', ')
}

/** The notebook's name; where it is called more than once, with the arguments that tell the calls apart. */
function titleOf(call: NotebookCall, calls: readonly NotebookCall[]): string {
  const name = notebookName(call.path ?? 'Notebook')
  return addedTo(
    name,
    literalsOf(
      call,
      calls.filter(({ path }) => path === call.path),
    ),
  )
}
