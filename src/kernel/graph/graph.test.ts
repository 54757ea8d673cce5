import { beforeAll, expect, test } from 'vitest'
import { loadSql } from '../analysis/index.ts'
import { graphOf } from './graph.testing.ts'

beforeAll(loadSql)

const orders = { 'read-after-write': 'RAW', 'write-after-read': 'WAR', 'write-after-write': 'WAW' }

/** `0>1 x` an edge for a name; others with their kind, `main.default.` left out, and their order. */
function told(cells: string): string {
  const { edges } = graphOf(cells.split(' /// ').map((text) => text.replaceAll('↵', '\n')))
  return edges
    .flatMap(({ from, to, reasons }) =>
      reasons.map(({ kind, resource, order }) => {
        const name = resource.replace('table:main.default.', 'table:')
        return `${from}>${to} ${kind === 'value' ? name.replace('name:', '') : `${name} ${orders[order]}`}`
      }),
    )
    .sort()
    .join(', ')
}

// Cells are 0, 1, 2…; `↵` ends a line, `///` a cell. An edge with several reasons stands several times.
const cases: Readonly<Record<string, string>> = {
  'names bind to the nearest definition above': `
x = 1 /// y = x => 0>1 x
x = 1 /// x = 2 /// y = x => 1>2 x
x = 1 /// y = x /// x = 2 => 0>1 x
x = 1 /// x = 2 =>
y = x /// x = 1 =>
x = 1 /// x = x + 1 /// y = x => 0>1 x, 1>2 x
x = 1 /// x += 1 /// y = x => 0>1 x, 1>2 x
df = f() /// df = df.dropna() /// df = df.g() /// df => 0>1 df, 1>2 df, 2>3 df
a = 1; b = 2 /// c = a + b => 0>1 a, 0>1 b
x = 1 /// def x(): pass /// x() => 1>2 x
x = 1 /// [x for x in [1]] /// x => 0>2 x
import os /// os.getcwd() => 0>1 os
x = 1 /// del x /// x = 2 /// y = x => 0>1 x, 2>3 x
x = 1 /// %md x /// y = x => 0>2 x
x = 1 /// x = ( /// y = x => 0>2 x
print(1) /// print(2) =>
list = 1 /// list(2) => 0>1 list
`,
  'what is bound on some ways only lets the old version through': `
x = 1 /// if c: x = 2↵ /// y = x => 0>1 x, 1>2 x
x = 1 /// if c: x = 2 /// x = 3 /// y = x => 2>3 x
x = 1 /// if c: x = 2↵else: x = 3 /// y = x => 1>2 x
x = 1 /// if c: x = 2 /// if d: x = 3 /// y = x => 0>1 x, 1>2 x, 2>3 x
for i in range(9): pass /// for i in q: pass =>
for i in p: pass /// for i in q: pass /// print(i) => 0>1 i, 1>2 i
try: f()↵except E as e: print(e) /// try: f()↵except E as e: print(e) =>
try: import a↵except E: a = None /// a.b() => 0>1 a
x = 1 /// try: x = f()↵except E: pass /// x => 0>1 x, 1>2 x
x = 1 /// for q in r:↵  x = q /// x => 0>1 x, 1>2 x
x = 1 /// with f() as g: x = 2 /// x => 1>2 x
`,
  'changes in place make a new version': `
a = [] /// a.append(1) /// print(a) => 0>1 a, 1>2 a
a = [] /// print(a) /// a.append(1) /// print(a) => 0>1 a, 0>2 a, 2>3 a
d = {} /// d['k'] = 1 /// d['j'] = 2 /// d => 0>1 d, 1>2 d, 2>3 d
a = [] /// b = a /// b.append(1) /// a => 0>1 a, 0>2 a, 1>2 b, 2>3 a
a = [] /// b = [a] /// a.append(1) /// b => 0>1 a, 0>2 a, 1>2 b, 2>3 b
a = [] /// b = list(a) /// b.append(1) /// a => 0>1 a, 0>3 a, 1>2 b
df = f() /// g = df[df.x > 0] /// g['y'] = 1 /// df => 0>1 df, 0>3 df, 1>2 g
m = M() /// m.fit(x) /// m.predict(x) => 0>1 m, 1>2 m
g = (i for i in [1]) /// next(g) /// next(g) => 0>1 g, 1>2 g
class A:↵  def inc(self): self.n = 1 /// a = A() /// a.inc() /// a.n => 0>1 A, 1>2 a, 2>3 a
class A: n = 0 /// A.n += 1 /// A.n => 0>1 A, 1>2 A
def f(x): x.append(1) /// q = [] /// f(q) /// q => 0>2 f, 1>2 q, 2>3 q
def f(x, acc=[]): acc.append(x); return acc /// f(1) /// f(2) => 0>1 f, 1>2 f
a = [] /// f = a.append /// f(1) /// a => 0>1 a, 0>2 a, 1>2 f, 2>3 a
x = 1 /// y = x /// y += 1 /// x => 0>1 x, 0>3 x, 1>2 y
d = {'a': []} /// e = d['a'] /// e.append(1) /// d => 0>1 d, 0>2 d, 1>2 e, 2>3 d
r = [{}] /// for q in r: q['a'] = 1 /// r => 0>1 r, 1>2 r
`,
  'functions read their names where they are called': `
def f(): return g /// g = 1 /// f() => 0>2 f, 1>2 g
g = 1 /// def f(): return g /// g = 2 /// f() => 1>3 f, 2>3 g
def f(): return g /// h = f /// g = 1 /// h() => 0>1 f, 1>3 h, 2>3 g
def f(): return g /// g = 1 /// [f() for q in [1]] => 0>2 f, 1>2 g
def f(x): return g /// g = 1 /// y = map(f, z)↵list(y) => 0>2 f, 1>2 g
def a(): return b() /// def b(): return c /// c = 1 /// a() => 0>3 a, 1>3 b, 2>3 c
def a(): return b() /// def b(): return a() /// a() => 0>2 a, 1>2 b
def f():↵  global n↵  n += 1 /// n = 0 /// f() /// f() /// n => 0>2 f, 0>3 f, 1>2 n, 2>3 n, 3>4 n
def f():↵  global n↵  n = 1 /// f() /// n => 0>1 f, 1>2 n
t = [] /// def f(x): t.append(x) /// f(1) /// t => 0>2 t, 1>2 f, 2>3 t
def make(k):↵  def inner(): return k + g↵  return inner /// f = make(1) /// g = 1 /// f() => 0>1 make, 1>3 f, 2>3 g
class A:↵  def m(self): return g /// g = 1 /// a = A() /// a.m() => 0>2 A, 1>3 g, 2>3 a
if c:↵  def f(): return a↵else:↵  def f(): return b /// a = 1 /// b = 2 /// f() => 0>3 f, 1>3 a, 2>3 b
f = lambda: g /// g = 1 /// f() => 0>2 f, 1>2 g
class S:↵  def high(self): return g /// g = 1 /// d = {k: S() for k in 'ab'} /// d['a'].v = 1 /// {k: s.high() for k, s in d.items()} => 0>2 S, 1>4 g, 2>3 d, 3>4 d
from functools import wraps↵def log(f):↵  @wraps(f)↵  def inner(*a): return f(*a)↵  return inner↵@log↵def cost(): return g /// g = 1 /// cost() => 0>2 cost, 1>2 g
import zork↵def deco(f): return zork.wrap(f)↵@deco↵def cost(): return g /// g = 1 /// cost() => 0>2 cost, 1>2 g
`,
  'what asks whether a name is there depends on it': `
x = 1 /// 'x' in globals() => 0>1 x
x = 1 /// y = x if 'x' in dir() else 2 => 0>1 x
try: c↵except NameError: c = {} /// c['x'] = 1 /// c => 0>1 c, 1>2 c
x = 1 /// if 'x' not in locals(): x = 2↵ /// x => 0>1 x, 1>2 x
`,
  'what cannot be seen keeps its place': `
x = 1 /// exec(s) /// y = x => 0>1 *, 1>2 x
x = 1 /// exec('x=2') /// y = x => 1>2 x
exec('x=2') /// x = 1 /// y = x => 1>2 x
x = 1 /// from zork import * /// y = x + q => 0>2 x, 1>2 q, 1>2 x
from math import * /// x = 1 /// y = sqrt(x) => 0>2 sqrt, 1>2 x
import m /// dbutils.library.restartPython() /// x = m =>
%run ./x /// y = q => 0>1 q
`,
  'tables keep the order of the notebook': `
%sql create table t as select 1 /// %sql select * from t => 0>1 table:t RAW
%sql select * from t /// %sql create or replace table t as select 1 => 0>1 table:t WAR
%sql create or replace table t as select 1 /// %sql create or replace table t as select 2 => 0>1 table:t WAW
%sql insert into t select 1 /// %sql insert into t select 2 => 0>1 table:t RAW, 0>1 table:t WAW
df.write.saveAsTable('a.b.c') /// spark.table('A.B.c') => 0>1 table:a.b.c RAW
df.write.mode('overwrite').saveAsTable('t') /// spark.sql('select * from t') /// df.write.mode('overwrite').saveAsTable('t') => 0>1 table:t RAW, 0>2 table:t WAW, 1>2 table:t WAR
spark.table('t') /// spark.table('t') =>
df.write.saveAsTable('t') /// spark.table(n) /// df.write.saveAsTable('u') => 0>1 table:t RAW, 1>2 table:u WAR
spark.table('t') /// df.write.saveAsTable(n) /// spark.table('t') => 0>1 table:t WAR, 1>2 table:t RAW
df = spark.table('t') /// df.show() => 0>1 df
%sql create table t as select 1 /// df = spark.table('t') /// df.count() => 0>1 table:t RAW, 0>2 table:t RAW, 1>2 df
def load(): return spark.table('t') /// df.write.saveAsTable('t') /// load() => 0>2 load, 1>2 table:t RAW
`,
  'views and frames bring their tables along': `
%sql create temp view v as select * from t /// %sql select * from v => 0>1 view:v RAW
df.createOrReplaceTempView('v') /// %sql select * from V => 0>1 view:v RAW
%sql create temp view v as select * from t /// %sql insert into t select 1 /// %sql select * from v => 0>1 table:t WAR, 0>2 view:v RAW, 1>2 table:t RAW
df = spark.table('t') /// df.createOrReplaceTempView('v') /// %sql insert into t select 1 /// spark.table('v').show() => 0>1 df, 0>2 table:t WAR, 1>2 table:t WAR, 1>3 view:v RAW, 2>3 table:t RAW
%sql select * from v /// %sql create temp view v as select 1 => 
df = spark.table('t') /// e = df.filter('x') /// %sql delete from t /// e.show() => 0>1 df, 0>2 table:t WAR, 1>2 table:t WAR, 1>3 e, 2>3 table:t RAW
d = {'t': spark.table('t')} /// %sql delete from t /// d['t'].show() => 0>1 table:t WAR, 0>2 d, 1>2 table:t RAW
%sql select * from t /// _sqldf.count() => 0>1 _sqldf
spark.range(3).createOrReplaceGlobalTempView('G') /// spark.table('global_temp.g') /// spark.catalog.dropGlobalTempView('g') => 0>1 view:global_temp.g RAW, 0>2 view:global_temp.g WAW, 1>2 view:global_temp.g WAR
spark.sql('create view v as select * from t') /// %sql insert into t select 1 /// spark.table('v').count() => 0>1 table:t WAR, 0>2 table:v RAW, 1>2 table:t RAW
`,
  'a dropped temp view gives its name back to the table': `
%sql create table t as select 1 /// x.createTempView('t') /// spark.table('t') /// spark.catalog.dropTempView('t') /// spark.table('t') => 0>4 table:t RAW, 1>2 view:t RAW, 1>3 view:t WAW, 2>3 view:t WAR, 3>4 view:t RAW
%sql create table t as select 1 /// x.createTempView('t') /// %sql drop view t; select * from t => 0>2 table:t RAW, 1>2 view:t WAW
%sql create table t as select 1 /// %sql create temp view t as select 1; drop view t /// %sql select * from t => 0>2 table:t RAW, 1>2 view:t RAW
%sql create table t as select 1 /// x.createTempView('t')↵spark.catalog.dropTempView('t')↵spark.table('t') => 0>1 table:t RAW
%sql create table t as select 1 /// x.createTempView('t') /// spark.catalog.dropTempView('t')↵x.createTempView('t') /// spark.table('t') => 1>2 view:t WAW, 2>3 view:t RAW
%sql create table t as select 1 /// x.createTempView('t') /// if c: spark.catalog.dropTempView('t') /// spark.table('t') => 0>3 table:t RAW, 1>2 view:t RAW, 1>2 view:t WAW, 2>3 view:t RAW
`,
  'schemas hold their tables': `
%sql create schema if not exists s /// %sql create table s.t as select 1 /// %sql create schema if not exists s /// %sql select * from s.t /// %sql select * from r.t => 0>1 table:main.s.t RAW, 0>2 table:main.s RAW, 1>3 table:main.s.t RAW, 2>3 table:main.s.t RAW
%sql create schema s /// %sql create schema r /// %sql insert into r.t select 1 => 1>2 table:main.r.t RAW
%sql create table s.t as select 1 /// %sql drop schema s cascade /// %sql create schema s /// %sql select * from s.t => 0>1 table:main.s WAW, 1>2 table:main.s RAW, 1>2 table:main.s WAW, 1>3 table:main.s.t RAW, 2>3 table:main.s.t RAW
%sql select * from s.t /// %sql drop schema s cascade => 0>1 table:main.s WAR
if c: spark.sql('drop schema s') /// spark.table('s.t') => 0>1 table:main.s.t RAW
%sql create catalog c /// %sql create schema c.s /// %sql use c.s /// %sql select * from t => 0>1 table:c.s RAW, 0>2 table:c.s RAW, 0>3 table:c.s.t RAW, 1>2 table:c.s RAW, 1>3 table:c.s.t RAW, 2>3 session:catalog RAW, 2>3 session:schema RAW
%sql create table s.t as select 1 /// %sql show tables in s /// %sql create or replace table s.u as select 1 /// spark.catalog.listTables('r') => 0>1 table:main.s RAW, 1>2 table:main.s.u WAR
%sql use s /// spark.catalog.currentDatabase() /// %sql select current_schema() => 0>1 session:schema RAW, 0>2 session:schema RAW
`,
  'files overlap by folder': `
open('/a/b', 'w') /// open('/a/b') => 0>1 path:/a/b RAW
open('/a/b', 'w') /// open('/a/c') =>
open('/a/b', 'w') /// dbutils.fs.ls('/a') => 0>1 path:/a RAW
dbutils.fs.rm('/a') /// open('/a/b') => 0>1 path:/a/b RAW
open('/a/b') /// dbutils.fs.rm('/a', True) => 0>1 path:/a WAR
open('/ab', 'w') /// open('/a') =>
df.write.save('dbfs:/x') /// open('/dbfs/x/y') => 0>1 path:/dbfs/x/y RAW
df.write.save('/x') /// spark.read.csv('/x/*.csv') => 0>1 path:/x/*.csv RAW
open('/a', 'w') /// open(p) /// open('/b', 'w') => 0>1 path:/a RAW, 1>2 path:/b WAR
open('/a', 'w') /// dbutils.fs.rm('/a') /// open('/a/b') => 0>1 path:/a WAW, 1>2 path:/a/b RAW
`,
  'session, parameters, control': `
import random↵random.seed(1) /// random.random() /// random.random() => 0>1 random, 0>1 session:random RAW, 0>1 session:random WAW, 0>2 random, 1>2 session:random RAW, 1>2 session:random WAW
spark.conf.set('a', 'b') /// spark.table('t') => 0>1 session:conf RAW
dbutils.widgets.text('p', '1') /// p = dbutils.widgets.get('p') /// print(p) => 0>1 param:p RAW, 1>2 p
dbutils.widgets.text('p', '1') /// %sql select :p => 0>1 param:p RAW
%sql use s /// spark.table('t') => 0>1 session:schema RAW
%sql declare v int default 1 /// spark.table('t').count() /// %sql select V /// %sql set var v = 2 /// spark.sql('select v') => 0>2 session:variable.v RAW, 0>3 session:variable.v RAW, 0>3 session:variable.v WAW, 2>3 session:variable.v WAR, 3>4 session:variable.v RAW
%pip install x /// import x => 0>1 session:pip RAW
dbutils.notebook.exit('x') /// x = 1 /// y = x => 0>1 notebook:exit RAW, 0>2 notebook:exit RAW, 1>2 x
raise SystemExit(3) /// x = 1 => 0>1 notebook:exit RAW
import sys↵class A:↵  @staticmethod↵  def stop(): sys.exit(4) /// A.stop() /// x = 1 => 0>1 A, 0>1 sys, 1>2 notebook:exit RAW
def stop(): quit() /// x = 1 =>
x = 1 /// # dagbook: after=cell_0↵y = 1 => 0>1 notebook:cell_0 RAW
# dagbook: writes=a.b.c↵f() /// spark.table('a.b.c') => 0>1 table:a.b.c RAW
`,
}

for (const [rule, text] of Object.entries(cases)) {
  const lines = text.trim().split('\n')
  test(`${rule} (${lines.length})`, () => {
    const split = lines.map(
      (line) =>
        [line.slice(0, line.lastIndexOf('=>')).trimEnd(), line.slice(line.lastIndexOf('=>') + 2).trim()] as const,
    )
    const wanted = split.map(([cells, edges]) => `${cells} => ${edges.split(', ').sort().join(', ')}`)
    expect(split.map(([cells]) => `${cells} => ${told(cells)}`)).toEqual(wanted)
  })
}

const diagnostics: readonly (readonly [string, string])[] = [
  ['y = x', 'undefined-name error 0:1'],
  ['y = x /// x = 1', 'defined-below error 0:1'],
  ['\ndef f(): return x\nf()', 'undefined-name error 0:3'],
  ['def f(): return x /// x = 1 /// f()', ''],
  ['if c: x = 1', 'undefined-name error 0:1'],
  ['x += 1', 'undefined-name error 0:1'],
  ['for s in ["ab", "cd"]:\n  for t, c in enumerate(s):\n    print(t, c)', ''],
  ['x.append(1)', 'undefined-name error 0:1'],
  ['def f():\n  global n\n  n += 1\nf()', 'undefined-name error 0:4'],
  ['spark, dbutils, display, print, __name__', ''],
  ['y = _', 'unresolved-names warning 0:1'],
  ['exec(s) /// y = x', 'unresolved-names info 0:1, undefined-name error 0:1'],
  ['from zork import * /// y = x', 'unresolved-import info 0:1'],
  ['from zork import *\ny = x', 'unresolved-import info 0:1'],
  ['y = x\nfrom zork import *', 'undefined-name error 0:1, unresolved-import info 0:2'],
  ['x = (', 'syntax-error error 0:1'],
  ["df = spark.table('t') /// %sql delete from t /// df.show()", 'lazy-read-after-write warning 2:1'],
  ["def f(): return spark.table('t').count() /// %sql delete from t /// f()", ''],
  ["df = spark.table('t') /// df = spark.table('t') /// df.show()", ''],
  ['n = input()\nspark.table(n)', 'unresolved-table warning 0:2'],
  ['# dagbook: after=nobody\nx = 1', 'unknown-pragma error 0:1'],
  ['# dagbook: after=cell_1\nx = 1 /// y = 1', 'unknown-pragma error 0:1'],
  ['# dagbook: zork=1\nx = 1', 'unknown-pragma error 0:1'],
  ["dbutils.widgets.get('p')", 'undefined-parameter warning 0:1'],
  ['dbutils.library.restartPython() /// x = 1 /// x', ''],
  ['x = 1 /// dbutils.library.restartPython() /// x', 'undefined-name error 2:1'],
  ['try:\n  c\nexcept NameError:\n  c = {}\nc[1] = 2\nprint(c)', ''],
  ['try:\n  c\nexcept ValueError:\n  c = {}', 'undefined-name error 0:2'],
  ['def f():\n  global c\n  try: c\n  except NameError: c = 1\n  return c /// f()', ''],
  ['if "x" not in globals(): x = []\nx.append(1)', ''],
  ['y = x if "x" in dir() else 2\nz = "w" in vars() and w', ''],
  ['y = x if "z" in dir() else 2', 'undefined-name error 0:1'],
  ['from functools import wraps\ndef log(f):\n  @wraps(f)\n  def i(): f()\n  return i\n@log\ndef c(): k /// k = 1', ''],
  ["%sql create view v as select * from t /// %sql delete from t /// spark.table('v').show()", ''],
  ["from delta.tables import DeltaTable\nd = DeltaTable.forName(spark, 't') /// %sql delete from t /// d.toDF()", ''],
  ["df = spark.table('s.t') /// %sql create schema if not exists s /// df.show()", ''],
  ["spark.sql('select :v, ?', args={'v': 1})", ''],
  ["spark.sql('select :v', {'w': 1})", 'undefined-parameter warning 0:1'],
]

test('a temp view is called by its own name in remarks', () => {
  const [{ message } = { message: '' }] = graphOf([
    '%sql create temp view v as select * from t',
    '%sql delete from t',
    '%sql select * from v',
  ]).diagnostics
  expect(message).toMatch(/^v, defined in/)
})

test.each(diagnostics)('of %j it remarks %j', (cells, wanted) => {
  const found = graphOf(cells.split(' /// ')).diagnostics
  expect(found.map(({ code, severity, cell, line }) => `${code} ${severity} ${cell}:${line}`).join(', ')).toBe(wanted)
})

test('the nearest versions are bound, and what values bring along is among the effects of their user', () => {
  const { cells } = graphOf(['def f(): return spark.table("t")', 'x = 1', 'y = f()\nz = x'])
  expect(cells[2]!.reads.filter(({ resource }) => resource.startsWith('name:'))).toEqual([
    { resource: 'name:f', from: '0', where: { start: 4, end: 5 } },
    { resource: 'name:x', from: '1', where: { start: 12, end: 13 } },
  ])
  expect(cells[2]!.writes).toEqual(['name:y', 'name:z'])
  expect(cells[2]!.effects.find(({ resource }) => resource === 'table:main.default.t')?.where).toEqual({
    start: 4,
    end: 7,
  })
})

test('the same notebook gives the same graph', () => {
  const cells = [
    'import a, b',
    'x = a.f(b)',
    'x.append(1)',
    '%sql select * from t',
    'for q in x: exec(q)',
    'print(x, q)',
  ]
  expect(JSON.stringify(graphOf(cells))).toBe(JSON.stringify(graphOf(cells)))
})
