import { evaluate, evaluateTest } from './expressions.ts'
import type { ForNode, WhileNode } from './nodes.ts'
import type { Exits, Run } from './run.ts'
import { executeOne } from './statements.ts'
import { use } from './uses.ts'
import type { Value } from './value.ts'
import { bindTarget, elementOf, itemsOf } from './variables.ts'

const mostUnrolled = 24

/** `for`: rounds over known things are looked at one by one, others twice, so that a round sees what one before it left. */
export function loopOver(run: Run, node: ForNode): void {
  const iterable = evaluate(run, node.d.iterableExpr)
  const items = itemsOf(run, iterable)
  use(run, iterable, node.d.iterableExpr, 'iterate')
  const exits: Exits = { base: run.state, states: [], results: [] }
  run.loops.push(exits)
  const pass = (element: Value): void => {
    bindTarget(run, node.d.targetExpr, element)
    executeOne(run, node.d.forSuite)
  }
  // Loops in loops multiply: when there was enough of it, a round stands for all.
  if (items !== null && items.length > 0 && items.length <= mostUnrolled && run.budget > 0) {
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
    const left = run.branch(() => rounds(run, () => pass(element)))
    left.dead = false
    run.state.merge([run.state.fork(), left, ...exits.states])
  }
  run.loops.pop()
  run.state.dead = false
  executeElse(run, node, exits)
}

/** `else` of a loop: where nothing broke. */
function executeElse(run: Run, { d: { elseSuite } }: ForNode | WhileNode, { broken }: Exits): void {
  if (elseSuite === undefined) return
  if (broken) run.state.merge([run.state.fork(), run.branch(() => executeOne(run, elseSuite))])
  else executeOne(run, elseSuite)
}

/** How often a body is looked at before what still grows is given up. */
const mostRounds = 4

/**
 * Looks at a body that may run again and again: a round sees what those before it left. Texts and numbers that become others from
 * round to round (`n += 1`) are unknown from then on. `body`: a round that is not the first, where that differs.
 */
function rounds(run: Run, first: () => void, body = first): void {
  first()
  run.state.dead = false
  for (let round = 1; round < mostRounds && run.budget > 0; round++) {
    const { state } = run
    const before = new Map([...state.variables].map(([key, { value }]) => [key, value.literals]))
    state.merge([state.fork(), run.branch(body)])
    const grown = [...state.variables].filter(([key, { value }]) => {
      const known = before.has(key) ? before.get(key) : state.parent?.get(key)?.value.literals
      return known !== undefined && !isAmong(value.literals, known)
    })
    if (grown.length === 0) return
    for (const [key, binding] of grown)
      state.variables.set(key, { ...binding, value: { ...binding.value, literals: null } })
  }
}

function isAmong(literals: Value['literals'], known: Value['literals']): boolean {
  return known === null || (literals !== null && literals.every((literal) => known.includes(literal)))
}

/** `while`: the body may run any number of times. */
export function loopWhile(run: Run, node: WhileNode): void {
  const test = evaluateTest(run, node.d.testExpr)
  const forever = test.literals?.length === 1 && Boolean(test.literals[0]) && typeof test.literals[0] !== 'string'
  const exits: Exits = { base: run.state, states: [], results: [] }
  run.loops.push(exits)
  const body = (): void => executeOne(run, node.d.whileSuite)
  const again = (): void => {
    evaluateTest(run, node.d.testExpr)
    body()
  }
  const left = run.branch(() => rounds(run, body, again))
  left.dead = false
  const ways = [left, ...exits.states]
  run.state.merge(forever ? ways : [run.state.fork(), ...ways])
  run.loops.pop()
  executeElse(run, node, exits)
}
