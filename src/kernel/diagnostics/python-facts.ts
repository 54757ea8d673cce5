import {
  childrenOf,
  Kind,
  readPython,
  spanOf,
  type CallNode,
  type ParseNode,
  type Reading,
  type Span,
} from '../analysis/index.ts'

/** One step of a chain such as `df.write.mode("append")`: a name, and its call if it is called. */
export interface Link {
  readonly name: string
  readonly call: CallNode | null
}

/** A call and how its function is written: `df.write.mode().saveAsTable`. */
export interface CallFact {
  readonly node: CallNode
  readonly name: string
  readonly links: readonly Link[]
}

/** A plain string, without prefixes and quotes. */
export interface TextFact {
  readonly node: ParseNode
  readonly value: string
  readonly where: Span
}

/** `x.rdd`: what is asked for, and of which name if it is one. */
export interface AttributeFact {
  readonly name: string
  readonly where: Span
  readonly of: string
  readonly owner: Span
}

/** What rules look at in a Python text, in one walk over its tree. */
export interface PythonFacts {
  readonly calls: readonly CallFact[]
  readonly texts: readonly TextFact[]
  /** `x.rdd` and the like. */
  readonly attributes: readonly AttributeFact[]
  readonly excepts: readonly Extract<ParseNode, { nodeType: typeof Kind.Except }>[]
}

interface Mutable {
  readonly calls: CallFact[]
  readonly texts: TextFact[]
  readonly attributes: AttributeFact[]
  readonly excepts: PythonFacts['excepts'][number][]
}

const nothing = (): Mutable => ({ calls: [], texts: [], attributes: [], excepts: [] })
const known = new WeakMap<Reading, PythonFacts>()

/** The facts of a text that Python can read; of any other none. Texts that were looked at lately are not looked at again. */
export function pythonFacts(source: string): PythonFacts {
  const reading = readPython(source)
  let facts = known.get(reading)
  if (facts === undefined) known.set(reading, (facts = collect(reading)))
  return facts
}

function collect({ syntax }: Reading): PythonFacts {
  const facts = nothing()
  if (syntax.problems.length > 0) return facts
  try {
    walk(syntax.tree, facts)
    return facts
  } catch {
    // Nested too deeply: the analysis says so.
    return nothing()
  }
}

function walk(node: ParseNode, facts: Mutable): void {
  if (node.nodeType === Kind.Call) {
    const links = linksOf(node)
    facts.calls.push({ node, links, name: links.map(({ name, call }, at) => nameOf(name, call, at, links)).join('.') })
  } else if (node.nodeType === Kind.String) {
    const { token } = node.d
    const start = token.start + token.prefixLength + token.quoteMarkLength
    const { escapedValue } = token
    facts.texts.push({ node, value: escapedValue, where: { start, end: start + escapedValue.length } })
  } else if (node.nodeType === Kind.MemberAccess) {
    const { member, leftExpr } = node.d
    const of = leftExpr.nodeType === Kind.Name ? leftExpr.d.value : ''
    facts.attributes.push({ name: member.d.value, where: spanOf(member), of, owner: spanOf(leftExpr) })
  } else if (node.nodeType === Kind.Except) facts.excepts.push(node)
  for (const child of childrenOf(node)) walk(child, facts)
}

function nameOf(name: string, call: CallNode | null, at: number, links: readonly Link[]): string {
  return call !== null && at < links.length - 1 ? `${name}()` : name
}

/** Chains that are longer than anybody writes are cut. */
const longest = 80

/** The chain that a call ends, from its start. */
export function linksOf(node: ParseNode): Link[] {
  const links: Link[] = []
  let call: CallNode | null = null
  for (let each: ParseNode = node; links.length < longest;) {
    if (each.nodeType === Kind.Call) {
      call = each
      each = each.d.leftExpr
    } else if (each.nodeType === Kind.MemberAccess) {
      links.push({ name: each.d.member.d.value, call })
      call = null
      each = each.d.leftExpr
    } else {
      links.push({ name: each.nodeType === Kind.Name ? each.d.value : '?', call })
      break
    }
  }
  return links.reverse()
}

/** The argument of a call by its place or name; undefined: it has none. */
export function argumentOf(call: CallNode, place: number, name: string): ParseNode | undefined {
  const named = call.d.args.find(({ d }) => d.name?.d.value === name)
  if (named !== undefined) return named.d.valueExpr
  const positional = call.d.args.filter(({ d }) => d.name === undefined)
  return positional[place]?.d.valueExpr
}

/** The text that an expression is, if it is a plain string. */
export function textOf(node: ParseNode | undefined): string | null {
  if (node?.nodeType !== Kind.StringList || node.d.strings.length !== 1) return null
  const [only] = node.d.strings
  return only?.nodeType === Kind.String ? only.d.token.escapedValue : null
}

/** The smallest whole statement that a node is part of. */
export function statementAround(node: ParseNode): ParseNode {
  let each = node
  while (each.parent !== undefined && each.parent.nodeType !== Kind.StatementList) {
    if (each.parent.nodeType === Kind.Suite || each.parent.nodeType === Kind.Module) break
    each = each.parent
  }
  return each
}
