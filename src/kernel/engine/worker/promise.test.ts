import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SmallSession } from './testing/small-session.ts'
import { Bench, Oracle } from './testing/start.ts'

let bench: Bench
let oracle: Oracle
beforeAll(async () => {
  bench = await Bench.start()
  oracle = new Oracle()
})
afterAll(async () => {
  await bench.stop()
  oracle.stop()
})

/**
 * Runs the notebook, then each cell again by itself from the bottom up, then all that with each edit `[cell, text]`, and compares
 * every cell with plain Python each time.
 */
async function keepsThePromise(cells: string[], ...edits: [number, string][]): Promise<SmallSession> {
  const session = new SmallSession(bench, [...cells])
  const agree = async (): Promise<void> => {
    const values = await session.values(session.cells.length - 1)
    expect(values).toEqual(await oracle.values(session.cells))
  }
  const again = async (): Promise<void> => {
    // A fresh process that imports pandas takes its time.
    const order = cells[0]!.includes('pandas') ? [1] : cells.map((_, index) => index).toReversed()
    for (const at of order) {
      session.forget(at)
      await agree()
    }
  }
  await agree()
  await again()
  for (const [at, text] of edits) {
    session.cells[at] = text
    await agree()
  }
  if (edits.length > 0) await again()
  return session
}

const examples: Record<string, [string[], ...[number, string][]]> = {
  'a default argument that grows': [
    ['def f(q, acc=[]):\n  acc.append(q)\n  return list(acc)', 'f(1)', 'f(2)', 'f(3)'],
    [1, 'f(10)'],
  ],
  'a keyword default that grows': [['def f(*, acc=[]):\n  acc.append(len(acc))\n  return list(acc)', 'f()', 'f()']],
  'a class attribute counted up twice': [
    ['class K:\n  n = 0', 'K.n += 1\nK.n', 'K.n += 1\nK.n', 'K.n'],
    [1, 'K.n += 5\nK.n'],
  ],
  'a class attribute seen through an instance': [['class K:\n  n = 0', 'k = K()', 'K.n += 1', 'k.n']],
  'an instance made between two changes of its class': [
    ['class K:\n  n = 0', 'k = 1', 'K.n += 1', 'k if isinstance(k, int) else k.n'],
    [1, 'k = K()'],
  ],
  'a bound method of a list': [['a = [1]', 'g = a.append', 'g(2)', 'a', 'g(3)\na']],
  'a bound method of an instance': [
    [
      'class C:\n  def __init__(self): self.t = 0\n  def add(self): self.t += 1; return self.t',
      'c = C()',
      'm = c.add',
      'm()',
      'c.t',
    ],
  ],
  'an iterator taken from twice': [
    ['it = iter([1, 2, 3])', 'next(it)', 'next(it)', 'list(it)'],
    [1, '0'],
  ],
  'a generator': [['def g():\n  for i in range(5): yield i', 'it = g()', 'next(it), next(it)', 'next(it)']],
  'a generator that holds a list': [['a = [1]', 'g = (x for x in a)', 'a.append(2)', 'list(g)', 'a']],
  'two names of one list': [['a = [1]', 'b = a', 'b.append(2)', 'a', 'b']],
  'two names of one list in one cell': [
    ['a = [1]\nb = a', 'b.append(2)', '(a, b)'],
    [0, 'a = [1]\nb = [1]'],
  ],
  'an alias between a change and its reader': [
    ['a = [1]', 'b = 0', 'a.append(2)', '(a, b)'],
    [1, 'b = a'],
  ],
  'an alias of an alias': [
    ['a = [1]', 'b = a', 'c = 0', 'b.append(2)', '(a, b, c)'],
    [2, 'c = a'],
  ],
  'an inner list shared': [['a = [[1], [2]]', 'b = a[0]', 'b.append(9)', 'a', 'a[1].append(3)\n(a, b)']],
  'an alias broken by an equal copy': [['a = [[1]]', 'b = a[0]', 'a[0] = list(a[0])', 'b.append(2)', '(a, b)']],
  'the same row three times': [
    ['a = [[0]] * 3', 'a[0].append(1)', 'a'],
    [0, 'a = [[0], [0], [0]]'],
  ],
  'an equal value made anew': [
    ['n = 1\na = [n]', 'b = a', 'b.append(2)', '(a, b)'],
    [0, 'n = 2\na = [1]'],
  ],
  'a list in a dictionary': [['d = {"x": []}', 'd["x"].append(1)', 'd', 'd["y"] = d["x"]', 'd["y"].append(2)', 'd']],
  'a list in a tuple': [['t = ([1],)', 't[0].append(2)', 't']],
  'a set': [['s = {1, 2}', 's.add(3)', 's', 's.discard(1)\ns']],
  'a deque': [['from collections import deque\nq = deque([1, 2])', 'q.rotate(1)\nq', 'q.append(3)', 'q']],
  'a defaultdict that grows when read': [
    ['from collections import defaultdict\nd = defaultdict(list)', 'd["x"]', 'len(d)', 'd["x"].append(1)', 'dict(d)'],
  ],
  'a counter': [['from collections import Counter\nc = Counter("abca")', 'c.update("bb")', 'c.most_common()']],
  'a bytearray': [['b = bytearray(b"ab")', 'b += b"c"', 'bytes(b)']],
  'the state of a closure': [
    [
      'def counter():\n  n = 0\n  def step():\n    nonlocal n\n    n += 1\n    return n\n  return step',
      'c = counter()',
      'c()',
      'c()',
      'c()',
    ],
  ],
  'two closures over one cell': [
    [
      'def pair():\n  n = [0]\n  return (lambda: n.append(1)), (lambda: len(n))\nput, size = pair()',
      'put()',
      'size()',
      'put()',
      'size()',
    ],
  ],
  'an attribute of a function': [['def f(): f.calls += 1; return f.calls\nf.calls = 0', 'f()', 'f()', 'f.calls']],
  'a class defined again above its instance': [
    ['class K:\n  def who(self): return 1', 'k = K()', 'k.who(), isinstance(k, K)'],
    [0, 'class K:\n  def who(self): return 2'],
  ],
  'a class with slots': [
    ['class S:\n  __slots__ = ("a", "b")', 's = S()\ns.a = 1', 's.a += 1\ns.b = []', 's.b.append(1)\n(s.a, s.b)'],
  ],
  'a dataclass': [
    [
      'from dataclasses import dataclass, field\n@dataclass\nclass P:\n  x: int\n  tags: list = field(default_factory=list)',
      'p = P(1)',
      'p.tags.append("a")',
      'p',
    ],
  ],
  'a named tuple': [
    ['from collections import namedtuple\nP = namedtuple("P", "x y")', 'p = P(1, [2])', 'p.y.append(3)', 'p'],
  ],
  'an enumeration': [['import enum\nclass E(enum.Enum):\n  A = 1', 'e = E.A', 'e is E.A, e.name']],
  'an abstract class': [
    [
      'import abc\nclass A(abc.ABC):\n  @abc.abstractmethod\n  def f(self): ...',
      'class B(A):\n  def f(self): return 1',
      'B().f()',
    ],
  ],
  'a property and a cached property': [
    [
      'import functools\nclass C:\n  n = 0\n  @functools.cached_property\n  def v(self):\n    C.n += 1\n    return C.n',
      'c = C()',
      'c.v',
      'c.v, C.n',
    ],
  ],
  'a cached function': [
    [
      'import functools\nseen = []\n@functools.lru_cache\ndef f(x):\n  seen.append(x)\n  return x',
      'f(1)',
      'f(1)',
      'f(2)',
      'seen',
    ],
  ],
  'a global changed by a function': [
    ['n = 0\ndef up():\n  global n\n  n += 1', 'up()\nn', 'up()\nn', 'n'],
    [0, 'n = 5\ndef up():\n  global n\n  n += 1'],
  ],
  'a global made by a function': [
    ['def make():\n  global made\n  made = [1]', 'make()', 'made', 'made.append(2)\nmade'],
  ],
  'a function in a list that reads a global': [
    ['x = 1\ndef f(): return x\nfs = [f]', 'x = 2', 'fs[0]()', 'x = 3\nfs[0]()'],
    [1, 'x = 7'],
  ],
  'a function called before the cell binds its global': [
    ['x = 1\ndef f(): return x', 'r = f()\nx = 5\n(r, f())', 'f()'],
  ],
  'a function that calls a function': [
    ['def a(): return b() + 1', 'def b(): return y', 'y = 1', 'a()', 'y = 5', 'a()'],
  ],
  'a caught NameError': [
    ['n = 0', 'try:\n  r = later\nexcept NameError:\n  r = "none"\nr', 'later = 1'],
    [0, 'later = 7'],
  ],
  'a NameError and then the name': [
    ['z = 1', 'late'],
    [0, 'late = 2'],
  ],
  'a builtin shadowed above': [
    ['z = 1', 'len([1, 2])'],
    [0, 'len = lambda x: 99'],
  ],
  'the name of an exception': [
    [
      'e = "kept"',
      'try:\n  1 / 0\nexcept ZeroDivisionError as e:\n  m = str(e)\nm',
      'try:\n  r = e\nexcept NameError:\n  r = "gone"\nr',
    ],
  ],
  'an exception kept': [
    ['try:\n  {}["k"]\nexcept KeyError as e:\n  err = e', 'err.args', 'err.args += ("x",)', 'err.args'],
  ],
  'a cell that fails half-way': [['a = [1]', 'a.append(2)\n1 / 0', 'a', 'a.append(3)\na']],
  'a cell that fails after it used an iterator': [['it = iter([1, 2, 3])', 'next(it)\n1 / 0', 'next(it)']],
  'a name deleted': [['x = 1\ny = 2', 'del x', 'try:\n  r = x\nexcept NameError:\n  r = "gone"\nr', 'y']],
  'a seed': [['import random\nrandom.seed(1)', 'import random\nr = random.Random(5)', 'r.random()', 'r.random()']],
  'the same text in two cells': [['x = []', 'y = x', 'x = []', 'x.append(1)', '(x, y)']],
  'an object whose dunders raise': [
    [
      'class Bad:\n  def __eq__(self, o): raise ValueError("eq")\n  __hash__ = None\n  def __repr__(self): raise ValueError("repr")\n  def __deepcopy__(self, m): raise ValueError("copy")\n  def __reduce_ex__(self, p): raise ValueError("pickle")',
      'b = Bad()\nb.n = 1',
      'b.n += 1\nb.n',
      'b.n',
    ],
  ],
  'an object whose __getattribute__ lies': [
    [
      'class L:\n  def __getattribute__(self, n): return 42 if n == "x" else object.__getattribute__(self, n)',
      'l = L()\nl.x = 1',
      'l.x',
      'object.__setattr__(l, "y", [1])',
      'l.y.append(2)\nl.y',
    ],
  ],
  'a cycle': [['a = []\na.append(a)', 'a.append(1)', 'len(a), a[0] is a']],
  'a partial': [['import functools\nacc = []\np = functools.partial(acc.append, 1)', 'p()', 'acc', 'p()\nacc']],
  'a subclass of list with attributes': [
    ['class L(list): pass\nl = L([1])\nl.tag = "a"', 'l.append(2)\nl.tag = "b"', 'list(l), l.tag'],
  ],
  'a subclass of dict': [
    [
      'class D(dict):\n  def __setitem__(self, k, v): super().__setitem__(k, v * 2)\nd = D()',
      'd["a"] = 1',
      'dict(d)',
      'd["a"] = 5\ndict(d)',
    ],
  ],
  'a subclass of int': [['class N(int): pass\nn = N(3)\nn.note = "x"', 'n.note += "y"', 'n + 1, n.note']],
  'text in memory': [['import io\nf = io.StringIO()', 'f.write("ab")', 'f.getvalue()', 'f.write("c")\nf.getvalue()']],
  'a map over a list': [['a = [1, 2]', 'm = map(str, a)', 'list(m)', 'list(m)']],
  'a view of a dictionary': [['d = {"a": 1}', 'k = d.keys()', 'd["b"] = 2', 'list(k)']],
  'an iterator over a range': [['it = iter(range(5))', 'next(it)', 'next(it)']],
  'an iterator over a range of long numbers': [['it = iter(range(10 ** 30))', 'next(it)', 'next(it)']],
  'an iterator backwards over a range': [['it = reversed(range(5))', 'next(it)', 'list(it)']],
  'iterators over text, bytes, tuples and sets': [
    [
      'its = [iter("abc"), iter(b"abc"), iter((1, 2)), iter({1, 2})]',
      '[next(i) for i in its]',
      '[next(i) for i in its]',
    ],
  ],
  'iterators over iterators': [
    [
      'z = zip(range(5), "abcde")\ne = enumerate("abc")\nf = filter(None, range(5))',
      'next(z), next(e), next(f)',
      'next(z), next(e), next(f)',
    ],
  ],
  'iterators of itertools': [
    [
      'import itertools as i\nits = [i.count(), i.cycle("ab"), i.accumulate(range(9)), i.islice(i.count(5), 9), i.tee(range(9))[1]]',
      '[next(x) for x in its]',
      '[next(x) for x in its]',
    ],
  ],
  'an iterator of a class derived from map': [
    ['class M(map): pass\na = [1, 2, 3]\nm = M(str, a)', 'next(m)', 'a.append(4)', 'list(m)'],
  ],
  'readers of text': [
    [
      'import csv, io, re\nr = csv.reader(["a,b", "c"])\ns = re.finditer("a", "aaa")\nf = io.StringIO("x\\ny")',
      'next(r), next(s).start(), f.readline()',
      'next(r), next(s).start(), f.readline()',
    ],
  ],
  'a flat iterator of an array': [['import numpy as np\nit = np.arange(5).flat', 'next(it)', 'next(it)']],
  'a function of a namespace of its own': [
    ['ns = {"c": [0]}\nexec("def f():\\n c.append(1)\\n return len(c)", ns)\nf = ns["f"]\ndel ns', 'f()', 'f()'],
  ],
  'a function that binds a global of a namespace of its own': [
    [
      'ns = {"n": 0}\nexec("def up():\\n global n\\n n = 5\\ndef get(): return n", ns)\nup, get = ns["up"], ns["get"]',
      'get()',
      'up()',
      'get()',
    ],
  ],
  'a class of a namespace of its own': [
    ['ns = {}\nexec("class K:\\n  n = 0", ns)\nK = ns["K"]\ndel ns', 'K.n', 'K.n += 1', 'K.n'],
  ],
  'the words of a function and its annotations': [
    [
      'def f(x: int): "a"',
      'f.__doc__, f.__annotations__',
      'f.__doc__ = "b"\nf.__annotations__["x"] = str',
      'f.__doc__, f.__annotations__',
    ],
  ],
  'annotations that were empty': [['def f(x): pass', 'a = f.__annotations__', 'a["x"] = 1', 'f.__annotations__']],
  'the words of a class': [['class K: "a"', 'K.__doc__', 'K.__doc__ = "b"', 'K.__doc__']],
  'a class registered with an abstract one': [
    [
      'from abc import ABC\nclass B(ABC): pass',
      'isinstance(1, B), isinstance("", B)',
      'B.register(int)',
      'isinstance(1, B)',
    ],
  ],
  'a masked array': [['import numpy as np\na = np.ma.array([1, 2])', 'a', 'a[0] = np.ma.masked', 'a, a.mask.tolist()']],
  'an array of a class of the notebook': [
    [
      'import numpy as np\nclass A(np.ndarray): pass\na = np.zeros(2).view(A)\na.unit = ["m"]',
      'a.unit, a.tolist()',
      'a.unit.append("s")\na[0] = 1',
      'a.unit, a.tolist()',
    ],
  ],
  'a partial of a derived class': [
    [
      'import functools\nclass P(functools.partial): pass\nacc = []\np = P(acc.append, 1)',
      'p()',
      'acc.append(2)',
      'acc, p.args, p()',
      'acc',
    ],
  ],
  'a lock, and what takes items': [
    [
      'import threading, operator\nl = threading.Lock()\nr = threading.RLock()\ng = operator.itemgetter(1)',
      'l.acquire()',
      'l.locked(), g("ab")',
    ],
  ],
  'a simple namespace': [['import types\nn = types.SimpleNamespace(a=[1])', 'n.a.append(2)\nn.b = 1', 'n']],
  'globals() and exec': [['x = 1', 'globals()["y"] = x + 1', 'y', 'exec("z = y + 1")', 'z']],
  eval: [
    ['x = 1', 'eval("x + 1")', 'x = 5', 'eval("x")'],
    [0, 'x = 3'],
  ],
  'a conditional definition': [
    ['x = 1\nflag = False', 'if flag:\n  x = 2', 'x'],
    [0, 'x = 1\nflag = True'],
  ],
  'a loop variable': [['for i in range(3): pass', 'i', 'i += 1\ni']],
  'augmented assignment': [
    ['n = 1', 'n += 1\nn', 'n += 1\nn'],
    [0, 'n = 10'],
  ],
  'a comprehension with walrus': [['xs = [1, 2]', 'ys = [w := x * 2 for x in xs]', 'w, ys']],
  'two views of one array': [
    [
      'import numpy as np\na = np.arange(6)',
      'v = a[:3]\nw = a[2:]',
      'v[2] = 99',
      'a.tolist(), w.tolist()',
      'a *= 2\nv.tolist()',
    ],
  ],
  'an array written in place': [
    ['import numpy as np\na = np.zeros(3)', 'a[0] = 1', 'a.tolist()', 'a += 1\na.tolist()'],
  ],
  'an array of objects': [
    ['import numpy as np\na = np.array([[1], [2, 3]], dtype=object)', 'a[0].append(9)', 'a.tolist()'],
  ],
  'a frame that gets a column': [
    [
      'import pandas as pd\ndf = pd.DataFrame({"a": [1, 2]})',
      'df["b"] = df["a"] * 2',
      'df.to_dict("list")',
      'df.drop(columns="a", inplace=True)',
      'list(df.columns)',
    ],
    [1, 'df["b"] = df["a"] * 3'],
  ],
  'a frame written by position': [
    [
      'import pandas as pd\ndf = pd.DataFrame({"a": [1, 2], "s": ["x", "y"]})',
      'df.iloc[0, 0] = 9',
      'df.loc[1, "s"] = "z"',
      'df.to_dict("list")',
    ],
  ],
  'a series that shares memory with its frame': [
    [
      'import pandas as pd\ndf = pd.DataFrame({"a": [1, 2]})',
      's = df["a"]',
      'df.iloc[0, 0] = 9',
      's.tolist(), df["a"].tolist()',
    ],
  ],
  'the name of a shared index': [
    [
      'import pandas as pd\ndf = pd.DataFrame({"a": [1]})\nd2 = df.copy()',
      'df.index.name = "i"',
      'df.index.name, d2.index.name',
    ],
  ],
  'lists inside a frame': [
    ['import pandas as pd\ndf = pd.DataFrame({"a": [[1], [2]]})', 'df["a"][0].append(5)', 'df["a"].tolist()'],
  ],
  'a frame under two names': [
    [
      'import pandas as pd\ndf = pd.DataFrame({"a": [3, 1]})',
      'df2 = df',
      'df2.sort_values("a", inplace=True)',
      'df["a"].tolist()',
      'df = df.head(1)',
      'len(df), len(df2)',
    ],
  ],
  'a generator of random numbers of numpy': [
    ['import numpy as np\nr = np.random.default_rng(1)', 'r.integers(9)', 'r.integers(9)'],
    [0, 'import numpy as np\nr = np.random.default_rng(2)'],
  ],
  'a long list of rows': [
    ['a = [[i] for i in range(3000)]', 'b = a[7]', 'b.append(1)', 'a[7], len(a)', 'a[7].append(2)\nb'],
  ],
  'a long list of numbers': [['a = list(range(5000))', 'a[3] = -1', 'sum(a)', 'a.reverse()\na[0]']],
  'threads that fill a list': [
    ['a = []', 'import threading\nt = threading.Thread(target=lambda: a.append(1))\nt.start()', 'a'],
  ],
  'a decorator that registers': [
    [
      'names = []\ndef reg(f):\n  names.append(f.__name__)\n  return f',
      '@reg\ndef one(): pass',
      '@reg\ndef two(): pass',
      'names',
    ],
  ],
  'a context manager': [
    [
      'import contextlib\nlog = []\n@contextlib.contextmanager\ndef cm():\n  log.append("in")\n  yield\n  log.append("out")',
      'with cm():\n  log.append("body")',
      'log',
    ],
  ],
  'a metaclass registry': [
    [
      'class M(type):\n  seen = []\n  def __init__(c, n, b, d): M.seen.append(n)',
      'class A(metaclass=M): pass',
      'class B(A): pass',
      'M.seen',
    ],
  ],
  'a monkey-patched method': [
    ['class K:\n  def f(self): return 1\nk = K()', 'K.f = lambda self: 2', 'k.f()', 'k.f = lambda: 3\nk.f()'],
  ],
}

describe('every cell has the value of a fresh run', () => {
  for (const [name, [cells, ...edits]] of Object.entries(examples)) {
    test(name, async () => {
      await keepsThePromise(cells, ...edits)
    })
  }
})
