import type { Carried, Effect, Span } from '../effect.ts'
import { gap } from '../rough-path.ts'
import type { Run } from './run.ts'
import { unknown, type Literal, type Thing, type Value } from './value.ts'
import { entriesOf, itemsOf } from './variables.ts'

/** An argument of a called notebook. */
export interface CallArgument {
  /** Its value, if the text tells it; null: not known. */
  readonly value: string | null
  /** A Python expression that gives it anywhere in the notebook; null: there is none. */
  readonly text: string | null
  /** The parameter of the caller that it is; null: it is none, or another value. */
  readonly parameter: string | null
}

/** A call of another notebook as a task of its own. */
export interface NotebookCall {
  /** Its number among the calls and steps of the notebook. */
  readonly number: number
  /** The cell whose code makes it, from 0, and the code. */
  readonly cell: number
  readonly where: Span
  /** As written; null: not known from the text. */
  readonly path: string | null
  /** Seconds as Python; null: no expression gives it. */
  readonly timeout: string | null
  /** By name; null: not known from the text. */
  readonly arguments: Readonly<Record<string, CallArgument>> | null
  /** What the called notebook does to tables and files; null: not known. */
  readonly effects: readonly Effect[] | null
  /** It is made on every way through the notebook. */
  readonly sure: boolean
  /** It may be made more than once: in a loop whose rounds are not known from the text, or with nothing changed. */
  readonly repeated: boolean
  /** The call of the notebook's own function that makes it, as Python; null: there is none, or no expression for its arguments. */
  readonly helper: string | null
  /** It stands in a `try`. */
  readonly guarded: boolean
  /** Calls and steps whose results are among its arguments. */
  readonly uses: readonly number[]
  /** Calls and steps that decide whether it is made. */
  readonly given: readonly number[]
}

/** A top-level statement, or a cell of another language: what it does besides calling notebooks. */
export interface Step {
  readonly number: number
  readonly cell: number
  readonly where: Span
  readonly effects: readonly Effect[]
  readonly carried: readonly Carried[]
  /** Calls that it makes. */
  readonly calls: readonly number[]
  /** Calls and steps whose results it touches, or that decide whether it happens. */
  readonly uses: readonly number[]
  /** What it calls besides notebooks that must not be left out, as names. */
  readonly others: readonly string[]
  /** It prints or shows something. */
  readonly speaks: boolean
  /** It may end the notebook, by what it finds. */
  readonly stops: boolean
  /** What the names hold that it binds, as Python with `result(3)` for what call 3 gives; null: no expression gives it. */
  readonly binds: Readonly<Record<string, string | null>>
  /** The rounds of a `for` over things known from the text, if it is one. */
  readonly rounds: Rounds | null
}

/** A loop whose rounds are known. */
export interface Rounds {
  readonly body: Span
  /** For each round what the loop's variables are, as Python; null: no expression gives it. */
  readonly binds: readonly (Readonly<Record<string, string>> | null)[]
}

type Numbers = ReadonlySet<number>
type Draft<T> = { -readonly [K in keyof T]: T[K] }
type CallDraft = Omit<Draft<NotebookCall>, 'uses' | 'given'> & { uses: Set<number>; given: Set<number> }

/**
 * Watches a walk over a notebook for calls of other notebooks: which there are, with what arguments, and which results each of them
 * depends on, by what its arguments are made of and by the conditions around it.
 */
export class Flow {
  /** Parameters stand for whatever the job gives, and not for their defaults. */
  readonly open: boolean
  readonly steps: Draft<Step>[] = []
  cell = 0
  /** The code that a `%run` cell stands for is said to be the cell. */
  site: Span | null = null
  /** What the expression that is being looked at depends on. */
  current = new Set<number>()
  #calls = new Map<string, CallDraft>()
  #control: Numbers = new Set()
  /** What decides whether the rest of the function, and of the notebook, is reached. */
  #left: Numbers = new Set()
  #stopped: Numbers = new Set()
  #returned: Numbers = new Set()
  #asked: Numbers = new Set()
  #resuming = false
  #helper: string | null = null
  #guards = 0
  /** In what handles a failure: the conditions around it. */
  #outside: Numbers | null = null
  #loops = 0
  #everything: Numbers = new Set()
  #names = new Map<string, Numbers>()
  #things = new Map<Thing, Numbers>()
  #count = 0
  #step: Draft<Step> | null = null

  constructor(open: boolean) {
    this.open = open
  }

  get calls(): NotebookCall[] {
    return [...this.#calls.values()].map((call) => ({
      ...call,
      uses: [...call.uses].filter((each) => each !== call.number).sort((a, b) => a - b),
      given: [...call.given].filter((each) => each !== call.number).sort((a, b) => a - b),
    }))
  }

  /** A top-level statement begins. */
  begin(where: Span): void {
    this.current = new Set()
    this.#step = {
      number: this.#count++,
      cell: this.cell,
      where: this.site ?? where,
      effects: [],
      carried: [],
      calls: [],
      uses: [],
      others: [],
      speaks: false,
      stops: false,
      binds: {},
      rounds: null,
    }
    this.steps.push(this.#step)
  }

  /** The statement has ended. `touches`: it reads or writes tables or files itself. */
  end(
    { effects, carried, binds = {} }: Pick<Step, 'effects' | 'carried'> & Partial<Pick<Step, 'binds'>>,
    touches: boolean,
    changed: Iterable<Thing>,
  ): void {
    const step = this.#step!
    step.effects = effects
    step.carried = carried
    step.binds = binds
    step.uses = [...new Set([...step.uses, ...this.current, ...this.#conditions()])].filter((n) => n !== step.number)
    this.#step = null
    if (!touches) return
    const own: Numbers = new Set([step.number])
    for (const { mode, resource } of effects)
      if (mode !== 'read' && resource.startsWith('name:'))
        this.#names.set(resource.slice(5), joined(this.#names.get(resource.slice(5)), own))
    for (const object of changed) this.#things.set(object, joined(this.#things.get(object), own))
  }

  /** A cell in another language than Python. */
  whole(where: Span, does: Pick<Step, 'effects' | 'carried'>): void {
    this.begin(where)
    this.end(does, false, [])
  }

  /** A variable is read. */
  read(run: Run, key: string, value: Value | undefined): void {
    if (run.deferred !== null) return
    for (const each of this.#everything) this.current.add(each)
    for (const each of this.#names.get(key) ?? []) this.current.add(each)
    if (value === undefined || this.#things.size === 0) return
    const seen = new Set<Thing>(value.objects)
    for (const object of seen) {
      for (const each of this.#things.get(object) ?? []) this.current.add(each)
      if (seen.size < mostSearched) for (const inner of run.insideOf(object)) seen.add(inner)
    }
  }

  /** A variable is bound to what the current expression gives. */
  store(run: Run, key: string): void {
    if (run.deferred !== null) return
    const own = joined(this.current, this.#conditions())
    this.#names.set(key, run.certain ? own : joined(this.#names.get(key), own))
  }

  /** Objects change in place by what the current expression gives. */
  change(run: Run, objects: readonly Thing[]): void {
    const own = joined(this.current, this.#conditions())
    if (run.deferred !== null || own.size === 0) return
    for (const object of objects) this.#things.set(object, joined(this.#things.get(object), own))
  }

  /** Names may be bound that no text shows. */
  spread(): void {
    this.#everything = joined(this.#everything, joined(this.current, this.#conditions()))
  }

  /** Looks at a part by itself: what it depends on is not what its neighbours depend on, but what `from` does. */
  apart<T>(look: () => T, from: Numbers = new Set()): T {
    const before = this.current
    this.current = new Set(from)
    const result = look()
    this.current = joined(before, this.current)
    return result
  }

  /** Looks at the beginning of a round of a loop over what depends on `source`. */
  round(source: Numbers, look: () => void): void {
    const before = this.current
    this.current = new Set(source)
    look()
    this.current = joined(before, this.current)
  }

  /** Looks at calls that somebody makes who is asked with what the current expression depends on. */
  asking<T>(look: () => T): T {
    const before = this.#asked
    this.#asked = new Set(this.current)
    const result = look()
    this.#asked = before
    return result
  }

  get asked(): Numbers {
    return this.#asked
  }

  /** Looks at a statement. What it depends on leaves it by what it stores and returns. */
  statement(look: () => void): void {
    const before = this.current
    this.current = new Set()
    look()
    if (this.#step !== null) this.#step.uses = [...this.#step.uses, ...this.current]
    this.current = before
  }

  /** Looks at code that is reached only if what the current expression gives is such and such. */
  under(look: () => void, also: Numbers = new Set()): void {
    const control = this.#control
    this.#control = joined(joined(control, this.current), also)
    look()
    this.#control = control
  }

  /** Looks at the body of a function; what it returns is what the call depends on. */
  body(look: () => void): void {
    const [left, control, returned, before] = [this.#left, this.#control, this.#returned, this.current]
    this.current = new Set()
    this.#returned = new Set()
    look()
    this.current = joined(joined(before, this.current), this.#returned)
    this.#left = left
    this.#control = control
    this.#returned = returned
  }

  /** What the current expression gives reaches the caller. */
  give(): void {
    this.#returned = joined(this.#returned, joined(this.current, this.#conditions()))
  }

  /** Code is left early, here or up to the end of the notebook: what follows is reached only otherwise. */
  leave(run: Run, notebook: boolean): void {
    if (run.deferred !== null) return
    const now = joined(this.current, this.#conditions())
    if (!notebook) {
      this.#left = joined(this.#left, now)
      return
    }
    this.#stopped = joined(this.#stopped, this.#outside ?? now)
    if (this.#outside !== null || this.#step === null) return
    this.#step.stops = true
    this.#stopped = joined(this.#stopped, new Set([this.#step.number]))
  }

  /** Looks at what a generator does where it is used. */
  again(look: () => void): void {
    const before = this.#resuming
    this.#resuming = true
    look()
    this.#resuming = before
  }

  /** Looks at what handles a failure. That it fails for good is no decision of its own: so would the call that failed. */
  handling(look: () => void, failing: Numbers, outside: Numbers): void {
    const before = this.#outside
    this.#outside ??= outside
    this.under(look, failing)
    this.#outside = before
  }

  /** Looks into a call of one of the notebook's own functions. */
  through<T>(helper: string | null, look: () => T): T {
    const before = this.#helper
    this.#helper = helper
    const result = look()
    this.#helper = before
    return result
  }

  /** Looks at the body of a `try`. */
  guarded(look: () => void): void {
    this.#guards++
    look()
    this.#guards--
  }

  /** Looks at a loop whose rounds are not known. */
  unknownRounds(look: () => void): void {
    this.#loops++
    look()
    this.#loops--
  }

  /** The numbers of the calls that were made since there were so many. */
  made(since: number): Numbers {
    return new Set([...this.#calls.values()].slice(since).map(({ number }) => number))
  }

  get size(): number {
    return this.#calls.size
  }

  noteRounds(rounds: Rounds): void {
    if (this.#step !== null) this.#step.rounds = rounds
  }

  /** Something else is called. */
  other(run: Run, callee: string, kind: 'speaks' | 'matters'): void {
    if (run.deferred !== null || this.#step === null) return
    if (kind === 'speaks') this.#step.speaks = true
    else if (!this.#step.others.includes(callee)) this.#step.others = [...this.#step.others, callee]
  }

  /** A notebook is called. The result depends on the call. */
  call(run: Run, made: Pick<NotebookCall, 'where' | 'path' | 'timeout' | 'arguments' | 'effects' | 'sure'>): Value {
    if (run.deferred !== null) return unknown
    const where = this.site ?? made.where
    const own = Object.entries(made.arguments ?? {}).map(([name, { value, text }]) => [name, value ?? text])
    const key = JSON.stringify([this.cell, where, made.path, made.arguments === null ? null : own])
    let call = this.#calls.get(key) ?? (this.#resuming ? this.#alike(made.path, own) : undefined)
    const isNew = call === undefined
    if (call === undefined) {
      const number = this.#count++
      const repeated = this.#loops > 0
      call = {
        ...made,
        where,
        number,
        cell: this.cell,
        repeated,
        helper: this.#helper,
        guarded: this.#guards > 0,
        uses: new Set(),
        given: new Set(),
      }
      this.#calls.set(key, call)
      if (this.#step !== null) this.#step.calls = [...this.#step.calls, number]
    } else if (!this.#resuming) call.repeated = true
    const { number } = call
    if (!this.#resuming || isNew) {
      for (const each of this.current) call.uses.add(each)
      for (const each of this.#conditions()) call.given.add(each)
    }
    this.current.add(number)
    return from(unknown, resultOf(number))
  }

  /** What goes through a generator again makes no new calls. */
  #alike(path: string | null, own: readonly unknown[]): CallDraft | undefined {
    return [...this.#calls.values()].find((call) => {
      const known = Object.entries(call.arguments ?? {}).map(([name, { value, text }]) => [name, value ?? text])
      return call.path === path && JSON.stringify(known) === JSON.stringify(own)
    })
  }

  /** What decides whether this place is reached, where no code was left early. */
  get control(): Numbers {
    return this.#control
  }

  #conditions(): Numbers {
    return joined(joined(this.#control, this.#left), this.#stopped)
  }
}

/** Stands in expressions for what a call gives. */
export function resultOf(call: number): string {
  return `result(${call})`
}

const mostSearched = 200

function joined(a: Numbers | undefined, b: Numbers): Set<number> {
  return new Set([...(a ?? []), ...b])
}

/** A Python expression for a value that is known or that a name of the notebook holds; null: there is none. */
export function pythonText(run: Run, value: Value, depth = 0): string | null {
  // What a pool promises is not yet what it gives.
  if (value.library.length > 0) return null
  const literals = value.literals ?? []
  if (literals.length === 1 && !String(literals[0]).includes(gap)) return literalText(literals[0]!)
  if (value.origin !== undefined && depth === 0 && itemsOf(run, value) === null && entriesOf(run, value) == null)
    return value.origin
  if (depth > 6) return null
  const items = itemsOf(run, value)
  if (items !== null) {
    const parts = items.map((item) => pythonText(run, item, depth + 1))
    return parts.includes(null) ? null : `[${parts.join(', ')}]`
  }
  const entries = entriesOf(run, value)
  if (entries != null) {
    const parts = [...entries].map(([key, entry]) => {
      const text = pythonText(run, entry, depth + 1)
      return text === null ? null : `${literalText(key)}: ${text}`
    })
    return parts.includes(null) ? null : `{${parts.join(', ')}}`
  }
  return value.origin ?? null
}

/** Python for a literal. */
export function literalText(literal: Literal): string {
  if (literal === null) return 'None'
  if (typeof literal === 'boolean') return literal ? 'True' : 'False'
  return typeof literal === 'number' ? String(literal) : JSON.stringify(literal)
}

/** The same value, given by an expression. */
export function from(value: Value | undefined, origin: string): Value {
  return { ...(value ?? unknown), origin }
}
