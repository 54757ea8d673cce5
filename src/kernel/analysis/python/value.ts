import { effectKey, type Effect, type Span } from '../effect.ts'
import { gap } from '../rough-path.ts'
import type { Arguments } from './arguments.ts'
import type { ClassNode, ComprehensionNode, FunctionNode, LambdaNode } from './nodes.ts'
import { placeHere } from './place.ts'
import type { Run } from './run.ts'
import type { Scope, Scopes } from './scopes.ts'

export type Literal = string | number | boolean | null

/**
 * What analysis knows of a Python value: an over-estimate of all that it may be. Values are immutable; what is inside an
 * object changes with the `State`.
 */
export interface Value {
  /** The objects it may be, or be a part of. Empty: nothing that can be changed in place. */
  readonly objects: readonly Thing[]
  /** Everything it may be, if that is known text, number or the like; null: unknown. */
  readonly literals: readonly Literal[] | null
  /** Library things it may be, by dotted name: `pandas.read_csv`, `spark.read`. */
  readonly library: readonly string[]
  /** Reads that happen when it is collected: it is a lazy frame, or may be one. null: it is none. */
  readonly frame: readonly Effect[] | null
  /** The settings of a reader or writer on its way (`df.write.mode("append")`), and the frame to be written. */
  readonly options: ReadonlyMap<string, Value> | null
  /** It was taken out of its objects (`d["k"]`): `x += 1` with a number does not reach them. */
  readonly part?: boolean
}

/** One object of the program, or all objects made at one place. */
export interface Thing {
  readonly id: number
  /**
   * `iterator`: every use changes it. `stateful`: every method call changes it (a connection, a generator of random numbers).
   * `scope`: the variables of a function's run that a closure shares.
   */
  readonly kind:
    'value' | 'function' | 'class' | 'instance' | 'method' | 'iterator' | 'stateful' | 'scope' | 'module' | 'frame'
  /** A list, dict or the like that the program made: all that it holds was put in by code that we saw. */
  readonly container?: boolean
  /** What a display such as `["a", "b"]` held when it was made; void once the object changed. */
  readonly items?: readonly Value[]
  readonly entries?: ReadonlyMap<Literal, Value>
  readonly closure?: Closure
  /** Of a class: the names that its arguments have one after another, if it says so (`@dataclass`, `namedtuple`). */
  readonly fields?: readonly string[]
  /** Of `partial(f, x)`: the function, and what it is called with first. */
  readonly partial?: { readonly callee: Value; readonly args: Arguments }
  /** Of an open file or database: what every use of it touches. */
  readonly touches?: readonly Effect[]
  /** Of a lazy frame that is kept in a collection: what it reads. */
  readonly frame?: readonly Effect[]
  /** The class of an instance; the bases of a class. */
  readonly classes?: readonly Thing[]
  /** Of a bound method, and of what `super()` gives: the object behind it. */
  readonly self?: Value
  /** Calling it changes `self`: it is a method such as `append` of something that is not the notebook's own. */
  readonly changes?: boolean
  /** What calling it gives, if no code of the notebook tells: what a weak reference refers to. */
  readonly gives?: Value
  /** Of a property: the function that storing calls. */
  readonly setter?: Thing
  /** Of a class: it has bases that cannot be looked into, which may call any of its methods. */
  readonly foreign?: boolean
  /** Of a class: the metaclass. */
  readonly meta?: readonly Thing[]
  /** It stands for many objects: what is stored in one of them is not what is in the others. */
  readonly many?: boolean
  /** Asking it for a key that it does not have changes it (`defaultdict`). */
  readonly fills?: boolean
  /** What a comparison gave: selecting by it makes a copy, unless it is of a dictionary or the like. */
  readonly mask?: boolean
  /** The run of a class body or module, whose variables are its attributes. */
  readonly members?: Frame
  /** For a generator or a coroutine: what happens when it is used. */
  readonly resume?: (run: Run) => void
  /** For a coroutine: what awaiting it gives. */
  readonly awaited?: Value
}

/** A function, lambda, class body or generator expression with the names it sees. */
export interface Closure {
  readonly node: FunctionNode | LambdaNode | ComprehensionNode | ClassNode
  readonly name: string
  readonly frame: Frame
  readonly defaults: ReadonlyMap<string, Value>
  readonly binding: 'plain' | 'static' | 'class' | 'property' | 'cached'
}

/** One run of a scope: the module's, or one call of a function. */
export interface Frame {
  readonly id: number
  readonly scope: Scope
  readonly parent: Frame | null
  readonly program: Program
  /** The object that stands for its variables, shared with every closure made in it. */
  readonly thing: Thing
}

/** A text that is being analysed: a cell, or a module of the project. */
export interface Program {
  readonly id: number
  readonly text: string
  readonly scopes: Scopes
  /** Prefix of its module-level variables in the state: empty for the notebook. */
  readonly prefix: string
  /** The folder of a module file, for its relative imports. */
  readonly folder: string
}

export const unknown: Value = { objects: [], literals: null, library: [], frame: null, options: null }

export function thing(kind: Thing['kind'], details: Omit<Thing, 'id' | 'kind'> = {}): Thing {
  const place = placeHere()
  const made = place.thing(kind, details)
  for (const inner of sharedBy(made)) place.holdersOf(inner).things.add(made)
  return made
}

/** What an object shares from its beginning: with its class, its closure, the object that it is a method of. */
export function sharedBy({ closure, classes, self, members, gives }: Thing): readonly Thing[] {
  const shared = [...(classes ?? []), ...(self?.objects ?? []), ...(gives?.objects ?? [])]
  if (members !== undefined) shared.push(members.thing)
  if (closure !== undefined) {
    for (const value of closure.defaults.values()) shared.push(...value.objects)
    for (let frame: Frame | null = closure.frame; frame !== null; frame = frame.parent)
      if (frame.parent !== null || frame.program.prefix !== '') shared.push(frame.thing)
  }
  return shared
}

/** The variable that tells what the members of a collection may be that has changed. */
export function contentsKey({ id }: Thing): string {
  return `#${id}.[]`
}

export function ofThing(...objects: Thing[]): Value {
  return { ...unknown, objects }
}

export function ofLiteral(...literals: Literal[]): Value {
  return { ...unknown, literals }
}

export function ofLibrary(...library: string[]): Value {
  return { ...unknown, library }
}

export function ofFrame(frame: readonly Effect[]): Value {
  return { ...unknown, frame: distinctEffects(frame) }
}

const mostLiterals = 64

/** A value that may be any of these. */
export function join(values: readonly Value[]): Value {
  if (values.length === 0) return unknown
  if (values.every((value) => value === values[0])) return values[0]!
  const frames = values.flatMap((value) => value.frame ?? [])
  return {
    objects: distinct(values.flatMap((value) => value.objects)),
    literals: joinLiterals(values),
    library: distinct(values.flatMap((value) => value.library)),
    frame: values.some((value) => value.frame !== null) ? distinctEffects(frames) : null,
    options: values.find((value) => value.options !== null)?.options ?? null,
    ...(values.some((value) => value.part) ? { part: true } : {}),
  }
}

function joinLiterals(values: readonly Value[]): readonly Literal[] | null {
  const all = new Set<Literal>()
  for (const { literals } of values) {
    if (literals === null) return null
    for (const literal of literals) all.add(literal)
  }
  return all.size > mostLiterals ? null : [...all]
}

export function distinct<T>(items: readonly T[]): readonly T[] {
  return items.length < 2 ? items : [...new Set(items)]
}

export function distinctEffects(effects: readonly Effect[]): readonly Effect[] {
  if (effects.length < 2) return effects
  const seen = new Map<string, Effect>()
  for (const effect of effects) {
    const key = effectKey(effect)
    if (!seen.has(key)) seen.set(key, effect)
  }
  return [...seen.values()]
}

/** The effects, all said to happen at `where`. */
export function movedTo(effects: readonly Effect[], where: Span): readonly Effect[] {
  return effects.map((effect) => ({ ...effect, where }))
}

/** The only text that it may be, if it is one and known throughout. */
export function onlyText(value: Value | undefined): string | null {
  const known = texts(value)
  return known?.length === 1 ? known[0]! : null
}

/** All texts that it may be; null if it may be something unknown. */
export function texts(value: Value | undefined): readonly string[] | null {
  const known = roughTexts(value)
  return known === null || known.some((text) => text.includes(gap)) ? null : known
}

/** All texts that it may be, each perhaps with gaps; null if it may be anything. */
export function roughTexts(value: Value | undefined): readonly string[] | null {
  if (value?.literals == null || value.literals.length === 0) return null
  return value.literals.every((literal) => typeof literal === 'string') ? value.literals : null
}
