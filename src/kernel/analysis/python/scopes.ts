import type { ParseNode } from './nodes.ts'

/** A region of text with names of its own, as CPython's symbol tables have them. */
export interface Scope {
  readonly kind: 'module' | 'function' | 'class' | 'comprehension' | 'type-parameters'
  readonly parent: Scope | null
  /** Names that it binds; in a function also those with only an annotation. */
  readonly bound: Set<string>
  /** Names that it uses. */
  readonly uses: Set<string>
  readonly globals: Set<string>
  readonly nonlocals: Set<string>
  /** For names inside a class, which Python mangles: the class's name. */
  readonly className: string | null
  /** Where each name looked up from here lives; filled as asked. */
  readonly homes: Map<string, Scope>
}

/** All scopes of a text, by the node that opens them. */
export interface Scopes {
  readonly module: Scope
  readonly all: readonly Scope[]
  readonly of: ReadonlyMap<ParseNode, Scope>
  /** Annotations are text here and read nothing (`from __future__ import annotations`). */
  readonly annotationsAreText: boolean
}

/** The name as the scope knows it: `__x` in class `C` is `_C__x`. */
export function mangled(name: string, scope: Scope): string {
  if (scope.className === null || !name.startsWith('__') || name.endsWith('__')) return name
  const owner = scope.className.replace(/^_+/, '')
  return owner === '' ? name : `_${owner}${name}`
}

/** The scope in which a name used in `scope` lives. */
export function homeOf(name: string, scope: Scope): Scope {
  const known = scope.homes.get(name)
  if (known !== undefined) return known
  const home = findHome(name, scope)
  scope.homes.set(name, home)
  return home
}

function findHome(name: string, from: Scope): Scope {
  for (let scope: Scope | null = from; scope !== null; scope = scope.parent) {
    if (scope.parent === null) return scope
    if (scope.globals.has(name)) break
    const hidden = scope.kind === 'class' && scope !== from
    if (scope.bound.has(name) && !scope.nonlocals.has(name) && !hidden) return scope
    if (name === '__class__' && scope.kind === 'class' && scope !== from) return scope
  }
  let top = from
  while (top.parent !== null) top = top.parent
  return top
}

/** The names that a text defines at module level, and those it needs from elsewhere (builtins included). */
export function moduleNames(scopes: Scopes): { definitions: Set<string>; free: Set<string> } {
  const definitions = new Set(scopes.module.bound)
  for (const scope of scopes.all) {
    for (const name of scope.globals) if (scope.bound.has(name)) definitions.add(name)
  }
  const free = new Set<string>()
  for (const scope of scopes.all) {
    for (const name of scope.uses) {
      if (homeOf(name, scope) === scopes.module && !definitions.has(name)) free.add(name)
    }
  }
  return { definitions, free }
}

/** The module's names that a function uses, in itself or in what is defined in it. */
export function freeNames(scopes: Scopes, node: ParseNode): ReadonlySet<string> {
  const outer = scopes.of.get(node)
  const free = new Set<string>()
  for (const scope of scopes.all) {
    if (!isWithin(scope, outer)) continue
    for (const name of scope.uses) if (homeOf(name, scope) === scopes.module) free.add(name)
  }
  return free
}

function isWithin(scope: Scope, outer: Scope | undefined): boolean {
  for (let each: Scope | null = scope; each !== null; each = each.parent) if (each === outer) return true
  return false
}

const notCode = new Set([
  'annotationComment',
  'chainedAnnotationComment',
  'funcAnnotationComment',
  'typeComment',
  'destExpr',
])

/** The nodes directly below a node, in the order of its fields. Type comments are not among them. */
export function childrenOf(node: ParseNode): ParseNode[] {
  const children: ParseNode[] = []
  for (const [field, value] of Object.entries(node.d) as [string, unknown][]) {
    if (notCode.has(field)) continue
    for (const item of Array.isArray(value) ? (value as unknown[]) : [value]) if (isNode(item)) children.push(item)
  }
  return children
}

function isNode(value: unknown): value is ParseNode {
  return typeof value === 'object' && value !== null && 'nodeType' in value
}
