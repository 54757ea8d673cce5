import { noArguments, type Arguments } from './arguments.ts'
import { callValue } from './calls.ts'
import { awaited, evaluate, fresh } from './expressions.ts'
import { Kind, ParameterKind, type ClassNode, type ParseNode } from './nodes.ts'
import type { FunctionNode, LambdaNode, ParameterNode } from './nodes.ts'
import { placeHere } from './place.ts'
import type { Exits, Run } from './run.ts'
import { childrenOf, freeNames, mangled } from './scopes.ts'
import { execute } from './statements.ts'
import { attributeKey, attributeOf, collection, localKey, partsFor } from './variables.ts'
import { join, ofLiteral, ofThing, thing, unknown, type Closure, type Frame, type Thing, type Value } from './value.ts'
import type { Span } from '../effect.ts'

/** How many calls inside each other are looked into; fewer where a function is defined than where it is called. */
const deepest = 12
const deepestDeferred = 4

export function newFrame(parent: Frame, node: ParseNode): Frame {
  const { program } = parent
  const scope = program.scopes.of.get(node)!
  return placeHere().frame(scope, parent, program, thing('scope'))
}

/** The function that a `def` or `lambda` makes. Its defaults are evaluated now. */
export function makeFunction(run: Run, node: FunctionNode | LambdaNode, binding: Closure['binding'] = 'plain'): Value {
  const defaults = new Map<string, Value>()
  for (const { d } of node.d.params) {
    if (d.defaultValue === undefined) continue
    const value = evaluate(run, d.defaultValue)
    if (d.name !== undefined) defaults.set(d.name.d.value, value)
  }
  run.keepFrame(run.frame)
  const name = node.nodeType === Kind.Function ? node.d.name.d.value : 'lambda'
  return ofThing(thing('function', { closure: { node, name, frame: run.frame, defaults, binding } }))
}

/** What `object.name` gives when the attribute is `value`: methods know their object, properties are computed. */
export function bindMethod(run: Run, object: Thing, value: Value, at: ParseNode): Value {
  if (object.kind !== 'instance' && object.kind !== 'class') return value
  const bound = value.objects.map((part): Value => {
    const { closure } = part
    if (part.kind === 'instance' && attributeOf(run, part, '__get__') !== undefined) {
      const given = [object.kind === 'class' ? unknown : ofThing(object), unknown]
      return (
        callDunder(run, ofThing(part), ['__get__'], at, { ...noArguments, positional: given, all: given }) ?? fresh()
      )
    }
    if (closure === undefined || part.kind !== 'function') return { ...value, objects: [part] }
    if (closure.binding === 'cached' && object.kind === 'instance') return computeOnce(run, object, part, at)
    if (closure.binding === 'static') return ofThing(part)
    if (closure.binding === 'property')
      return object.kind === 'class' ? ofThing(part) : callThing(run, part, withSelf(ofThing(object), noArguments), at)
    if (closure.binding === 'class')
      return ofThing(method(part, object.kind === 'class' ? object : (object.classes?.[0] ?? object)))
    return object.kind === 'class' ? ofThing(part) : { ...unknown, objects: [method(part, object)] }
  })
  return bound.length === 0 ? value : join(bound)
}

/** A cached property: its value is computed when it is first asked for, and then kept in the object. */
function computeOnce(run: Run, object: Thing, part: Thing, at: ParseNode): Value {
  const value = callThing(run, part, withSelf(ofThing(object), noArguments), at)
  run.state.set(attributeKey(object, part.closure!.name), value)
  run.state.addParts(object, partsFor(value))
  run.change(ofThing(object), at)
  return value
}

/** A function as a method of something that cannot be looked into. */
export function bindTo(part: Thing, self: Value): Thing {
  return part.kind === 'function' ? thing('method', { closure: part.closure!, self }) : part
}

function method(part: Thing, self: Thing): Thing {
  return thing('method', { closure: part.closure!, self: self.self ?? ofThing(self) })
}

function withSelf(self: Value, args: Arguments): Arguments {
  return { ...args, positional: [self, ...args.positional], all: [self, ...args.all] }
}

/** Whether calling it runs code of the notebook or of the project. */
export function isCallable(object: Thing): boolean {
  return object.kind === 'function' || object.kind === 'method' || object.kind === 'class'
}

/** Looks into a call of a function, method or class. */
export function callThing(run: Run, callee: Thing, args: Arguments, at: ParseNode | Span): Value {
  if (callee.partial !== undefined) return callPartial(run, callee.partial, args, at)
  if (callee.kind === 'class') return instantiate(run, callee, args, at)
  if (callee.kind === 'instance') return callDunder(run, ofThing(callee), ['__call__'], at, args) ?? fresh()
  const { closure, self } = callee
  if (callee.changes) {
    for (const object of self!.objects) run.state.addParts(object, args.all.flatMap(partsFor))
    run.change(self!, at)
  }
  if (closure === undefined) return callee.gives ?? fresh()
  return callClosure(run, closure, self === undefined ? args : withSelf(self, args), at)
}

/** What `functools.partial(f, a)` gives is called: `f`, with `a` before all. */
function callPartial(
  run: Run,
  { callee, args, node }: NonNullable<Thing['partial']>,
  more: Arguments,
  at: ParseNode | Span,
): Value {
  const { site } = run
  run.site = run.where(at)
  const result = callValue(run, node, callee, {
    positional: [...args.positional, ...more.positional],
    named: new Map([...args.named, ...more.named]),
    others: [...args.others, ...more.others],
    all: [...args.all, ...more.all],
  })
  run.site = site
  return result
}

export function callClosure(run: Run, closure: Closure, args: Arguments, at: ParseNode | Span | null): Value {
  const { node } = closure
  if (node.nodeType !== Kind.Function && node.nodeType !== Kind.Lambda) return fresh()
  if (at !== null && node.nodeType === Kind.Function && (node.d.isAsync || yields(node)))
    return suspended(run, closure, node, args)
  // A function that calls itself does what it does, with whatever values it comes to in the end.
  const isWithin = run.stack.filter((each) => each === node).length
  if (isWithin > 0) {
    const others = isWithin === 1 ? otherArguments(run, node, args) : null
    if (others === null) return collection(run, args.all)
    args = others
  }
  const tooDeep = run.stack.length >= (run.deferred === null ? deepest : deepestDeferred)
  if (tooDeep || run.budget < 0) return giveUp(run, closure, args, at ?? node)
  run.budget -= 20
  const { frame, site, loops, tries, certain } = run
  if (at !== null) run.site = run.where(at)
  run.frame = newFrame(closure.frame, node)
  run.loops = []
  run.tries = []
  run.stack.push(node)
  const exits: Exits = { base: run.state, states: [], results: [] }
  run.calls.push(exits)
  bindParameters(run, node.d.params, closure.defaults, args)
  run.state = exits.base.fork()
  const look = (): void => {
    if (node.nodeType === Kind.Lambda) exits.results.push(evaluate(run, node.d.expr))
    else execute(run, node.d.suite.d.statements)
  }
  if (run.flow === null) look()
  else run.flow.body(look)
  exits.base.merge([run.state, ...exits.states])
  exits.base.dead = false
  run.state = exits.base
  run.calls.pop()
  run.stack.pop()
  Object.assign(run, { frame, site, loops, tries, certain })
  // A function that ends without `return` gives None.
  return exits.results.length === 0 ? ofLiteral(null) : join(exits.results)
}

/**
 * The arguments of a function's call of itself, without the texts and numbers that are others than it was called with; null: there are
 * no such.
 */
function otherArguments(run: Run, node: FunctionNode | LambdaNode, args: Arguments): Arguments | null {
  const isOwn = run.frame.scope === run.frame.program.scopes.of.get(node)
  let changed = false
  const settled = (value: Value, name: string | undefined): Value => {
    const own = isOwn && name !== undefined ? run.state.get(localKey(run.frame, name))?.value.literals : undefined
    const isSame = own === null || (own !== undefined && value.literals?.every((literal) => own.includes(literal)))
    if (isSame === true || (value.literals === null && own === undefined && isOwn)) return value
    changed = true
    return { ...value, literals: null }
  }
  const positional = args.positional.map((value, index) => settled(value, node.d.params[index]?.d.name?.d.value))
  const named = new Map([...args.named].map(([name, value]) => [name, settled(value, name)]))
  const all = [...positional, ...named.values(), ...args.others]
  return changed ? { positional, named, others: args.others, all } : null
}

/** The body of a generator or a coroutine runs when that is used; when it is made, only what it may give is looked for. */
function suspended(run: Run, closure: Closure, node: FunctionNode, args: Arguments): Value {
  let results: Value = unknown
  run.silently(() => (results = callClosure(run, closure, args, null)))
  const made = thing('iterator', {
    container: true,
    resume: (now) => void callClosure(now, closure, args, null),
    ...(yields(node) ? {} : { awaited: results }),
  })
  run.state.addParts(
    made,
    [...args.all, results].flatMap((value) => value.objects),
  )
  return ofThing(made)
}

/**
 * Too deep to look into: it may change what it is given and what it names, and read and write any table and file that its text
 * makes possible.
 */
function giveUp(run: Run, closure: Closure, args: Arguments, at: ParseNode | Span): Value {
  const { program } = closure.frame
  for (const value of args.all) run.change(value, at)
  for (const name of freeNames(program.scopes, closure.node)) {
    const value = run.readModuleName(name, closure.node)
    if (value !== undefined)
      run.change(
        {
          ...value,
          objects: value.objects.filter((object) => object.closure === undefined && object.kind !== 'module'),
        },
        at,
      )
  }
  const text = program.text.slice(closure.node.start, closure.node.start + closure.node.length)
  if (/spark|sql|table/i.test(text)) run.emit('update', 'table:*', at)
  if (/open|path|file|read|write|save|to_/i.test(text)) run.emit('update', 'path:*', at)
  run.find(
    'unresolved-call',
    'info',
    at,
    `The calls behind ${closure.name} go too deep to follow, so this cell waits for more cells than it may need.`,
  )
  return collection(run, args.all)
}

function bindParameters(
  run: Run,
  parameters: readonly ParameterNode[],
  defaults: ReadonlyMap<string, Value>,
  args: Arguments,
): void {
  const positional = [...args.positional]
  const named = new Map(args.named)
  const open = args.others.length === 0 ? null : join([...args.others])
  let keywordOnly = false
  for (const { d } of parameters) {
    if (d.name === undefined) {
      if (d.category === ParameterKind.ArgsList) keywordOnly = true
      continue
    }
    const name = d.name.d.value
    let value: Value
    if (d.category === ParameterKind.ArgsList) {
      const rest = positional.splice(0)
      value = collection(run, open === null ? rest : [...rest, open], open === null ? { items: rest } : {})
      keywordOnly = true
    } else if (d.category === ParameterKind.KwargsDict) {
      const rest = [...named]
      const values = rest.map(([, each]) => each)
      value = collection(
        run,
        open === null ? values : [...values, open],
        open === null ? { entries: new Map(rest) } : {},
      )
    } else {
      const given = named.get(name) ?? (keywordOnly ? undefined : positional.shift())
      named.delete(name)
      const fallback = [...(open === null ? [] : [open]), ...(defaults.has(name) ? [defaults.get(name)!] : [])]
      value = given ?? (fallback.length > 0 ? join(fallback) : fresh())
    }
    const key = localKey(run.frame, mangled(name, run.frame.scope))
    run.state.set(key, value)
    run.flow?.store(run, key)
    run.state.addParts(run.frame.thing, partsFor(value))
  }
}

function instantiate(run: Run, callee: Thing, args: Arguments, at: ParseNode | Span): Value {
  const made = thing('instance', { classes: [callee], ...(run.certain ? {} : { many: true }) })
  const init = attributeOf(run, callee, '__init__')
  const object = ofThing(made)
  for (const meta of callee.meta ?? [])
    callDunder(run, ofThing(thing('instance', { classes: [meta] })), ['__call__'], at, args)
  for (const part of attributeOf(run, callee, '__new__')?.objects ?? [])
    if (part.closure !== undefined) callThing(run, part, withSelf(ofThing(callee), args), at)
  for (const part of init?.objects ?? [])
    if (part.closure !== undefined) callThing(run, part, withSelf(object, args), at)
  if (init === undefined) run.state.addParts(made, args.all.flatMap(partsFor))
  if (init === undefined) {
    for (const [name, value] of args.named) run.state.set(`#${made.id}.${name}`, value)
    for (const [index, name] of (callee.fields ?? []).entries())
      if (args.positional[index] !== undefined) run.state.set(`#${made.id}.${name}`, args.positional[index])
    callDunder(run, object, ['__post_init__'], at)
  }
  return object
}

/** A value's objects, parted: those of the notebook's own classes that have one of these methods, and the others. */
export function partedBy(run: Run, value: Value, names: readonly string[]): { own: Value; rest: Value } {
  const has = (object: Thing): boolean =>
    object.kind === 'instance' && names.some((name) => attributeOf(run, object, name) !== undefined)
  return {
    own: { ...unknown, objects: value.objects.filter(has) },
    rest: { ...value, objects: value.objects.filter((object) => !has(object)) },
  }
}

/** Runs the special methods of the notebook's own objects that an operation may call. */
export function callDunder(
  run: Run,
  value: Value,
  names: readonly string[],
  at: ParseNode | Span,
  args = noArguments,
): Value | undefined {
  const results: Value[] = []
  for (const object of value.objects) {
    if (object.kind !== 'instance') continue
    for (const name of names) {
      const found = attributeOf(run, object, name)
      for (const part of found?.objects ?? []) {
        if (part.closure === undefined) continue
        const made = callThing(run, part, withSelf(ofThing(object), args), at)
        // `async with` and `async for` await what these give.
        results.push(/^__a(enter|exit|next)__$/.test(name) ? awaited(run, made, at) : made)
      }
    }
  }
  return results.length === 0 ? undefined : join(results)
}

const generators = new WeakMap<FunctionNode, boolean>()

/** Whether a function's body has a `yield` of its own. */
function yields(node: FunctionNode): boolean {
  let known = generators.get(node)
  if (known === undefined) generators.set(node, (known = node.d.suite.d.statements.some(hasYield)))
  return known
}

function hasYield(node: ParseNode): boolean {
  if (node.nodeType === Kind.Yield || node.nodeType === Kind.YieldFrom) return true
  if (node.nodeType === Kind.Function || node.nodeType === Kind.Lambda || node.nodeType === Kind.Class) return false
  return childrenOf(node).some(hasYield)
}

/** The class that a `class` statement makes; its body runs now. */
export function makeClass(run: Run, node: ClassNode, given: Arguments): Value {
  const frame = newFrame(run.frame, node)
  const { frame: outer } = run
  const isClass = (object: Thing): boolean => object.kind === 'class'
  const classes = given.all.flatMap((base) => base.objects.filter(isClass))
  const foreign = given.positional.some((base) => !base.objects.some(isClass)) || given.others.length > 0
  const meta = given.named.get('metaclass')?.objects.filter(isClass) ?? []
  const made = thing('class', {
    members: frame,
    classes,
    meta,
    fields: fieldsOf(node),
    ...(foreign ? { foreign } : {}),
  })
  run.state.set(ownClass(frame), ofThing(made))
  run.keepFrame(frame)
  run.frame = frame
  execute(run, node.d.suite.d.statements)
  run.frame = outer
  for (const base of classes)
    for (const part of attributeOf(run, base, '__init_subclass__')?.objects ?? [])
      if (part.closure !== undefined) callThing(run, part, withSelf(ofThing(made), noArguments), node)
  for (const each of meta)
    callDunder(run, ofThing(thing('instance', { classes: [each] })), ['__new__', '__init__'], node)
  return ofThing(made)
}

/** The variable of a class body's run that holds the class, for `super()`. */
function ownClass(frame: Frame): string {
  return `${frame.id}:<class>`
}

/** The names that a class body annotates, in order: what a data class is made of. */
function fieldsOf(node: ClassNode): readonly string[] {
  const statements = node.d.suite.d.statements.flatMap((each) =>
    each.nodeType === Kind.StatementList ? each.d.statements : [each],
  )
  return statements.flatMap((each) => {
    const target = each.nodeType === Kind.Assignment ? each.d.leftExpr : each
    if (target.nodeType !== Kind.TypeAnnotation || target.d.valueExpr.nodeType !== Kind.Name) return []
    return [target.d.valueExpr.d.value]
  })
}

/** What `super()` gives in a method: its object, seen as one of the classes above. */
export function superOf(run: Run): Value {
  const { frame } = run
  const [owner] = (frame.parent === null ? undefined : run.state.get(ownClass(frame.parent))?.value.objects) ?? []
  const [first] = frame.scope.bound
  const self = first === undefined ? undefined : run.state.get(localKey(frame, first))?.value
  if (owner === undefined || self === undefined) return fresh()
  return ofThing(thing('instance', { classes: owner.classes ?? [], self }))
}
