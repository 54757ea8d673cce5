import type { AnalysisContext } from '../context.ts'
import type { Effect, Finding, Mode, Parameter, Resource, Span } from '../effect.ts'
import type { Namespace } from '../sql/index.ts'
import { builtinNames, runtimeNames } from './builtin-names.ts'
import type { ParseNode } from './nodes.ts'
import { State, type Binding } from './state.ts'
import { libraryGroup, names as moduleNames, parameters } from './place.ts'
import {
  contentsKey,
  ofThing,
  sharedBy,
  thing,
  unknown,
  type Frame,
  type Program,
  type Thing,
  type Value,
} from './value.ts'
import { partsFor } from './variables.ts'

/** A loop, `try` or call that is being looked at: the states that leave it early. */
export interface Exits {
  readonly base: State
  readonly states: State[]
  readonly results: Value[]
  /** Of a loop: there is a `break`, so its `else` may not happen. */
  broken?: boolean
}

/** What is written down while looking: effects in text order, and findings. */
export interface Log {
  readonly effects: Effect[]
  readonly findings: Finding[]
}

/** What another notebook does to tables and files; `effects` null: not known, for want of these files. */
export interface OutsideEffects {
  readonly effects: readonly Effect[] | null
  readonly needs: readonly string[]
}

/**
 * A walk over a program that finds out what it would do: it follows every branch, looks into every function that is called,
 * and writes down each effect. One walk serves one cell.
 */
export class Run {
  readonly context: AnalysisContext
  /** Where names without catalog and schema are looked up; null: not known. */
  namespace: Namespace | null
  state: State
  frame: Frame
  /** The cell's own text. */
  readonly program: Program
  log: Log = { effects: [], findings: [] }
  readonly parameters: Parameter[] = []
  readonly needs = new Set<string>()
  leaves = false
  /** Where effects are said to happen while a function is looked into: its call. */
  site: Span | null = null
  /** While a function body is looked at where it is defined: the module's names that it used. Else null. */
  deferred: Map<string, Value> | null = null
  /** The module that is being imported: what it binds now is its beginning. */
  importing: Frame | null = null
  /** False inside branches: what is written here may also not be written. */
  certain = true
  /** Names that may be missing where we are: a `try` or an `if` provides for that. '*': any name. */
  guarded: ReadonlySet<string> = new Set()
  loops: Exits[] = []
  tries: Exits[] = []
  readonly calls: Exits[] = []
  /** What was raised so far. */
  readonly raised: Thing[] = []
  readonly stack: ParseNode[] = []
  /** Views that this statement makes, with what reading them reads. */
  readonly views = new Map<Resource, readonly Effect[]>()
  /** The effects on tables and files of another notebook; null: not known. */
  outsideEffects: (path: string) => OutsideEffects = () => ({ effects: null, needs: [] })
  /** Steps left for looking into functions, so that the analysis of every cell ends. */
  budget = 50_000
  /** Iterators whose code is being looked into. */
  readonly resuming = new Set<Thing>()

  constructor(context: AnalysisContext, namespace: Namespace | null, state: State, frame: Frame) {
    this.context = context
    this.namespace = namespace
    this.state = state
    this.frame = frame
    this.program = frame.program
  }

  where(at: ParseNode | Span): Span {
    return this.site ?? ('end' in at ? at : { start: at.start, end: at.start + at.length })
  }

  /** Writes down an effect. What happens in a branch only may leave the old version. */
  emit(
    mode: Mode,
    resource: Resource,
    at: ParseNode | Span,
    details: Pick<Effect, 'view' | 'maybe' | 'optional' | 'drops' | 'shallow' | 'like' | 'expanded'> = {},
  ): void {
    const sure = mode === 'write' && !this.certain && !resource.startsWith('name:') ? 'update' : mode
    this.log.effects.push({ mode: sure, resource, where: this.where(at), ...this.mayLack(mode, resource), ...details })
  }

  private mayLack(mode: Mode, resource: Resource): Pick<Effect, 'optional'> {
    if (mode === 'write' || this.guarded.size === 0 || !resource.startsWith('name:')) return {}
    return this.guarded.has(everyName) || this.guarded.has(resource.slice(5)) ? { optional: true } : {}
  }

  emitAll(effects: readonly Effect[], at: ParseNode | Span): void {
    for (const { mode, resource, where: _, expanded: __, ...details } of effects) this.emit(mode, resource, at, details)
  }

  find(code: string, severity: Finding['severity'], at: ParseNode | Span, message: string): void {
    if (this.deferred === null) this.log.findings.push({ code, severity, where: this.where(at), message })
  }

  /** Notes what reading a view will read. */
  carry(view: Resource, behind: readonly Effect[]): void {
    const before = this.certain ? [] : (this.views.get(view) ?? [])
    this.views.set(view, [...before, ...behind])
  }

  /** Looks at something that may not happen, and returns the state it would leave. */
  branch(look: () => void, from: State = this.state): State {
    const { state, certain, namespace } = this
    this.state = from.fork()
    this.certain = false
    look()
    const left = this.state
    // Behind a USE that may not have happened nobody knows where names are looked up.
    if (this.namespace?.catalog !== namespace?.catalog || this.namespace?.schema !== namespace?.schema)
      this.namespace = null
    this.state = state
    this.certain = certain
    return left
  }

  /** Looks at something that happens later, if it happens: to see what it may give. */
  silently(look: () => void): void {
    const { log } = this
    this.log = { effects: [], findings: [] }
    this.state.merge([this.state.fork(), this.branch(look)])
    this.log = log
  }

  /** Looks at something where names may be missing. */
  guarding<T>(names: Iterable<string>, look: () => T): T {
    const { guarded } = this
    this.guarded = new Set([...guarded, ...names])
    const result = look()
    this.guarded = guarded
    return result
  }

  /** From here on names are there that may have been missing: code that asked for them has bound them where they were. */
  ensure(names: Iterable<string>): void {
    const bound = [...names].filter((name) => this.state.getHere(name) !== undefined)
    if (bound.length > 0) this.guarded = new Set([...this.guarded, ...bound])
  }

  /** The value of a variable of the module, noting that it is read; undefined: Python's own. */
  readModuleName(name: string, at: ParseNode | Span): Value | undefined {
    const key = this.moduleKey(name)
    const known = this.state.get(key)
    if (key !== name) return known?.value
    const isOurs = known === undefined && isProvided(name) && this.state.get(everyName) === undefined
    if (isOurs) return isHistory(name) ? this.readHistory(name, at) : undefined
    if (this.deferred !== null) return this.readDeferred(name, known, at)
    if (!this.state.getHere(key)?.sure) this.emitRead(name, known, at)
    if (known !== undefined || isProvided(name) || conventionalModules.has(name)) return known?.value
    return this.state.assume(key, ofThing(thing('value'))).value
  }

  /** What an earlier cell has shown: any cell above may be meant. */
  private readHistory(name: string, at: ParseNode | Span): Value {
    this.emit('read', `name:${everyName}`, at)
    this.find(
      'unresolved-names',
      'warning',
      at,
      `${name} is what was shown last when the notebook was run by hand. Give that result a name, and use it here. Until then this cell waits for all cells above it.`,
    )
    return ofThing(thing('value'))
  }

  /** What a function finds when it is called is not what is there when it is defined; only what it is like. */
  private readDeferred(name: string, known: Binding | undefined, at: ParseNode | Span): Value | undefined {
    this.emitRead(name, undefined, at)
    const seen = this.deferred!.get(name)
    if (seen !== undefined && this.state.getHere(name) === undefined) return seen
    const value =
      known?.value ?? (isProvided(name) || conventionalModules.has(name) ? undefined : ofThing(thing('value')))
    if (value !== undefined) this.deferred!.set(name, value)
    return value
  }

  private emitRead(name: string, binding: Binding | undefined, at: ParseNode | Span): void {
    const expanded = this.isLookedInto(binding)
    this.log.effects.push({
      mode: 'read',
      resource: `name:${name}`,
      where: this.where(at),
      ...(expanded ? { expanded } : {}),
      ...this.mayLack('read', `name:${name}`),
    })
  }

  /** What a function or object brings along is found by looking into it; what a frame reads is left to the graph. */
  private isLookedInto(binding: Binding | undefined): boolean {
    return binding !== undefined && !binding.assumed && !this.bringsFrames(binding.value)
  }

  /** Whether a value is a lazy frame, or holds one. */
  private bringsFrames(value: Value): boolean {
    if (value.frame !== null) return true
    const seen = new Set<Thing>(value.objects)
    for (const object of seen) {
      if (object.kind === 'frame') return true
      if (seen.size < mostSearched) for (const part of this.state.partsOf(object)) seen.add(part)
    }
    return false
  }

  /** Binds a variable of the module. */
  writeModuleName(name: string, value: Value, at: ParseNode | Span): void {
    const key = this.moduleKey(name)
    this.state.set(key, value)
    if (key === name) this.emit('write', `name:${name}`, at)
    else this.writeMember(value, at)
    if (this.deferred !== null) this.deferred.set(name, value)
  }

  /** Unbinds a variable of the module. */
  deleteModuleName(name: string, at: ParseNode | Span): void {
    const key = this.moduleKey(name)
    if (key === name) this.emit(this.state.getHere(key)?.sure ? 'write' : 'update', `name:${name}`, at)
    this.state.variables.set(key, { value: unknown, sure: true, gone: true })
  }

  /** A variable of a project's module is bound: a function of the module that does so changes the module. */
  private writeMember(value: Value, at: ParseNode | Span): void {
    let module = this.frame
    while (module.parent !== null) module = module.parent
    this.state.addParts(module.thing, partsFor(value))
    if (module !== this.frame && module !== this.importing) this.change(ofThing(module.thing), at)
  }

  moduleKey(name: string): string {
    return this.frame.program.prefix + name
  }

  /**
   * Notes that objects change in place: every name from above through which the change can be seen gets a new version.
   * Names that this statement has bound itself have one already.
   */
  change(value: Value, at: ParseNode | Span): void {
    if (value.objects.length === 0) return
    for (const object of value.objects) {
      this.state.changed.add(object)
      for (const { mode, resource } of object.touches ?? [])
        if (!this.hasWritten(resource)) this.emit(mode, resource, at)
      if (this.state.get(contentsKey(object)) !== undefined) this.state.set(contentsKey(object), unknown)
    }
    const seen = new Map<Thing, boolean>(value.objects.map((object) => [object, true]))
    for (const [name, holder] of this.deferred ?? this.namesHolding(value.objects)) {
      if (!holder.objects.some((object) => this.reaches(object, seen))) continue
      this.emit('update', `name:${name}`, at, this.isLookedInto(this.state.get(name)) ? { expanded: true } : {})
    }
  }

  /** Whether this statement has made it anew: what is done to it now is nobody else's. */
  private hasWritten(resource: Resource): boolean {
    return this.log.effects.some((effect) => effect.mode === 'write' && effect.resource === resource)
  }

  /** The names from above that may hold one of these objects. */
  private *namesHolding(objects: readonly Thing[]): Iterable<[string, Value]> {
    const names = new Set<string>()
    const things = new Set<Thing>(objects)
    for (const object of things) {
      for (const holders of this.state.place.allHoldersOf(object)) {
        for (const name of holders.names) if (isModuleName(name)) names.add(name)
        for (const holder of holders.things) things.add(holder)
      }
    }
    for (const name of names) {
      const binding = this.state.get(name)
      if (binding !== undefined && !binding.gone && !this.state.getHere(name)?.sure) yield [name, binding.value]
    }
  }

  /** Reads the names that hold a module which was changed since it was imported. */
  readHolders(modules: readonly Thing[], at: ParseNode | Span): void {
    const changed = modules.filter((module) => this.insideOf(module).some((part) => this.holdsChanged(part, new Set())))
    for (const [name] of this.namesHolding(changed)) this.emit('read', `name:${name}`, at)
  }

  private holdsChanged(object: Thing, seen: Set<Thing>): boolean {
    if (this.state.hasChanged(object)) return true
    if (seen.has(object) || seen.size > mostSearched) return false
    seen.add(object)
    return this.state.partsOf(object).some((part) => this.holdsChanged(part, seen))
  }

  /** The names from above that a library is known by, with what they hold now. */
  private *namesOfLibrary(root: string): Iterable<[string, Value]> {
    if (this.deferred !== null) return yield* this.deferred
    for (const [key, { value, gone }] of this.state.bindings(libraryGroup(root)))
      if (!gone && isModuleName(key) && !this.state.getHere(key)?.sure) yield [key, value]
  }

  /** Variables of this run of a function live on after it: something made in it still sees them. */
  keepFrame(from: Frame): void {
    for (let frame: Frame | null = from; frame !== null && frame.parent !== null; frame = frame.parent)
      this.state.place.kept.add(String(frame.id))
  }

  keeps(key: string): boolean {
    const colon = key.indexOf(':')
    return colon === -1 || !/^\d/.test(key) || this.state.place.isKept(key.slice(0, colon))
  }

  /** Whether one of the objects known to be `true` in `seen` can be reached from `object`. */
  reaches(object: Thing, seen: Map<Thing, boolean>): boolean {
    const known = seen.get(object)
    if (known !== undefined) return known
    seen.set(object, false)
    const found = this.insideOf(object).some((part) => this.reaches(part, seen))
    if (found) seen.set(object, true)
    return found
  }

  /** The objects that an object holds: its parts, what its class and its closure share. */
  insideOf(object: Thing): readonly Thing[] {
    const { members } = object
    return [
      ...this.state.partsOf(object),
      ...sharedBy(object),
      ...(members === undefined ? [] : this.state.partsOf(members.thing)),
    ]
  }

  /** A library's module was changed: every name that it is known by has a new version. Or it is `read` by another name. */
  changeLibrary(root: string, at: ParseNode | Span, mode: 'update' | 'read' = 'update'): void {
    for (const [name, holder] of this.namesOfLibrary(root)) {
      if (holder.library.some((own) => own === root || own.startsWith(`${root}.`))) this.emit(mode, `name:${name}`, at)
    }
  }

  /** The parameters declared above or here, with their defaults. */
  *parameterValues(): Iterable<[string, Value]> {
    for (const [key, { value }] of this.state.bindings(parameters)) yield [key.slice(parameters.length), value]
  }

  /** Python starts anew: no name has a meaning any more. */
  dropNames(): void {
    for (const [key] of this.state.bindings(moduleNames)) this.state.drop(key)
  }

  /** Every name of the notebook may have a new meaning from here on. */
  forgetNames(): void {
    this.state.weaken((binding) => ({ ...binding, value: { ...binding.value, literals: null } }))
    this.state.set(everyName, unknown)
  }
}

/** Objects looked at to see whether frames are among them. */
const mostSearched = 200

/** What these names mean in every notebook, for the case that their import cannot be seen. */
export const conventionalModules: ReadonlyMap<string, string> = new Map(
  Object.entries({
    pd: 'pandas',
    np: 'numpy',
    plt: 'matplotlib.pyplot',
    pl: 'polars',
    F: 'pyspark.sql.functions',
    os: 'os',
    random: 'random',
  }),
)

/** The variable whose presence says that names may be bound which no text shows (`exec`, an unknown `import *`). */
export const everyName = '*'

export function isModuleName(key: string): boolean {
  return key !== everyName && !key.startsWith('#') && !key.includes(':')
}

/** Whether Python or the notebook's runtime knows the name without any cell defining it. */
export function isProvided(name: string): boolean {
  return builtinNames.has(name) || runtimeNames.has(name) || /^_\d+$/.test(name)
}

/** Names under which a notebook that is run by hand keeps what its cells have shown. */
function isHistory(name: string): boolean {
  return /^(_{1,3}|_i{0,3}|_\d+|_[io]h|In|Out)$/.test(name)
}
