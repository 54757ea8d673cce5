import fc from 'fast-check'

/**
 * Names by type: n numbers, l lists, d dictionaries of lists, f functions, o objects, v objects with special methods, g iterators,
 * s sets, t tuples.
 */
const start = [
  'n0 = 1000\nn1 = 2001\nn2 = 3002',
  "l0 = []\nl1 = [1]\nd0 = {'k': [2]}\nd1 = {'k': []}",
  'def f0(): return 1\nf1 = f0',
  'class C:\n  items = []\n  def add(self):\n    self.v = n0\n    C.items.append(n1)\n    return self.v\no0 = C()\no1 = o0',
  `class Vec:
  log = []
  def __init__(self, x=None): self.x = [] if x is None else x
  def __add__(self, o): return Vec(self.x + l0)
  def __getitem__(self, i): return self.x[i] if self.x else n0
  def __setitem__(self, i, q): self.x[i:i + 1] = [q, n1]
  def __delitem__(self, i): del self.x[i:]
  def __len__(self): return len(self.x)
  def __iter__(self): return iter(self.x[:9])
  def __contains__(self, q): return q in l1
  def __bool__(self): return n2 > 3000
  def __call__(self, q=0): Vec.log.append(q); return len(self.x)
  def __enter__(self): self.x.append(n0); return self.x
  def __exit__(self, *a): Vec.log.append(n1)
  def __eq__(self, o): return isinstance(o, Vec) and n2 == 1
  __hash__ = None
  def __repr__(self): return f'Vec{n0}'
  @property
  def head(self): return self.x[:1]
  @head.setter
  def head(self, q): self.x.insert(0, q)
  @classmethod
  def note(cls, q): cls.log.append(q)
  @staticmethod
  def count(): return len(Vec.log) + n0
v0 = Vec()
v1 = Vec([1])
class Wide(Vec):
  def __call__(self, q=0): return super().__call__(q) + n1`,
  't0 = (l0, 1)\nt1 = ([5], l1)\ns0 = {1}\ns1 = {2, 3}\ng0 = iter([1, 2, 3, 4])\ng1 = (i for i in [5, 6])',
  `import copy, itertools, functools, operator
from contextlib import contextmanager, suppress
from types import SimpleNamespace as NS
def deco(f):
  def inner(*a, **k):
    Vec.log.append(n0)
    return f(*a, **k)
  return inner
@contextmanager
def held(x):
  x.append(n1)
  yield x
  x.append(n2)
def gen(x):
  for i in x[:3]:
    Vec.log.append(n0)
    yield i
def walk(x, depth=0):
  if depth < 2: walk(x, depth + 1)
  x.append(n0)`,
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
  // Tuples, sets, packing.
  'T = (L, N)',
  'T = (T[1], T[0])',
  'L = T[0] if isinstance(T[0], list) else L',
  'T[0].append(N) if isinstance(T[0], list) else None',
  'for q in T:\n  if isinstance(q, list): q.append(N)',
  'S = S | {N}',
  'S.add(N)',
  'S |= {N}; N = len(S)',
  'S = {x for x in L if isinstance(x, int)}',
  'L = [*L, *[N]][:9]',
  'D = {**D, "k": L}',
  'D = D | {"j": [N]}',
  'a, b = L, L; a.append(N)',
  'L, N = (L[:], N)',
  'x, (y, *z) = N, (L, N, N); y.append(x)',
  'D["k"], L = L, D["k"]',
  // Objects with special methods.
  'V = V + V',
  'N = V[0] if isinstance(V[0], int) else N',
  'V[0] = N',
  'del V[3]',
  'N = len(V)',
  'L = list(V)',
  'N = 1 if N in V else 2',
  'if V: N = N\nelse: L.append(N)',
  'V(N)',
  'N = V()',
  'with V as q: q.append(N)',
  'with V: pass',
  'N = int(V == V)',
  'N = len(f"{V}")',
  'N = len(str([V]))',
  'L = V.head',
  'V.head = N',
  'V.note(N)',
  'N = V.count()',
  'V.x = L',
  'V = Wide(L)',
  'V = Vec(L)',
  'V = copy.copy(V)',
  'V = copy.deepcopy(V)',
  'O = V',
  'O = NS(x=L, v=N)\nO.add = lambda: L.append(N)',
  'setattr(O, "x", L)',
  'L = getattr(O, "x", L)',
  'V.note = L.append',
  'class Wide(Vec):\n  more = L\n  def __call__(self, q=0): return len(self.more) + N',
  'class C:\n  items = L\n  def add(self):\n    self.items.append(N)\n    return N',
  'class C(C):\n  def add(self): return super().add() + N',
  'C.add = lambda self: N',
  'del O.x',
  // Functions.
  '@deco\ndef F(): return N',
  '@deco\ndef F(x=L):\n  x.append(N)\n  return N',
  '@functools.lru_cache\ndef F(): return N',
  'F = deco(F)',
  'F = functools.partial(walk, L)',
  'F = functools.partial(lambda x, y: x.append(y), L, N)',
  'F = {"a": F, "b": lambda: N}["b"]',
  'F = [F, F][N % 2]',
  'F = V',
  'walk(L)',
  'walk(x=D["k"])',
  'def k(*a, **b):\n  for x in a: x.append(N)\n  return len(b)\nk(L, L, z=N)',
  'def k(*a, **b): b["x"].append(a[0])\nk(N, x=L)\nk(*[N], **{"x": L})',
  'def k(x, /, *, y): return [x, y]\nL = k(N, y=L)',
  'def k(): return L\nk().append(N)',
  'def k():\n  global L\n  L = [N]\nk()',
  'def outer():\n  c = N\n  def step():\n    nonlocal c\n    c += 1\n    L.append(c)\n    return c\n  return step\nF = outer()',
  'fs = [lambda i=i: L.append(i) for i in range(2)]\nfor f in fs: f()',
  'fs = []\nfor N in [1, 2]: fs.append(lambda: N)\nL.append(fs[0]())',
  'F.tag = L\nF.tag.append(N)',
  'N = functools.reduce(lambda a, b: a + N, [1, 2])',
  'L = sorted([L, L], key=lambda x: (x.append(N), len(x))[1])[0]',
  'list(map(L.append, [N]))',
  'N = max([1, 2], key=lambda z: z * N)',
  'list.append(L, N)',
  'operator.setitem(D, "k", L)',
  'for q in itertools.chain([L], [L]): q.append(N)',
  'L = [q for q in itertools.islice(L, 2)]',
  // Iterators.
  'G = gen(L)',
  'G = map(lambda z: (z, N), L)',
  'G = zip(L, L)',
  'G = enumerate(L)',
  'N = len(list(G))',
  'for q in G: break',
  'x = next(G, None)',
  'G = itertools.chain(G, [N])',
  'G = (q for q in G)',
  'N = 1 if N in G else 2',
  'L = [*G][:3]',
  'G, H = itertools.tee(G)\nL = list(H)[:3]',
  'L = list(gen(L))',
  'def both(a):\n  yield from a\n  yield N\nG = both(G)',
  'a, *b = G, *[N]',
  // Ways through.
  'with suppress(IndexError):\n  N = L[7]\n  L = [N]',
  'with held(L) as q: q.append(N)',
  'try:\n  L.append(N)\n  N = D["nope"]\nexcept KeyError:\n  L = L\nelse:\n  L = []',
  'try:\n  raise ValueError(L)\nexcept ValueError as e:\n  e.args[0].append(N)',
  'for q in L:\n  if q == N: break\nelse:\n  N = 5',
  'while True:\n  L.append(N)\n  if N: break\n  break',
  'for i in range(2):\n  if i: continue\n  N = i',
  'match T:\n  case (list() as q, *r): q.append(N)\n  case (q, [*r]): N = q',
  'match D:\n  case {"k": [N, *q]}: pass\n  case {"k": q, **r}: q.append(N)',
  'match O:\n  case C(v=N): pass\n  case _: O = O',
  'N = N if L else (M := N)',
  'L and L.append(N)',
  '[(N := q) for q in [1, 2] if q]',
  'if (N := len(L)) > 2: L = []',
  'assert N is not None, L',
  'del d["k"][9:]\nD = D'.replace('d[', 'D['),
  // Text that is code.
  "exec('N = N + 1')",
  "N = eval('N + len(L)')",
  "globals()['N'] = N",
  "L = globals()['L']",
  "exec('L.append(N)')",
  "N = globals().get('N', 0)",
  "N = eval(compile('N + 1', 'x', 'eval'))",
  'L = vars(O).get("x", L) if hasattr(O, "__dict__") else L',
  'n9 = N\ndel n9',
]

const statement = fc
  .tuple(fc.constantFrom(...templates), fc.array(fc.nat(1), { minLength: 12, maxLength: 12 }))
  .map(([template, picks]) => {
    let next = 0
    return template.replace(/\b[NLDFOGMSTHV]\b/g, (letter) => `${letter.toLowerCase()}${picks[next++ % picks.length]}`)
  })
const cell = fc.array(statement, { minLength: 1, maxLength: 3 }).map((statements) => statements.join('\n'))
/** Notebooks that share, change and pass on objects in many ways. Their cells mostly run. */
export const randomNotebook = fc.array(cell, { minLength: 3, maxLength: 10 }).map((cells) => [...start, ...cells])
