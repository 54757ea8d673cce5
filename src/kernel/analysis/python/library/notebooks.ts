import type { Effect } from '../../effect.ts'
import { gap } from '../../rough-path.ts'
import { argument, type Arguments } from '../arguments.ts'
import { pythonText, type CallArgument, type NotebookCall } from '../flow.ts'
import type { ParseNode } from '../nodes.ts'
import type { Given, Run } from '../run.ts'
import { printed } from '../texts.ts'
import { texts, unknown, type Value } from '../value.ts'
import { entriesOf } from '../variables.ts'

/** Notes a call of another notebook as a task of its own: whatever it does to tables and files happens here. */
export function noteNotebook(run: Run, args: Arguments, at: ParseNode): Value {
  let result = unknown
  // What `*args` and `**kwargs` bring may be any of its arguments.
  const open = args.others.length > 0
  const paths = texts(argument(args, 0, 'path'))
  const given = open ? null : argumentsOf(run, argument(args, 2, 'arguments'))
  const timeout = argument(args, 1, 'timeout_seconds', 'timeoutSeconds')
  for (const each of paths ?? [null]) {
    const { effects, needs } = each === null ? { effects: null, needs: [] } : run.outsideEffects(each, valuesOf(given))
    for (const need of needs) run.needs.add(need)
    const made = run.flow?.call(run, {
      where: run.where(at),
      path: each,
      timeout: timeout === undefined ? '0' : pythonText(run, timeout),
      arguments: given,
      effects,
      sure: run.certain && paths?.length === 1,
    })
    result = made ?? unknown
    if (effects === null) {
      const name = each === null ? 'The notebook that is called here is' : `What the notebook ${each} does is`
      run.find(
        'unresolved-notebook',
        'warning',
        at,
        `${name} not known from the text, so this cell keeps its place among all cells with tables and files.`,
      )
    }
    // Who watches for calls wants to know what the caller does besides.
    if (run.flow !== null) continue
    run.emit('read', `notebook:${each ?? '*'}`, at)
    if (effects === null) unknownEffects.forEach(({ mode, resource }) => run.emit(mode, resource, at))
    else run.emitAll(effects, at)
  }
  return paths?.length === 1 ? result : unknown
}

/** The arguments of a call by name; null: not known. */
function argumentsOf(run: Run, value: Value | undefined): NotebookCall['arguments'] {
  if (value === undefined || (value.literals?.length === 1 && value.literals[0] === null)) return {}
  const entries = entriesOf(run, value)
  if (entries == null) return null
  const known: Record<string, CallArgument> = {}
  for (const [key, entry] of entries) {
    const [literal] = entry.literals ?? []
    known[String(key)] = {
      value:
        entry.literals?.length === 1 && literal != null && !String(literal).includes(gap) ? printed(literal) : null,
      text: pythonText(run, entry),
      parameter: entry.parameter ?? null,
    }
  }
  return known
}

function valuesOf(given: NotebookCall['arguments']): Given | null {
  return given === null ? null : Object.fromEntries(Object.entries(given).map(([name, { value }]) => [name, value]))
}

const unknownEffects: readonly Pick<Effect, 'mode' | 'resource'>[] = [
  { mode: 'update', resource: 'table:*' },
  { mode: 'update', resource: 'path:*' },
]
