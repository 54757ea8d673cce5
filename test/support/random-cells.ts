import fc from 'fast-check'

/** Something of each kind, so that most of what rich cells below it do succeeds. */
export const richFirstCell = `import reprlib
a = [1]
b = [[2], [3]]
c = 4
class K:
  n = a
  def __init__(self): self.own = []
  @reprlib.recursive_repr()
  def __repr__(self): return f"K({self.n}, {self.own})"
k = K()
it = iter([1, 2, 3, 4, 5, 6])
def f(q=a, acc=[]):
  acc.append(len(acc))
  if isinstance(q, list): q.append(acc[-1])
  return acc
def g():
  global c
  c = c + 1 if isinstance(c, int) else 0
def h(): return a
add = a.append`

const name = fc.constantFrom('a', 'b', 'c', 'd')
const digit = fc.integer({ min: 0, max: 3 })

const statement = fc.tuple(name, name, digit, fc.nat()).map(([x, y, n, choice]) => {
  const all = [
    `${x} = ${y}`,
    `${x} = [${y}]`,
    `${x} = [${n}]`,
    `${x} = ${n}`,
    `${x} = list(${y}) if isinstance(${y}, list) else [0]`,
    `if isinstance(${x}, list): ${x}.append(${n})`,
    `if isinstance(${x}, list): ${x}.append(${n})`,
    `if isinstance(${x}, list) and len(${x}) < 5: ${x}.append(${y})`,
    `if isinstance(${x}, list) and ${x} and isinstance(${x}[0], list): ${x}[0].append(${n})`,
    `if isinstance(${x}, list) and ${x}: ${y} = ${x}[0]`,
    `${x} += [${n}] if isinstance(${x}, list) else ${n}`,
    `${x} = f()`,
    `f(${y})`,
    `g()`,
    `${x} = h()`,
    `add(${n})`,
    `k = K()`,
    `k.own.append(${n})`,
    `k.own = ${x}`,
    `K.n = ${x}`,
    `${x} = K.n`,
    `${x} = k`,
    `class K:\n  n = ${x}\n  own = [${n}]\n  @reprlib.recursive_repr()\n  def __repr__(self): return f"K${n}({self.n}, {self.own})"`,
    `def h(): return ${x}`,
    `def f(q=${y}, acc=[${n}]):\n  acc.append(len(acc))\n  return acc`,
    `add = ${x}.append if isinstance(${x}, list) else print`,
    `${x} = next(it, 0)`,
    `it = iter([${n}, 7, 8])`,
    `${x} = {"k": ${y}}`,
    `if isinstance(${x}, dict): ${x}["k"] = ${n}`,
    `fs = [h, f]`,
    `try:\n  ${x} = fs[0]()\nexcept NameError:\n  ${x} = "none"`,
    `del ${x}`,
    `if isinstance(${x}, list) and len(${x}) > 3: 1 / 0`,
    `try:\n  ${x} = ${y}[0]\nexcept Exception as d:\n  pass`,
    `for ${x} in range(${n}): pass`,
  ]
  return all[choice % all.length]!
})

const shown = fc.constantFrom('(a, b)', 'a', 'b', 'c', 'k', '(K.n, k)', 'h()', '(a, c)', 'len(str((a, b, c, k)))')
/** A cell that shares, changes and passes on objects in one of many ways, and ends in an expression that shows some of them. */
export const richCell = fc
  .tuple(fc.array(statement, { minLength: 1, maxLength: 3 }), shown)
  .map(([statements, last]) => [...statements, last].join('\n'))
