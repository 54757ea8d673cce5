/** What a name holds, so that most cells that are made succeed. */
type Kind = 'list' | 'number' | 'reads' | 'changes' | 'appends' | 'Box' | 'box' | 'iterator' | 'math'

/**
 * Cells of a notebook out of a row of numbers: names, aliases, changes in place, functions that read and change
 * globals and arguments, objects, iterators, conditional definitions, mixed cells. Every cell prints some of what it
 * sees.
 */
export function randomNotebook(choices: readonly number[]): string[] {
  let at = 0
  const choose = <T>(options: readonly T[]): T => options[(choices[at++ % choices.length] ?? 0) % options.length]!
  const kinds = new Map<string, Kind>()
  const cells: string[] = []
  for (let index = 0; index < 3 + (choices.length % 6); index++) {
    const statements = Array.from({ length: choose([1, 2, 3]) }, () => statement(kinds, choose))
    const seen = [...kinds]
      .filter(([, kind]) => kind === 'list' || kind === 'number')
      .filter(() => choose([true, false]))
    if (seen.length > 0) statements.push(`print("cell ${index}:", ${seen.map(([name]) => name).join(', ')})`)
    cells.push(statements.join('\n'))
  }
  return cells
}

function statement(kinds: Map<string, Kind>, choose: <T>(options: readonly T[]) => T): string {
  const of = (kind: Kind) => [...kinds].filter((entry) => entry[1] === kind).map(([name]) => name)
  const bind = (kind: Kind, right: string, name = choose(['a', 'b', 'c', 'd', 'e'])) => {
    kinds.set(name, kind)
    return `${name} = ${right}`
  }
  const define = (kind: Kind, name: string, text: string) => {
    kinds.set(name, kind)
    return text
  }
  const options: (() => string)[] = [
    () => bind('list', choose(['[1]', '[2, 3]', '[[4], 5]'])),
    () => bind('number', choose(['1', '6'])),
    () => define('math', 'math', 'import math'),
  ]
  const [lists, numbers] = [of('list'), of('number')]
  if (lists.length > 0) {
    const [x, y] = [choose(lists), choose(lists)]
    options.push(
      () => bind('list', x),
      () => bind('list', `[${x}, 1]`),
      () => bind('list', `${x} + [2]`),
      () => bind('list', `list(${x})`),
      () => bind('list', `[each for each in ${x}]`),
      () => bind('number', `len(${x})`),
      () => `${x}.append(4)`,
      () => `${x}.append(${y})`,
      () => `${x} += [5]`,
      () => `${x}[0] = 9`,
      () => define('reads', 'reads', `def reads():\n    return len(${x})`),
      () => define('reads', 'reads', `reads = lambda: len(${x})`),
      () => define('changes', 'changes', `def changes():\n    ${x}.append(7)`),
      () => define('appends', 'appends', 'def appends(x):\n    x.append(8)'),
      () => define('Box', 'Box', 'class Box:\n    def __init__(self, v):\n        self.v = v'),
      () => define('iterator', 'it', `it = iter(${x})`),
    )
    if (kinds.has('appends')) options.push(() => `appends(${x})`)
    if (kinds.has('Box')) options.push(() => bind('box', `Box(${x})`, choose(['p', 'q'])))
  }
  if (numbers.length > 0) {
    const n = choose(numbers)
    options.push(
      () => `${n} += 1`,
      () => bind('number', `${n} * 2`),
      () => `if ${n} > 3:\n    ${choose(numbers)} = 0`,
      () => define('reads', 'reads', `def reads(x=${n}):\n    return x + ${n}`),
      () => define('changes', 'changes', `def changes():\n    global ${n}\n    ${n} = 11`),
    )
  }
  const boxes = of('box')
  if (boxes.length > 0) {
    const p = choose(boxes)
    options.push(
      () => `${p}.v.append(6)`,
      () => bind('list', `${p}.v`),
      () => bind('box', p, choose(['p', 'q'])),
    )
  }
  if (kinds.has('math')) options.push(() => bind('number', 'int(math.sqrt(16))'))
  if (kinds.has('reads')) options.push(() => bind('number', 'reads()'))
  if (kinds.has('changes')) options.push(() => 'changes()')
  if (kinds.has('it')) options.push(() => bind('number', 'len(str(next(it, 0)))'))
  return choose(options)()
}
