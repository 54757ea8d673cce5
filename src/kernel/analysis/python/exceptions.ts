import { evaluate } from './expressions.ts'
import { guardedBy } from './guards.ts'
import type { TryNode } from './nodes.ts'
import type { Exits, Run } from './run.ts'
import type { State } from './state.ts'
import { execute, executeOne } from './statements.ts'
import { ofThing, thing, unknown } from './value.ts'
import { localKey, storeName } from './variables.ts'

/** `try`: a handler may find anything that the body has done before it failed. */
export function executeTry(run: Run, node: TryNode): void {
  const base = run.state
  const exits: Exits = { base, states: [], results: [] }
  run.tries.push(exits)
  const { certain } = run
  const tried = base.fork()
  const noted = run.log.effects.length
  run.state = tried
  run.guarding(guardedBy(node), () => executeOne(run, node.d.trySuite))
  run.tries.pop()
  const asked = run.log.effects.slice(noted).filter(({ optional }) => optional)
  const failed = base.fork()
  const partial = tried.since(base)
  partial.dead = false
  failed.merge([failed.fork(), onTopOf(failed, partial), ...exits.states.map((state) => onTopOf(failed, state))])
  if (node.d.elseSuite !== undefined) execute(run, [node.d.elseSuite])
  const succeeded = run.state
  run.state = base
  const handled = node.d.exceptClauses.map((clause) => handle(run, failed, clause).since(base))
  run.certain = certain
  base.merge([succeeded, ...handled])
  run.ensure(asked.map(({ resource }) => resource.slice('name:'.length)))
  if (node.d.finallySuite !== undefined) {
    const { dead } = base
    base.dead = false
    executeOne(run, node.d.finallySuite)
    base.dead ||= dead
  }
}

/** The same changes, said to be made after another state. */
function onTopOf(base: State, changes: State): State {
  const moved = base.fork()
  moved.commit(changes)
  return moved
}

function handle(run: Run, failed: State, { d }: TryNode['d']['exceptClauses'][number]): State {
  return run.branch(() => {
    evaluate(run, d.typeExpr)
    const { name } = d
    if (name === undefined) return executeOne(run, d.exceptSuite)
    // The name of the exception is gone behind the clause: where nothing had that name before, nothing happens to it.
    const atModule = run.frame.parent === null
    const key = atModule ? run.moduleKey(name.d.value) : localKey(run.frame, name.d.value)
    const before = failed.get(key)
    const { log } = run
    const noted = log.effects.length
    const exception = ofThing(thing('value'))
    run.state.addParts(exception.objects[0]!, run.raised)
    storeName(run, name, exception)
    if (before === undefined && atModule) log.effects.length = noted
    executeOne(run, d.exceptSuite)
    if (before === undefined) run.state.variables.delete(key)
    else run.state.variables.set(key, { value: unknown, sure: true, gone: true })
  }, failed)
}
