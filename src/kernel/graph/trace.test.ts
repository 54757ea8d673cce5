import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { testPython } from '../../../test/support/python.ts'
import { graphOf } from './graph.testing.ts'

const python = spawn(testPython, ['-I', join(import.meta.dirname, 'trace.py')], { stdio: ['pipe', 'pipe', 'inherit'] })
const answers = createInterface(python.stdout)[Symbol.asyncIterator]()
afterAll(() => python.kill())

type Dependency = readonly [from: number, to: number, name: string]

/** What each cell really depended on when plain Python ran them. */
async function dependencies(cells: readonly string[]): Promise<readonly Dependency[]> {
  python.stdin.write(`${JSON.stringify(cells)}\n`)
  return JSON.parse(String((await answers.next()).value)) as Dependency[]
}

/** Names by type: n numbers, l lists, d dictionaries of lists, f functions, o objects. */
const start = [
  'n0 = 1000\nn1 = 2001\nn2 = 3002',
  "l0 = []\nl1 = [1]\nd0 = {'k': [2]}\nd1 = {'k': []}",
  'def f0(): return 1\nf1 = f0',
  'class C:\n  items = []\n  def add(self):\n    self.v = n0\n    C.items.append(n1)\n    return self.v\no0 = C()\no1 = o0',
]

const templates = [
  'N = N + 1',
  'N += N',
  'L = [N]',
  'L = L',
  'L.append(N)',
  'L += [N]',
  'L = list(L)',
  'L = L[:]',
  'L[0:1] = [N]',
  'L = (L + L)[:9]',
  'L.clear()',
  "D['k'] = L",
  "L = D['k']",
  "D = {'k': L}",
  'D = D',
  "D['k'].append(N)",
  'D = dict(D)',
  "L = D.setdefault('j', L)",
  'for v in D.values(): v.append(N)',
  'for N in [1, 2]: L.append(N)',
  'for N in L: pass',
  'if N > 2500: L = L',
  'if N % 2: N = N\nelse: N = N',
  '[L.append(q) for q in (1, 2)]',
  'N = len(L)',
  'N = sum(L) if L else N',
  'def F(): return N + len(L)',
  'def F():\n  L.append(N)\n  return N',
  'def F(x=L):\n  x.append(N)\n  return N',
  'def F():\n  global N\n  N = N + 1\n  return N',
  'def F():\n  def g(): L.append(N)\n  g()\n  return N',
  'F = lambda: N + N',
  'F = lambda x=L: len(x) + N',
  'N = F()',
  'F()',
  'F = F',
  'L = [f() for f in (F, F)]',
  'D = {"k": L, "f": [F]}\nN = D["f"][0]()',
  'def g(x): x.append(N)\ng(L)',
  'def h(x): return x\nL = h(L)',
  'def F(): return F()',
  'N = sum(map(lambda z: z + N, L))',
  'L = sorted(L, key=lambda z: z * N)',
  'O = C()',
  'O = O',
  'O.add()',
  'N = O.add()',
  'C.items = L',
  'L = C.items',
  'O.x = L',
  'L = O.x',
  'O.x.append(N)',
  'F = O.add',
  'F = L.append\nF(1)\ndef F(): return N',
  'try:\n  N = L[9]\nexcept IndexError as e:\n  N = N',
  'try:\n  N = F()\nfinally:\n  L.append(3)',
  'k = 0\nwhile k < 2: k += 1; N += 1',
  'G = (z + N for z in L)\nL = list(G)',
  'G = iter(L)',
  'N = next(G, N)',
  'G = (z + N for z in L)',
  'def make(k):\n  def inner():\n    k.append(N)\n    return len(k)\n  return inner\nF = make(L)',
  'a, *L = [N, N, N]',
  '(N, L) = (N, L)',
  'N = (M := N) + 1',
  'match L:\n  case [N, *L]: pass\n  case _: N = N',
  'L.extend(L[:2])',
  'L = (L * 2)[:9]',
  'L.insert(0, N); L.pop()',
  'd = D; d["k"] = [N]',
  'from functools import partial\nF = partial(lambda q, z: z + N, 1, 2)',
  'del L[:]',
  'L = [L, N][0]',
  'L = (L if N else L)',
  'L = L or L',
  'D.update({"k": L})',
  'with __import__("contextlib").nullcontext(L) as v: v.append(N)',
]

const statement = fc
  .tuple(fc.constantFrom(...templates), fc.array(fc.nat(1), { minLength: 12, maxLength: 12 }))
  .map(([template, picks]) => {
    let next = 0
    return template.replace(/\b[NLDFOGM]\b/g, (letter) => `${letter.toLowerCase()}${picks[next++ % picks.length]}`)
  })
const cell = fc.array(statement, { minLength: 1, maxLength: 3 }).map((statements) => statements.join('\n'))
const notebook = fc.array(cell, { minLength: 3, maxLength: 10 }).map((cells) => [...start, ...cells])

/** Whether edges lead from one cell to another. */
function leads(into: ReadonlyMap<number, readonly number[]>, from: number, to: number): boolean {
  return to === from || (into.get(to) ?? []).some((before) => before >= from && leads(into, from, before))
}

test('what plain Python looks up in a cell, the graph leads to', async () => {
  await fc.assert(
    fc.asyncProperty(notebook, async (cells) => {
      const { edges } = graphOf(cells)
      const into = new Map<number, number[]>()
      for (const { from, to } of edges) {
        expect(Number(from)).toBeLessThan(Number(to))
        into.set(Number(to), [...(into.get(Number(to)) ?? []), Number(from)])
      }
      const missing = (await dependencies(cells)).filter(([from, to]) => !leads(into, from, to))
      expect(missing.map(([from, to, name]) => `${name}: ${cells[from]} ---> ${cells[to]}`)).toEqual([])
    }),
    { numRuns: Number(process.env.DAGBOOK_RUNS ?? 300) },
  )
})
