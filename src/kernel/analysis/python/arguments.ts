import { evaluate } from './expressions.ts'
import { ArgumentKind, type ArgumentNode } from './nodes.ts'
import type { Run } from './run.ts'
import { use } from './uses.ts'
import type { Value } from './value.ts'
import { entriesOf, itemsOf, partOf } from './variables.ts'

/** The values of a call's arguments. */
export interface Arguments {
  readonly positional: readonly Value[]
  readonly named: ReadonlyMap<string, Value>
  /** What `*a` and `**k` bring: somewhere among the parameters. */
  readonly others: readonly Value[]
  readonly all: readonly Value[]
}

export const noArguments: Arguments = { positional: [], named: new Map(), others: [], all: [] }

export function evaluateArguments(run: Run, nodes: readonly ArgumentNode[]): Arguments {
  const positional: Value[] = []
  const named = new Map<string, Value>()
  const others: Value[] = []
  for (const { d } of nodes) {
    const value = evaluate(run, d.valueExpr)
    if (d.argCategory !== ArgumentKind.Simple) {
      const items = d.argCategory === ArgumentKind.UnpackedList ? itemsOf(run, value) : null
      if (d.argCategory === ArgumentKind.UnpackedList) use(run, value, d.valueExpr, 'iterate')
      const entries = d.argCategory === ArgumentKind.UnpackedDictionary ? entriesOf(run, value) : null
      if (items !== null && others.length === 0) positional.push(...items)
      else if (entries != null) for (const [key, entry] of entries) named.set(String(key), entry)
      else others.push(partOf(run, value))
    } else if (d.name !== undefined) named.set(d.name.d.value, value)
    else positional.push(value)
  }
  return { positional, named, others, all: [...positional, ...named.values(), ...others] }
}

/** The argument at a position or of a name. */
export function argument(args: Arguments, index: number, ...names: string[]): Value | undefined {
  for (const name of names) {
    const value = args.named.get(name)
    if (value !== undefined) return value
  }
  return index < 0 ? undefined : args.positional[index]
}
