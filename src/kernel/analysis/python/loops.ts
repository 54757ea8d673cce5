import { evaluate } from './expressions.ts'
import { pythonText, type Flow } from './flow.ts'
import { Kind, type ForNode, type ParseNode, type WhileNode } from './nodes.ts'
import type { Exits, Run } from './run.ts'
import { conditional, executeOne } from './statements.ts'
import { use } from './uses.ts'
import type { Value } from './value.ts'
import { bindTarget, elementOf, itemsOf, keysOf } from './variables.ts'

/** Rounds over more known things than that are looked at together. */
export const mostUnrolled = 24

/** `for`: rounds over known things are looked at one by one, others twice, so that a round sees what one before it left. */
export function loopOver(run: Run, node: ForNode): void {
  const iterable = use(run, evaluate(run, node.d.iterableExpr), node.d.iterableExpr, 'iterate')
  const items = itemsOf(run, iterable) ?? keysOf(run, iterable)
  const exits: Exits = { base: run.state, states: [], results: [] }
  run.loops.push(exits)
  const { flow } = run
  const source = new Set(flow?.current)
  const pass = (element: Value): void => {
    if (flow === null) bindTarget(run, node.d.targetExpr, element)
    else flow.round(source, () => bindTarget(run, node.d.targetExpr, element))
    executeOne(run, node.d.forSuite)
  }
  // Loops in loops multiply: when there was enough of it, a round stands for all.
  if (items !== null && items.length > 0 && items.length <= mostUnrolled && run.budget > 0) {
    if (flow !== null) noteRounds(run, flow, node, items)
    // Every round of a loop over known things is looked at by itself. A round may be cut short from the first exit on.
    run.state = run.state.fork()
    for (const item of items) {
      if (exits.states.length === 0) pass(item)
      else run.state.merge([run.state.fork(), run.branch(() => pass(item))])
      run.state.dead = false
    }
    const left = run.state
    run.state = exits.base
    run.state.merge([left, ...exits.states])
  } else {
    const element = elementOf(run, iterable)
    const left = run.branch(() => {
      const look = (): void => {
        pass(element)
        again(run, () => pass(element))
      }
      if (flow === null) look()
      else flow.unknownRounds(look)
    })
    left.dead = false
    run.state.merge([run.state.fork(), left, ...exits.states])
  }
  run.loops.pop()
  run.state.dead = false
  if (node.d.elseSuite !== undefined) executeOne(run, node.d.elseSuite)
}

/** A second round sees what the first one left. */
function again(run: Run, look: () => void): void {
  run.state.dead = false
  if (run.budget > 0) run.state.merge([run.state.fork(), run.branch(look)])
}

/** `while`: the body may run any number of times. */
export function loopWhile(run: Run, node: WhileNode): void {
  const test = evaluate(run, node.d.testExpr)
  const forever = test.literals?.length === 1 && Boolean(test.literals[0])
  const exits: Exits = { base: run.state, states: [], results: [] }
  run.loops.push(exits)
  const left = run.branch(() => {
    const look = (): void => {
      executeOne(run, node.d.whileSuite)
      again(run, () => {
        evaluate(run, node.d.testExpr)
        conditional(run, () => executeOne(run, node.d.whileSuite))
      })
    }
    if (run.flow === null) look()
    else run.flow.unknownRounds(() => conditional(run, look))
  })
  left.dead = false
  const ways = [left, ...exits.states]
  run.state.merge(forever ? ways : [run.state.fork(), ...ways])
  run.loops.pop()
  if (node.d.elseSuite !== undefined) executeOne(run, node.d.elseSuite)
}

/** Tells what the variables of a loop at top level are in each of its rounds. */
function noteRounds(run: Run, flow: Flow, node: ForNode, items: readonly Value[]): void {
  const isTop = run.frame.parent === null && run.frame.program.prefix === '' && node.parent?.nodeType === Kind.Module
  if (!isTop || node.d.elseSuite !== undefined || run.loops.length > 1) return
  const { start, length } = node.d.forSuite
  flow.noteRounds({
    body: { start, end: start + length },
    binds: items.map((item) => bindsOf(run, node.d.targetExpr, item)),
  })
}

function bindsOf(run: Run, target: ParseNode, value: Value): Readonly<Record<string, string>> | null {
  if (target.nodeType === Kind.Name) {
    const text = pythonText(run, value)
    return text === null ? null : { [target.d.value]: text }
  }
  const parts = target.nodeType === Kind.Tuple || target.nodeType === Kind.List ? target.d.items : []
  const items = itemsOf(run, value)
  if (items === null || items.length !== parts.length || parts.length === 0) return null
  const binds = parts.map((part, index) => bindsOf(run, part, items[index]!))
  return binds.includes(null) ? null : (Object.assign({}, ...binds) as Record<string, string>)
}
