import { evaluate } from './expressions.ts'
import { from } from './flow.ts'
import { noArguments } from './arguments.ts'
import { callDunder, callThing, partedBy } from './closures.ts'
import { library } from './library/index.ts'
import { namespaceItem } from './namespaces.ts'
import { use } from './uses.ts'
import { Kind, type NameNode, type ParseNode } from './nodes.ts'
import { conventionalModules, type Run } from './run.ts'
import { homeOf, mangled, type Scope } from './scopes.ts'
import type { Effect } from '../effect.ts'
import {
  contentsKey,
  distinct,
  distinctEffects,
  join,
  ofLibrary,
  ofLiteral,
  ofThing,
  thing,
  unknown,
  type Frame,
  type Thing,
  type Value,
} from './value.ts'

/** The value of a name where it is used. */
export function loadName(run: Run, name: string, at: ParseNode): Value {
  const { scope } = run.frame
  const full = mangled(name, scope)
  const home = homeOf(full, scope)
  const frame = frameOf(run.frame, home)
  if (frame !== null && frame.parent !== null) {
    const binding = run.state.get(localKey(frame, full))
    // In a class body a name that is not bound yet is the module's.
    run.flow?.read(run, localKey(frame, full), binding?.value)
    if (binding !== undefined || home.kind !== 'class') return calledSo(binding?.value ?? unknown, name)
  } else if (home.parent !== null) return unknown
  const value = run.readModuleName(full, at)
  run.flow?.read(run, run.moduleKey(full), value)
  const known = calledSo(value ?? provided(full), name)
  return value !== undefined && run.flow !== null && run.moduleKey(full) === full ? from(known, full) : known
}

/** What is called so is that: functions get their session as an argument, classes keep it. */
export function calledSo(value: Value, name: string): Value {
  const known = /^_?(spark|dbutils)(_?[sS]ession)?$/.exec(name)
  const isOpen = value.library.length === 0 && value.literals === null && value.frame === null
  return known !== null && isOpen ? { ...value, library: [known[1]!] } : value
}

function provided(name: string): Value {
  if (runtime.has(name)) return ofLibrary(name)
  return ofLibrary(conventionalModules.get(name) ?? `builtins.${name}`)
}

const runtime = new Set([
  'spark',
  'sc',
  'sqlContext',
  'dbutils',
  'display',
  'displayHTML',
  'sql',
  'table',
  'getArgument',
])

/** Binds a name where it is assigned. */
export function storeName(run: Run, node: NameNode, value: Value): void {
  const { scope } = run.frame
  const name = mangled(node.d.value, scope)
  const home = bindingHome(name, scope)
  const frame = frameOf(run.frame, home)
  if (frame === null) return
  if (frame.parent === null) {
    run.writeModuleName(name, value, node)
    return
  }
  run.state.set(localKey(frame, name), value)
  run.flow?.store(run, localKey(frame, name))
  run.state.addParts(frame.thing, partsFor(value))
  if (frame !== run.frame && home.kind !== 'class') run.change(ofThing(frame.thing), node)
}

/** Unbinds a name. */
export function deleteName(run: Run, node: NameNode): void {
  const { scope } = run.frame
  const name = mangled(node.d.value, scope)
  const frame = frameOf(run.frame, bindingHome(name, scope))
  if (frame === null) return
  if (frame.parent === null) return run.deleteModuleName(name, node)
  const key = localKey(frame, name)
  run.state.variables.set(key, { value: unknown, sure: true, gone: true })
}

/** A comprehension's walrus binds outside of it. */
function bindingHome(name: string, scope: Scope): Scope {
  if (scope.kind === 'comprehension' && !scope.bound.has(name)) return bindingHome(name, scope.parent!)
  return homeOf(name, scope)
}

function frameOf(from: Frame, scope: Scope): Frame | null {
  for (let frame: Frame | null = from; frame !== null; frame = frame.parent) if (frame.scope === scope) return frame
  return null
}

export function localKey(frame: Frame, name: string): string {
  return frame.parent === null ? frame.program.prefix + name : `${frame.id}:${name}`
}

/** Binds an assignment's target to a value. */
export function bindTarget(run: Run, target: ParseNode, value: Value): void {
  switch (target.nodeType) {
    case Kind.Name:
      return storeName(run, target, value)
    case Kind.Tuple:
    case Kind.List: {
      const items = itemsOf(run, value)
      const plain = !target.d.items.some((item) => item.nodeType === Kind.Unpack)
      const matches = plain && items !== null && items.length === target.d.items.length
      const used = value.objects.filter(({ kind }) => kind === 'iterator' || kind === 'instance')
      if (used.length > 0) use(run, { ...value, objects: used }, target, 'iterate')
      target.d.items.forEach((item, index) => bindTarget(run, item, matches ? items[index]! : elementOf(run, value)))
      return
    }
    case Kind.Unpack:
      return bindTarget(run, target.d.expr, collection(run, [value]))
    case Kind.TypeAnnotation:
      return bindTarget(run, target.d.valueExpr, value)
    case Kind.MemberAccess:
      return storeAttribute(run, evaluate(run, target.d.leftExpr), target.d.member.d.value, value, target)
    case Kind.Index: {
      const named = namespaceItem(run, target)
      if (named !== null) return run.writeModuleName(named, value, target)
      const base = evaluate(run, target.d.leftExpr)
      const keys = target.d.items.map((item) => evaluate(run, item.d.valueExpr))
      const { own, rest } = partedBy(run, base, ['__setitem__'])
      callSetter(run, own, '__setitem__', [join(keys), value], target)
      if (own.objects.length > 0 && rest.objects.length === 0) return
      const isSlice = target.d.items.some((item) => item.d.valueExpr.nodeType === Kind.Slice)
      return storeItem(run, rest, isSlice ? join([value, partOf(run, value)]) : value, target)
    }
    default:
      evaluate(run, target)
  }
}

function storeItem(run: Run, base: Value, value: Value, at: ParseNode): void {
  if (library.storeItem(run, base, at)) return
  putInto(run, base, [value], at)
}

/** Changes collections: from now on they hold these values too. */
export function putInto(run: Run, base: Value, values: readonly Value[], at: ParseNode): void {
  const held = base.objects.map((object) => contentsOf(run, object))
  for (const object of base.objects) run.state.addParts(object, values.flatMap(partsFor))
  run.change(base, at)
  base.objects.forEach((object, index) => {
    const before = held[index]
    if (before != null) run.state.set(contentsKey(object), join([...before, ...values]))
  })
}

/** Notes what each member of a new collection may be, where they are not known one by one. */
export function collectionOf(run: Run, member: Value): Value {
  const made = collection(run, [member])
  run.state.set(contentsKey(made.objects[0]!), member)
  return made
}

/** What the members (of a dictionary: the values) of a collection may be; null: anything, besides its parts. */
function contentsOf(run: Run, object: Thing): readonly Value[] | null {
  const known = run.state.get(contentsKey(object))?.value
  if (known !== undefined) return [known]
  if (run.state.hasChanged(object)) return null
  return object.items ?? (object.entries === undefined ? null : [...object.entries.values()])
}

export function storeAttribute(run: Run, base: Value, name: string, value: Value, at: ParseNode): void {
  if (library.storeAttribute(run, base, name, value, at)) return
  const { own, rest } = partedBy(run, base, ['__setattr__'])
  callSetter(run, own, '__setattr__', [ofLiteral(name), value], at)
  const plain = rest.objects.filter((object) => !storesByCode(run, object, name, value, at))
  for (const object of plain) {
    const key = attributeKey(object, name)
    const isOne = plain.length === 1 && object.kind !== 'value' && !object.many
    const old = isOne ? undefined : run.state.get(key)
    run.state.set(key, old === undefined ? value : join([old.value, value]))
    run.state.addParts(object, partsFor(value))
  }
  run.change({ ...base, objects: plain }, at)
}

/** Calls the method of the notebook's own classes that does what a statement asks for; false: there is none. */
function callSetter(run: Run, base: Value, method: string, given: readonly Value[], at: ParseNode): boolean {
  const args = { ...noArguments, positional: given, all: given }
  return base.objects.length > 0 && callDunder(run, base, [method], at, args) !== undefined
}

/** Whether storing an attribute runs code: the setter of a property, or a descriptor. */
function storesByCode(run: Run, object: Thing, name: string, value: Value, at: ParseNode): boolean {
  if (object.kind !== 'instance') return false
  let found = false
  for (const part of classAttribute(run, object.classes ?? [], name, 0)?.objects ?? []) {
    const given = [ofThing(object), value]
    if (part.setter !== undefined) {
      callThing(run, part.setter, { ...noArguments, positional: given, all: given }, at)
      found = true
    } else if (callSetter(run, ofThing(part), '__set__', given, at)) found = true
  }
  return found
}

/** Deletes what `del` names. */
export function deleteTarget(run: Run, target: ParseNode): void {
  switch (target.nodeType) {
    case Kind.Name:
      return deleteName(run, target)
    case Kind.Tuple:
    case Kind.List:
      for (const item of target.d.items) deleteTarget(run, item)
      return
    case Kind.MemberAccess: {
      const base = evaluate(run, target.d.leftExpr)
      for (const object of base.objects) {
        // What the class has comes to light.
        const hidden = classAttribute(run, object.classes ?? [], target.d.member.d.value, 0)
        const key = attributeKey(object, target.d.member.d.value)
        const own = run.state.get(key)
        if (hidden !== undefined && own !== undefined) run.state.set(key, join([own.value, hidden]))
      }
      callDunder(run, base, ['__delattr__'], target)
      return run.change(base, target)
    }
    case Kind.Index: {
      const named = namespaceItem(run, target)
      if (named !== null) return run.deleteModuleName(named, target)
      const base = evaluate(run, target.d.leftExpr)
      for (const item of target.d.items) evaluate(run, item.d.valueExpr)
      const { own, rest } = partedBy(run, base, ['__delitem__'])
      callDunder(run, own, ['__delitem__'], target)
      if (own.objects.length > 0 && rest.objects.length === 0) return
      return storeItem(run, rest, unknown, target)
    }
    default:
      evaluate(run, target)
  }
}

/** The variable that holds an attribute: a class's and a module's attributes are the variables of their body's run. */
export function attributeKey(object: Thing, name: string): string {
  return object.members !== undefined ? localKey(object.members, name) : `#${object.id}.${name}`
}

/** A new list, tuple, set or the like that holds what these values are. */
export function collection(run: Run, values: readonly Value[], details: Omit<Thing, 'id' | 'kind'> = {}): Value {
  const made = thing('value', { container: true, ...details })
  const parts = values.flatMap(partsFor)
  // Collections of collections grow without end in loops: they use up what may be looked into.
  run.budget -= Math.floor(parts.length / 8)
  run.state.addParts(made, parts)
  return ofThing(made)
}

/** What a collection holds that has this value among its members. Frames cannot change, but are still to be read. */
export function partsFor(value: Value): readonly Thing[] {
  if (value.frame === null || value.frame.length === 0) return value.objects
  return [...value.objects, thing('frame', { frame: value.frame })]
}

/** The members of a known, unchanged list or tuple. */
export function itemsOf(run: Run, value: Value): readonly Value[] | null {
  const [only] = value.objects
  if (value.objects.length !== 1 || only?.items === undefined || run.state.hasChanged(only)) return null
  return only.items
}

export function entriesOf(run: Run, value: Value): Thing['entries'] | null {
  const [only] = value.objects
  if (value.objects.length !== 1 || only?.entries === undefined || run.state.hasChanged(only)) return null
  return only.entries
}

/** Any member of a list, any value of a dictionary. */
export function memberOf(run: Run, value: Value): Value {
  const part = partOf(run, value)
  const contents = value.objects.map((object) => contentsOf(run, object))
  if (contents.length === 0 || contents.some((each) => each === null || each.length === 0)) return part
  const known = join(contents.flatMap((each) => each ?? []))
  return {
    ...known,
    objects: distinct([...known.objects, ...part.objects]),
    frame: known.frame ?? part.frame,
    part: true,
  }
}

/** The keys of a known, unchanged dictionary: what a loop over it goes through. */
export function keysOf(run: Run, value: Value): readonly Value[] | null {
  const entries = entriesOf(run, value)
  return entries == null ? null : [...entries.keys()].map((key) => ofLiteral(key))
}

/** Any member of a collection: one of its parts, or something in it that cannot be told from the whole. */
export function elementOf(run: Run, value: Value): Value {
  const items = itemsOf(run, value)
  if (items !== null && items.length > 0) return join(items)
  const entries = entriesOf(run, value)
  if (entries !== null && entries !== undefined && entries.size > 0) {
    const keys = [...entries.keys()]
    return { ...unknown, literals: keys }
  }
  return value.objects.some((object) => object.entries !== undefined) ? partOf(run, value) : memberOf(run, value)
}

export function partOf(run: Run, value: Value): Value {
  if (value.objects.length === 0) return { ...unknown, frame: value.frame }
  // What a list of the program's own holds is known; anything else may also hold what cannot be told from itself.
  const objects = new Set(value.objects.filter((object) => !object.container))
  const frames: (readonly Effect[])[] = value.frame === null ? [] : [value.frame]
  for (const object of value.objects) {
    for (const part of run.state.partsOf(object)) {
      if (part.frame === undefined) objects.add(part)
      else frames.push(part.frame)
    }
  }
  return {
    ...unknown,
    objects: [...objects],
    part: true,
    frame: frames.length === 0 ? null : distinctEffects(frames.flat()),
  }
}

/** The value of an object's attribute that the program itself has set, or its class has. */
export function attributeOf(run: Run, object: Thing, name: string): Value | undefined {
  const own = run.state.get(attributeKey(object, name))
  // Set by a name that is not known: it may be any of them.
  const any = object.members === undefined ? run.state.get(attributeKey(object, '*')) : undefined
  if (any !== undefined && own === undefined)
    return join([any.value, classAttribute(run, object.classes ?? [], name, 0) ?? unknown])
  if (own !== undefined) return any === undefined ? own.value : join([own.value, any.value])
  return classAttribute(run, object.classes ?? [], name, 0)
}

function classAttribute(run: Run, classes: readonly Thing[], name: string, depth: number): Value | undefined {
  if (depth > 10) return undefined
  for (const each of classes) {
    const own = run.state.get(attributeKey(each, name))?.value
    const found = own ?? classAttribute(run, each.classes ?? [], name, depth + 1)
    if (found !== undefined) return found
  }
  return undefined
}
