import { beforeAll, expect, test } from 'vitest'
import type { CellKind } from '../notebook/index.ts'
import { analyzeCell, loadSql, newKnowledge, type CellAnalysis } from './index.ts'

beforeAll(loadSql)

const namespace = { catalog: 'main', schema: 'default' }

/** The analysis of the last of these cells. `↵` ends a line, `///` a cell; a cell may begin with `%sql` and the like. */
function lastOf(cells: string, files: Readonly<Record<string, string>> = {}): CellAnalysis {
  const knowledge = newKnowledge(namespace)
  const context = { namespace, files: (path: string) => files[path] ?? null }
  return cells
    .split(' /// ')
    .map((text) => text.replaceAll('↵', '\n'))
    .map((text) => {
      const magic = /^%(sql|run|pip|sh|fs|scala|r|md)\b\s*/.exec(text)
      const kind = (magic === null ? 'python' : magic[1] === 'md' ? 'markdown' : magic[1]) as CellKind
      return analyzeCell({ kind, source: text.slice(magic?.[0].length ?? 0) }, context, knowledge)
    })
    .at(-1)!
}

const letters = { read: 'r', write: 'w', update: 'u' }

/** `r x` reads, `w x` writes, `u x` updates, `m x` may write; a name stands for itself, anything else has its kind. */
function told({ effects }: CellAnalysis): string {
  return effects
    .filter(
      ({ mode, resource }) =>
        !(mode === 'read' && /^session:(conf|udf|pip|path|schema|catalog|plot|env)$/.test(resource)),
    )
    .map(
      ({ mode, resource, maybe }) =>
        `${maybe ? 'm' : letters[mode]} ${resource.replace(/^name:/, '').replace('table:main.default.', 'table:')}`,
    )
    .sort()
    .join(', ')
}

const cases: Readonly<Record<string, string>> = {
  binding: `
x = 1 => w x
x: int = 1 => w x
x: int =>
x = y = z => r z, w x, w y
(a, [b, *c]) = d => r d, w a, w b, w c
x = x + 1 => r x, w x
x += 1 => u x
x = 1; x += 1 => w x
del x => u x
x = 1; del x => w x
if (n := f(1)) > 2: pass => r f, w n
import os => w os
import os.path as p => w p
import a.b.c => w a
from m import f, g as h => w f, w h
from math import * => w acos, w acosh, w asin, w asinh, w atan, w atan2, w atanh, w cbrt, w ceil, w comb, w copysign, w cos, w cosh, w degrees, w dist, w e, w erf, w erfc, w exp, w exp2, w expm1, w fabs, w factorial, w floor, w fmod, w frexp, w fsum, w gamma, w gcd, w hypot, w inf, w isclose, w isfinite, w isinf, w isnan, w isqrt, w lcm, w ldexp, w lgamma, w log, w log10, w log1p, w log2, w modf, w nan, w nextafter, w perm, w pi, w pow, w prod, w radians, w remainder, w sin, w sinh, w sqrt, w tan, w tanh, w tau, w trunc, w ulp
from nowhere import * => m *
with cm() as (a, b): pass => r cm, w a, w b
type A = int => w A
class C[T]: pass => w C
def f[T: B](x: T) -> T: ... => r B, w f
print(len([])) =>
list = 1 /// list((1, 2)) => r list
await f() => r f
`,
  branches: `
if c: x = 1 => r c, m x
if c: x = 1↵else: x = 2 => r c, w x
if c: x = 1↵else: raise E => r E, r c, w x
if c: x = x + 1 => r c, r x, m x
for i in y: s = i => r y, m i, m s
for i in [1, 2]: s = i => w i, w s
for i in range(3): t = i => w i, w t
for i in range(n): break => r n, m i
while c: x = 1 => r c, m x
while True:↵  x = 1↵  break => w x
try: x = f()↵except E: x = 0 => r E, r f, w x
try: x = f()↵except E: pass => r E, r f, m x
try: x = f()↵except E: raise => r E, r f, w x
try: x = f()↵finally: y = 1 => r f, w x, w y
try: f()↵except E as e: print(e) => r E, r f
e = 1 /// try: f()↵except E as e: print(e) => r E, r f, m e
try: import a↵except ImportError: a = None => w a
match v:↵  case [x, *y]: pass↵  case {'k': z, **w}: pass↵  case C(p=q) as u: pass => r C, r v, m q, m u, m w, m x, m y, m z
match v:↵  case 1 | 2: a = 1↵  case _: a = 2 => r v, w a
c and (x := 1) => r c, m x
y = (x := 1) if c else 2 => r c, m x, w y
assert x, y => r x, r y
for k in x:↵  t = k↵else:↵  z = 1 => r x, m k, m t, w z
with open('/a') as f:↵  x = 1 => r path:/a, w f, w x
`,
  scopes: `
[x for x in y] => r y
[x for x in y if x > z] => r y, r z
{k: v for k, v in d.items()} => r d
[y for x in a for y in x] => r a
[w := t for t in ts] => r ts, m w
[w := t for t in [1, 2]] => w w
lambda: g =>
f = lambda x, y=d: x + g => r d, w f
def f(a, b=d): return a + g => r d, w f
@deco↵def f(): pass => r deco, w f
def f(x: A) -> B: pass => r A, r B, w f
from __future__ import annotations↵def f(x: A) -> B: pass => w f
class C(B, metaclass=M): x = y; z = x => r B, r M, r y, w C
class C:↵  x = 1↵  def m(self): return x => w C
def f():↵  global n↵  n = 1 => w f
def f():↵  global n↵  n = 1 /// f() => r f, w n
def f():↵  global n↵  n += 1 /// f() => r f, u n
def f():↵  if c:↵    global n↵    n = 1 /// f() => r c, r f, m n
def f():↵  def g():↵    nonlocal v↵    v = 1↵  v = 0↵  return g /// h = f() /// h() => u h
def f(): return g↵g = 1↵f() => w f, w g
def f(): return g↵f() => r g, w f
[f(i) for i in y] => r f, r y
(lambda q: q + g)(1) => r g
f = lambda: g /// h = f /// h() => r g, r h
def f(n): return f(n - 1) /// f(3) => r f
def a(): return b()↵def b(): return c /// a() => r a, r b, r c
def f(xs): return [g(x) for x in xs] /// f(q) => r f, r g, r q
class A:↵  def go(self): return g /// a = A() /// a.go() => r a, r g
class A:↵  def go(self): return self.more()↵  def more(self): return g /// A().go() => r A, r g
class A:↵  @property↵  def p(self): return g /// a = A() /// a.p => r a, r g
class A:↵  @staticmethod↵  def s(): return g /// A.s() => r A, r g
class A:↵  def __init__(self): self.x = g /// A() => r A, r g
class A:↵  def m(self): return g↵class B(A):↵  def m(self): return super().m() /// B().m() => r B, r g
class A:↵  def __enter__(self): return g↵  def __exit__(self, *a): h() /// with A() as q: pass => r A, r g, r h, w q
list(map(f, xs)) => r f, r xs
def f(x): return g /// list(map(f, xs)) => r f, r g, r xs
def f(x): return g /// sorted(xs, key=f) => r f, r g, r xs
def f(x): return g /// pool.submit(f, 1) => r f, r g, r pool
def f(x): return g /// d = {'a': f} /// d['a'](1) => r d, r g
def deco(fn):↵  def w(*a): return fn(*a) + k↵  return w /// @deco↵def f(): return g /// f() => r f, r g, r k
from functools import partial↵def f(a, b): return g /// p = partial(f, 1) /// p(2) => r g, r p
`,
  'change in place': `
x.append(1) => u x
x.sort() => u x
s.add(1) => u s
t = s.add(1) => r s, w t
y = x.pop() => u x, w y
d['k'] = v => r v, u d
d['k'] += 1 => u d
o.a = 1 => u o
o.a.b = 1 => u o
del d['k'] => u d
del o.a => u o
x[0][1] = 2 => u x
d.setdefault('k', []).append(1) => u d
df.drop(columns='a', inplace=True) => u df
df.drop(columns='a') => r df
df.loc[m, 'a'] = 0 => r m, u df
df.columns = ['a'] => u df
model.fit(X, y) => r X, r y, u model
m2 = model.fit(X) => r X, u model, w m2
next(g) => u g
if c: x.append(1) => r c, u x
for r in rows: r['a'] = 1 => m r, u rows
for k, v in d.items(): v.append(1) => m k, m v, u d
[x.append(i) for i in y] => r y, u x
a = [] /// b = a /// b.append(1) => u a, u b
a = [] /// b = a /// a = 1 /// b.append(1) => u b
a = [] /// b = [a] /// b[0].append(1) => u a, u b
a = [] /// b = [a] /// b.append(1) => u b
a = {} /// b = {'k': a} /// a['x'] = 1 => u a, u b
a = [] /// b = list(a) /// b.append(1) => u b
a = [] /// b = a[:] /// a.append(1) => u a
b = a↵b.append(1) => u a, w b
b = a.copy()↵b.append(1) => r a, w b
b = a[a.x > 0]↵b['y'] = 1 => r a, w b
n = 1 /// m = n /// m += 1 => u m
a = [] /// b = a /// b += [1] => u a, u b
def f(x): x.append(1) /// f(q) => r f, u q
def f(x): return x /// b = f(a)↵b.append(1) => r f, u a, w b
def f(x): x = x + [1]; return x /// f(q) => r f, r q
def f(*a): a[0].append(1) /// f(q) => r f, u q
def f(**k): k['z'].append(1) /// f(z=q) => r f, u q
def f(x):↵  def g(): x.append(1)↵  g() /// f(q) => r f, u q
def f(x): g(x)↵def g(x): x.append(1) /// f(q) => r f, r g, u q
def f(q, acc=[]): acc.append(q) /// f(1) => u f
acc = []↵def f(): acc.append(1) /// f() => r f, u acc
acc = []↵def f(): acc.append(1) /// b = acc /// f() => r f, u acc, u b
class A:↵  def add(self): self.n = 1 /// a = A() /// a.add() => u a
class A:↵  n = 0↵  def add(self): A.n += 1 /// a = A() /// a.add() => u A, u a
class A:↵  def see(self): return self.n /// a = A() /// a.see() => r a
a = [] /// g = a.append /// g(1) => u a, u g
g = (x for x in y) /// next(g) => u g
def gen(): yield k /// g = gen() /// for q in g: pass => r k, m q, u g
it = iter([1]) /// list(it) => u it
f = open('/x') /// f.read() => r path:/x, u f
import numpy as np /// rng = np.random.default_rng(1) /// rng.normal() => u rng
import numpy as np /// np.fill_diagonal(a, 0) => r np, u a
import heapq /// heapq.heappush(h, 1) => r heapq, u h
setattr(o, 'a', 1) => u o
import matplotlib.pyplot as plt /// fig, ax = plt.subplots() /// ax.plot(x) => r x, u ax, u fig
import pandas as pd /// pd.x = 1 => u pd
`,
  'the session': `
import random /// random.seed(1) => r random, w session:random
import random /// x = random.random() => r random, u session:random, w x
import numpy as np /// np.random.rand(3) => r np, u session:random
import random /// random.shuffle(x) => r random, u session:random, u x
from sklearn.model_selection import train_test_split as t /// t(X) => r X, r t, u session:random
from sklearn.model_selection import train_test_split as t /// t(X, random_state=1) => r X, r t
df.sample(frac=0.5) => r df, u session:random
df.sample(frac=0.5, random_state=1) => r df
import os /// os.environ['A'] = '1' => r os, u session:env
import sys /// sys.path.append('/x') => r sys, u session:path
import os /// os.chdir('/x') => r os, u session:cwd
spark.conf.set('a', 'b') => u session:conf
spark.udf.register('f', lambda x: x + g) => r g, u session:udf
spark.catalog.setCurrentDatabase('s') => r table:main.s, w session:schema
exec('x = 1') => w x
exec(s) => r s, u *
eval(s) => r s, u *
globals()['x'] = 1 => w x
globals()[n] = 1 => r n, u *
def f():↵  return locals() /// f() => r f
dbutils.library.restartPython() => w *
%pip install x => u session:pip
!pip install x => u session:pip
%sh ls => u path:*
%fs cp /a /b => r path:/a, u path:/b
%scala val x = 1 => u table:*, u view:*
%md hello =>
`,
  parameters: `
dbutils.widgets.text('p', '1') => w param:p
dbutils.widgets.get('p') => r param:p
dbutils.widgets.getAll() => r param:*
x = dbutils.widgets.get(n) => r n, r param:*, w x
dbutils.widgets.removeAll() => u param:*
dbutils.widgets.text('p', '1')↵p = dbutils.widgets.get('p') => w p, w param:p
`,
  tables: `
spark.table('t') => r table:t
spark.table('Sales.T') => r table:main.sales.t
spark.table('a.b.c') => r table:a.b.c
spark.table('\`my cat\`.b.c') => r table:my cat.b.c
spark.read.table('t').count() => r table:t
spark.read.format('delta').load('/x') => r path:/x
spark.read.option('h', 1).csv('/x') => r path:/x
spark.read.parquet(p) => r p, r path:*
p = '/d' /// spark.read.json(p + '/x') => r p, r path:/d/x
spark.sql('select * from a join b.c') => r table:a, r table:main.b.c
spark.sql('insert into t select * from s') => r table:s, u table:t
spark.sql(f'select * from t where d = {d}') => r d, r table:t
s = 'sales' /// spark.sql(f'select * from {s}.t') => r s, r table:main.sales.t
spark.sql(f'select * from {x}') => r table:*, r view:*, r x
spark.sql(q) => r q, u table:*, u view:*
df.write.saveAsTable('t') => r df, u table:t
df.write.mode('overwrite').saveAsTable('t') => r df, w table:t
df.write.saveAsTable('t', mode='overwrite') => r df, w table:t
df.write.mode('overwrite').option('replaceWhere', 'x').saveAsTable('t') => r df, u table:t
df.write.format('delta').mode('append').save('/x') => r df, u path:/x
df.write.insertInto('t') => r df, u table:t
df.write.insertInto('t', overwrite=True) => r df, w table:t
df.writeTo('t').append() => r df, u table:t
df.writeTo('t').createOrReplace() => r df, w table:t
df.write.saveAsTable(n) => r df, r n, u table:*
if c: df.write.mode('overwrite').saveAsTable('t') => r c, r df, u table:t
df.createOrReplaceTempView('V') => r df, w view:v
spark.catalog.dropTempView('v') => w view:v
spark.table('t').createOrReplaceTempView('v')↵spark.table('v').show() => r table:t, w view:v
from delta.tables import DeltaTable /// DeltaTable.forName(spark, 't').delete('x') => r DeltaTable, r table:t, u table:t
from delta.tables import * /// t = DeltaTable.forPath(spark, '/x') => r DeltaTable, r path:/x, w t
dt.alias('a').merge(s, 'c').whenMatchedUpdateAll().execute() => r dt, r s
from delta.tables import DeltaTable as D /// d = D.forName(spark, 't') /// d.alias('a').merge(s, 'c').whenMatchedUpdateAll().execute() => r d, r s, u table:t
for t in ['a', 'b']: spark.table(t).count() => r table:a, r table:b, w t
for t, n in {'a': 'x'}.items(): spark.table(n) => r table:x, w n, w t
for t, n in [('a', 'x'), ('b', 'y')]: spark.table(t).write.saveAsTable(n) => r table:a, r table:b, u table:x, u table:y, w n, w t
cfg = {'t': 'orders'} /// spark.table(cfg['t']) => r cfg, r table:orders
def load(t): return spark.table(f'raw.{t}') /// x = load('a') => r load, r table:main.raw.a, w x
def name(): return 'a' /// spark.table(name()) => r name, r table:a
dbutils.widgets.text('c', 'prod') /// c = dbutils.widgets.get('c') /// spark.table(f'{c}.s.t') => r c, r table:prod.s.t
spark.table('{}.t'.format('s')) => r table:main.s.t
spark.table('%s.t' % 's') => r table:main.s.t
spark.sql('use catalog c') /// spark.table('s.t') => r table:c.s.t
%sql use s /// %sql select * from t => r table:main.s.t, w _sqldf
%sql create temp view v as select * from t => r table:t, w view:v
%sql select * from t where d = :p => r param:p, r table:t, w _sqldf
dbutils.widgets.text('t', 'orders') /// %sql select * from identifier(:t) => r param:t, r table:orders, w _sqldf
`,
  files: `
open('/a').read() => r path:/a
open('/a', 'w').write('x') => w path:/a
open('/a', 'a').write('x') => u path:/a
open(p) => r p, r path:*
with open('/a', 'w') as f: f.write(x) => r x, w f, w path:/a
import pandas as pd /// pd.read_csv('d/x.csv') => r path:d/x.csv, r pd
df.to_csv('/a') => r df, w path:/a
df.to_csv() => r df
import os /// os.listdir(os.path.join('/a', 'b')) => r os, r path:/a/b
from pathlib import Path /// (Path('/a') / 'b').write_text('x') => r Path, w path:/a/b
import shutil /// shutil.copy('/a', '/b') => r path:/a, r shutil, u path:/b
dbutils.fs.ls('/a') => r path:/a
dbutils.fs.rm('/a', True) => w path:/a
import subprocess /// subprocess.run(['x']) => r subprocess, u path:*
import pandas as pd /// pd.read_csv('https://x.org/a.csv') => r pd
`,
  'notes to Dagbook': `
# dagbook: reads=a.b.c↵spark.table(n) => r n, r table:a.b.c
# dagbook: writes=/x↵f() => r f, w path:/x
# dagbook: reads=name:q↵f() => r f, r q
`,
  magics: `
%time x = f(y) => r f, r y, w x
%matplotlib inline↵x = 1 => w x
%%time↵x = f(y) => r f, r y, w x
%%writefile a.py↵x = f(y) => w path:a.py
%%writefile -a a.py↵x = 1 => u path:a.py
x = !ls => u path:*, w x
if c:↵  %time x = 1 => r c, m x
`,
}

for (const [group, text] of Object.entries(cases)) {
  const lines = text.trim().split('\n')
  test(`${group}: each cell does what it says (${lines.length})`, () => {
    const split = lines.map(
      (line) => [line.slice(0, line.lastIndexOf('=>')).trimEnd(), line.slice(line.lastIndexOf('=>') + 2)] as const,
    )
    const wanted = split.map(([cells, effects]) => `${cells} => ${effects.trim().split(', ').sort().join(', ')}`)
    expect(split.map(([cells]) => `${cells} => ${told(lastOf(cells))}`)).toEqual(wanted)
  })
}
