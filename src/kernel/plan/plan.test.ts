import { beforeAll, describe, expect, test } from 'vitest'
import { loadSql } from '../analysis/index.ts'
import { planText } from './testing/plan-text.ts'
import type { Plan } from './index.ts'

beforeAll(loadSql)

/**
 * One task a line: `key: pieces | depends on | in | out`. Of a piece: `*` repeated, `!` only shown, `<` values are
 * taken over before it, `>` values are passed on behind it.
 */
function show(plan: Plan): string {
  const lines = plan.tasks.map(({ key, pieces, dependsOn, handover }) => {
    const told = pieces.map((piece) =>
      [piece.key, piece.setup && '*', piece.display && '!', piece.takes && '<', piece.gives && '>']
        .filter(Boolean)
        .join(''),
    )
    const taken = handover.in.map(({ name, from }) => `${name} of ${from}`)
    return `${key}: ${told.join(' ')} | ${dependsOn.join(' ')} | ${taken.join(', ')} | ${handover.out.join(' ')}`.trimEnd()
  })
  return [...lines, ...plan.refused.map(({ cell, line, message }) => `refused: ${cell}:${line} ${message}`)].join('\n')
}

/** Cells parted by `---`; a line `# name` at the top is the cell's title. */
const cases: Record<string, [string, string]> = {
  'a cell that does work is a task': ['a = input()', 'a: a |  |  |'],
  'a value is passed on by the task that makes it': [
    'a = input()\n---\nb = a + input()',
    'a: a> |  |  | a\nb: b< | a | a of a |',
  ],
  'cells without anything in common are tasks side by side': [
    'a = input()\n---\nb = input()',
    'a: a |  |  |\nb: b |  |  |',
  ],
  'an import is repeated in each task that needs it, and nowhere else': [
    'import os\n---\na = os.getcwd()\n---\nb = os.getpid()\n---\nc = input()',
    'a: os* a |  |  |\nb: os* b |  |  |\nc: c |  |  |',
  ],
  'a mixed cell is cut by statement': [
    'import os\na = os.getcwd()\n---\nb = os.getpid()',
    'a: a |  |  |\nb: a* b |  |  |',
  ],
  'setup is repeated transitively': [
    'import os\n---\nLIMIT = 3\n---\ndef cut(x):\n    return os.fspath(x)[:LIMIT]\n---\na = cut(input())',
    'a: os* limit* cut* a |  |  |',
  ],
  'setup stands at its place between the cells of a task': [
    '# one\n# dagbook: task=t\na = input()\n---\nimport os\n---\n# two\n# dagbook: task=t\nb = a + os.getcwd()',
    't: one os* two |  |  |',
  ],
  'a definition that reads a value when it is made is no setup': [
    'n = int(input())\n---\ndef f(x=n):\n    return x\n---\na = f() + int(input())',
    'n: n> |  |  | n\nf: f< a | n | n of n |',
  ],
  'a function brings the values of its globals to whoever calls it': [
    'n = int(input())\n---\ndef f():\n    return n\n---\na = f() + int(input())',
    'n: n> |  |  | n\na: f* a< | n | n of n |',
  ],
  'the version that a function reads is the one at the call': [
    'n = int(input())\n---\ndef f():\n    return n\n---\nn = int(input())\n---\na = f() + int(input())',
    'n: n |  |  |\nn_2: n_2> |  |  | n\na: f* a< | n_2 | n of n_2 |',
  ],
  'a function that changes a global makes the caller its maker': [
    'n = int(input())\n---\ndef f():\n    global n\n    n += 1\n---\n# call\nf()\n---\na = n + int(input())',
    'n: n> |  |  | n\ncall: f* call<> | n | n of n | n\na: f* a< | call | n of call |',
  ],
  'a change in place makes a new version': [
    'a = input().split()\n---\n# more\na.append(1)\n---\nb = len(a) + int(input())',
    'a: a> |  |  | a\nmore: more<> | a | a of a | a\nb: b< | more | a of more |',
  ],
  'a constant that is changed is passed on from then': [
    'a = []\n---\n# more\na.append(input())\n---\nb = [a, input()]',
    'more: a* more> |  |  | a\nb: b< | more | a of more |',
  ],
  'two names for one object cross together': [
    'a = input().split()\n---\nb = a[0:] or a\n---\n# more\nb.append(1)\n---\nc = [a, b, input()]',
    'a: a> |  |  | a\nb: b<> | a | a of a | a b\nmore: more<> | b | a of b, b of b | a b\nc: c< | more | a of more, b of more |',
  ],
  'two names for one object that nobody changes cross each by itself': [
    'a = input().split()\n---\nb = a[0:] or a\n---\nc = [a, b, input()]',
    'a: a> |  |  | a\nb: b<> | a | a of a | b\nc: c< | a b | a of a, b of b |',
  ],
  'reassigned names are versions': [
    'a = input()\n---\nb = a + input()\n---\na = input()\n---\nc = a + input()',
    'a: a> |  |  | a\nb: b< | a | a of a |\na_2: a_2> |  |  | a\nc: c< | a_2 | a of a_2 |',
  ],
  'a conditional definition lets the old version through': [
    'a = input()\n---\n# maybe\nif input():\n    a = input()\n---\nb = a + input()',
    'a: a> |  |  | a\nmaybe: maybe<> | a | a of a | a\nb: b< | maybe | a of maybe |',
  ],
  'a value comes straight from its maker, past tasks in between': [
    'a = input()\n---\nb = a + input()\n---\nc = a + b + input()',
    'a: a> |  |  | a\nb: b<> | a | a of a | b\nc: c< | a b | a of a, b of b |',
  ],
  'what only shows something rides with what it shows': [
    'a = input()\n---\n# look\nprint(a)\n---\nb = a + input()',
    'a: a> look! |  |  | a\nb: b< | a | a of a |',
  ],
  'what shows two values rides with the later one': [
    'a = input()\n---\nb = input()\n---\n# look\nprint(a, b)',
    'a: a> |  |  | a\nb: b< look! | a | a of a |',
  ],
  'what shows nothing of the notebook is a task': ['# look\nprint("hello")', 'look: look! |  |  |'],
  'setup beside what is shown stands also when showing fails': [
    'a = input()\n---\n# look\nimport pprint\nprint(pprint.pformat(a))',
    'a: a look* look! |  |  |',
  ],
  'a connection and its users are one task': [
    'import sqlite3\n---\nconn = sqlite3.connect("x")\n---\n# ask\na = conn.execute("x").fetchone()\n---\nb = input()',
    'conn: sqlite3* conn ask |  |  |\nb: b |  |  |',
  ],
  'a file is read, and its text is passed on': [
    'a = open("/Volumes/a/b").read()\n---\nb = a + input()',
    'a: a> |  |  | a\nb: b< | a | a of a |',
  ],
  'an open file and its readers are one task': [
    'f = open("/Volumes/a/b")\n---\n# read\na = f.readline()',
    'f: f read |  |  |',
  ],
  'a generator and its users are one task': [
    'def g():\n    yield 1\n---\nit = g()\n---\n# one\na = next(it)\n---\n# two\nb = next(it)',
    'it: g* it one two |  |  |',
  ],
  'a generator expression cannot cross': ['it = (x for x in input())\n---\n# all\na = list(it)', 'it: it all |  |  |'],
  'an iterator cannot cross': ['it = iter(input())\n---\n# one\na = next(it)', 'it: it one |  |  |'],
  'a lock cannot cross': [
    'import threading\nlock = threading.Lock()\n---\n# use\nwith lock:\n    a = input()',
    'lock: lock use |  |  |',
  ],
  'a client is opened again where it is needed': [
    'import boto3\n---\ns = boto3.client("s3")\n---\n# one\na = s.get("x")\n---\n# two\nb = s.get("y")',
    'one: boto3* s* one |  |  |\ntwo: boto3* s* two |  |  |',
  ],
  'a session object is made again where it is needed': [
    'from pyspark.sql import SparkSession\n---\ns = SparkSession.builder.appName("x").getOrCreate()\n---\n# one\na = s.range(3).count()\n---\n# two\nb = s.range(4).count()',
    'one: sparksession* s* one |  |  |\ntwo: sparksession* s* two |  |  |',
  ],
  'random draws are one task with their seed': [
    'import random\n---\n# seed\nrandom.seed(1)\n---\na = random.random()\n---\nb = input()\n---\nc = random.random()',
    'seed: random* seed a c |  |  |\nb: b |  |  |',
  ],
  'a class is repeated where its objects go': [
    'class Point:\n    pass\n---\np = Point()\np.x = input()\n---\nq = [p.x, input()]',
    'p: point* p> |  |  | p\nq: point* q< | p | p of p |',
  ],
  'a class that is changed stays with its users': [
    'class K:\n    n = 0\n---\n# count\nK.n += 1\n---\na = K.n + int(input())',
    'count: k* count a |  |  |',
  ],
  'a lazy frame is made again in each task that uses it': [
    'df = spark.table("main.s.t")\n---\nn = df.count()\n---\nm = df.count()',
    'n: df* n |  |  |\nm: df* m |  |  |',
  ],
  'a lazy frame over a value takes the value over': [
    'd = input()\n---\ndf = spark.table("main.s.t").where(f"x = {d}")\n---\nn = df.count()',
    'd: d> |  |  | d\nn: df*< n | d | d of d |',
  ],
  'a lazy frame that nobody uses is a task after all': ['df = spark.table("main.s.t")', 'df: df |  |  |'],
  'a lazy frame that is only shown is a task': [
    'df = spark.table("main.s.t")\n---\n# look\ndisplay(df)',
    'df: df look! |  |  |',
  ],
  'a lazy frame reads its table where it is used': [
    'df = spark.table("main.s.t")\n---\n# write\nspark.sql("INSERT INTO main.s.t SELECT 1")\n---\nn = df.count()',
    'write: write |  |  |\nn: df* n | write |  |',
  ],
  'a temp view is made again in each task that asks for it': [
    'spark.range(3).createOrReplaceTempView("v")\n---\nn = spark.table("v").count()\n---\nm = spark.sql("SELECT * FROM v").count()',
    'n: v* n |  |  |\nm: v* m |  |  |',
  ],
  'a temp view over a value takes the value over': [
    'import pandas as pd\nw = pd.read_csv("/Volumes/a/b.csv")\n---\nspark.createDataFrame(w).createOrReplaceTempView("v")\n---\nn = spark.table("v").count()',
    'w: w> |  |  | w\nn: v*< n | w | w of w |',
  ],
  'a task reads a table after the one that writes it': [
    '# write\nspark.sql("CREATE OR REPLACE TABLE main.s.t AS SELECT 1 AS x")\n---\nn = spark.table("main.s.t").count()',
    'write: write |  |  |\nn: n | write |  |',
  ],
  'a table is written again only when its readers are done': [
    '# one\nspark.sql("INSERT INTO main.s.t SELECT 1")\n---\nn = spark.table("main.s.t").count()\n---\n# two\nspark.sql("INSERT INTO main.s.t SELECT 2")',
    'one: one |  |  |\nn: n | one |  |\ntwo: two | n |  |',
  ],
  'a SQL cell that writes is a task': [
    '%sql one\nCREATE OR REPLACE TABLE main.s.t AS SELECT 1 AS x\n---\n%sql two\nINSERT INTO main.s.u SELECT * FROM main.s.t',
    'one: one |  |  |\ntwo: two | one |  |',
  ],
  'a query is repeated where its frame is used': [
    '%sql orders\n-- dagbook: as=o\nSELECT * FROM main.s.t\n---\nn = o.count()\n---\nm = _sqldf.count()',
    'n: orders* n |  |  |\nm: orders* m |  |  |',
  ],
  'a query rides with the task that writes its table': [
    '%sql one\nCREATE OR REPLACE TABLE main.s.t AS SELECT 1 AS x\n---\n%sql look\nSELECT * FROM main.s.t',
    'one: one look! |  |  |',
  ],
  'a setting of Spark is repeated where Spark is used': [
    '# set\nspark.conf.set("spark.sql.shuffle.partitions", "2")\n---\na = input()\n---\nn = spark.table("main.s.t").count()',
    'a: a |  |  |\nn: set* n |  |  |',
  ],
  'state of a library that is set from constants is set in every task that follows': [
    'import decimal\n---\na = input()\n---\n# precise\ndecimal.getcontext().prec = 5\n---\nb = decimal.Decimal(input())\n---\nc = input()',
    'a: a |  |  |\nb: decimal* precise* b |  |  |\nc: decimal* precise* c |  |  |',
  ],
  'a log level is set in every task, for the logger of that task': [
    'import logging\nlog = logging.getLogger("x")\nlog.setLevel(logging.INFO)\n---\na = input()\n---\nb = input()\nlog.info(b)',
    'a: logging* a |  |  |\nb: logging* b |  |  |',
  ],
  'an attribute of a module is set in every task that follows, imported again or not': [
    'import math\nmath.tau = 1\n---\nimport math\na = math.tau + int(input())',
    'a: math* a |  |  |',
  ],
  'a setting of a library from a value takes the value over': [
    'import decimal\nn = int(input())\n---\n# precise\ndecimal.getcontext().prec = n\n---\nb = decimal.Decimal(input())',
    'n: n> |  |  | n\nb: n* precise*< b | n | n of n |',
  ],
  'a function that sets state of a library is called in every task that follows': [
    'import sys\ndef deep():\n    sys.setrecursionlimit(5000)\n    return 1\n---\n# go\nn = deep() + int(input())\n---\nb = input()',
    'go: sys* go b |  |  |',
  ],
  'a block that may set state of a library keeps what follows': [
    'import pandas as pd\n---\na = input()\n---\n# maybe\nfor k in input():\n    pd.set_option(k, 1)\n---\nb = input()\n---\n# look\nprint(1)',
    'a: a |  |  |\nmaybe: pd* maybe b look! |  |  |',
  ],
  'state of a library that is put back again binds nobody': [
    'import warnings\n---\n# quiet\nwith warnings.catch_warnings():\n    warnings.simplefilter("ignore")\n    a = input()\n---\nb = input()',
    'quiet: warnings* quiet |  |  |\nb: b |  |  |',
  ],
  'a permanent function is made once, and its users wait for it': [
    '%sql double\nCREATE OR REPLACE FUNCTION dbl(x INT) RETURNS INT RETURN x * 2\n---\na = spark.sql("SELECT dbl(1)").first()\n---\nb = spark.sql("SELECT dbl(2)").first()',
    'double: double |  |  |\na: a | double |  |\nb: b | double |  |',
  ],
  'a temporary function is made again where it is needed': [
    '%sql double\nCREATE TEMPORARY FUNCTION dbl(x INT) RETURNS INT RETURN x * 2\n---\na = spark.sql("SELECT dbl(1)").first()\n---\nb = spark.sql("SELECT dbl(2)").first()',
    'a: double* a |  |  |\nb: double* b |  |  |',
  ],
  'a cell that makes a permanent and a temporary function stays with its users': [
    'spark.sql("CREATE FUNCTION f() RETURNS INT RETURN 1"); spark.sql("CREATE TEMPORARY FUNCTION g() RETURNS INT RETURN 1")\n---\na = spark.sql("SELECT g()").first()',
    'cell_1: cell_1 a |  |  |',
  ],
  'a schema in use is repeated': ['%sql use\nUSE SCHEMA s\n---\nn = spark.table("t").count()', 'n: use* n |  |  |'],
  'a parameter is declared where it is read': [
    '# widgets\ndbutils.widgets.text("day", "2024")\n---\nday = dbutils.widgets.get("day")\n---\na = day + input()\n---\nb = input()',
    'a: widgets* day* a |  |  |\nb: b |  |  |',
  ],
  'packages are installed in every task': [
    '%pip pip\ninstall x\n---\na = input()\n---\nb = input()',
    'a: pip* a |  |  |\nb: pip* b |  |  |',
  ],
  'a file on the disk of the driver keeps its users together': [
    '# write\nopen("/tmp/x", "w").write(input())\n---\na = open("/tmp/x").read()',
    'write: write a |  |  |',
  ],
  'a file on a volume only orders': [
    '# write\nopen("/Volumes/a/b/x", "w").write(input())\n---\na = open("/Volumes/a/b/x").read()',
    'write: write |  |  |\na: a | write |  |',
  ],
  'what follows a cell that may leave stays with it': [
    'a = input()\n---\n# leave\nif a == "x":\n    dbutils.notebook.exit("done")\n---\nb = input()\n---\n# look\nprint("done")',
    'a: a> |  |  | a\nleave: leave< b look! | a | a of a |',
  ],
  'unknown names keep cells together': [
    'a = input()\n---\n# any\nexec(input())\n---\nb = input()',
    'a: a any b |  |  |',
  ],
  'a group that the author names is one task': [
    '# one\n# dagbook: task=t\na = input()\n---\n# two\n# dagbook: task=t\nb = a + input()\n---\nc = a + b + input()',
    't: one> two> |  |  | a b\nc: c< | t | a of t, b of t |',
  ],
  'a group that is not convex is refused': [
    '# one\n# dagbook: task=t\na = input()\n---\nb = a + input()\n---\n# two\n# dagbook: task=t\nc = b + input()',
    't: one b two |  |  |\nrefused: one:1 The task `t` cannot be one task: it needs something of `b` and gives something to it.',
  ],
  'a cell that is off is left out': [
    'a = input()\n---\n# off\n# dagbook: run=off\na = 1\n---\nb = a + input()',
    'a: a> |  |  | a\nb: b< | a | a of a |',
  ],
  'a cell that is not in the job is left out': [
    'a = input()\n---\n# look\n# dagbook: run=not-in-job\nb = a + input()',
    'a: a |  |  |',
  ],
  'a read from a cell that is not in the job is refused': [
    '# try\n# dagbook: run=not-in-job\na = input()\n---\nb = a + input()',
    'b: b |  |  |\nrefused: b:1 `a` comes from the cell `try`, which is not in the job.',
  ],
  'a note orders what nothing else orders': [
    '# one\na = input()\n---\n# two\n# dagbook: after=one\nb = input()',
    'one: one |  |  |\ntwo: two | one |  |',
  ],
  'a notebook of setup alone is one task': ['a = 1\n---\nb = a', 'a: a b |  |  |'],
  'a value that is made twice in one task goes out twice': [
    '# one\n# dagbook: task=t\na = input()\n---\nb = a + input()\n---\n# two\n# dagbook: task=t\na = input()\n---\nc = a + input()',
    't: one> two> |  |  | a\nb: b< | t | a of t |\nc: c< | t | a of t |',
  ],
  'two versions of a name never meet in a task': [
    'a = input()\n---\nx = input()\n---\n# one\n# dagbook: task=t\nb = a + input()\n---\na = x + input()\n---\n# two\n# dagbook: task=t\nc = a + b',
    't: a< one a_2 two | x | x of x |\nx: x> |  |  | x',
  ],
  'magic cells are tasks in their place': ['%sh list\nls\n---\na = input()', 'list: list |  |  |\na: a |  |  |'],
}

describe('a plan', () => {
  test.each(Object.entries(cases).map(([name, [cells, tasks]]) => ({ name, cells, tasks })))(
    '$name',
    ({ cells, tasks }) => {
      expect(show(planText(cells))).toBe(tasks)
    },
  )

  test('is the same for the same text', () => {
    for (const [cells] of Object.values(cases))
      expect(JSON.stringify(planText(cells))).toBe(JSON.stringify(planText(cells)))
  })

  test('says why cells are together', () => {
    const why = (cells: string) => planText(cells).tasks[0]!.why
    expect(why('a = input()')).toBe('One cell that does work.')
    expect(why('it = iter(input())\n---\na = next(it)')).toBe('Fused: `it` cannot cross a task boundary.')
    expect(why('import locale\nlocale.setlocale(0, "C")\n---\na = input()')).toBe(
      'One cell that does work. It repeats what `locale` sets for libraries.',
    )
    expect(why('a = input()\n---\n# look\nprint(a)')).toBe('One cell that does work. It also shows `look`.')
  })

  test('describes a task by the Markdown above it', () => {
    const plan = planText('%md\n## Load\n---\nimport os\n---\n%md\nAll of it.\n---\na = os.getcwd()\n---\nb = input()')
    expect(plan.tasks.map(({ description }) => description)).toEqual(['## Load\n\nAll of it.', ''])
  })

  test('keeps comments with the statement below them, and tells the line of every line', () => {
    const plan = planText(
      '# title\na = input()\n# The limit.\nLIMIT = 3  # of all\n\n\ndef f():\n    return LIMIT\n---\nb = f() + int(input())',
    )
    const { source, lines } = plan.tasks[1]!.pieces[0]!
    expect(source).toBe('# The limit.\nLIMIT = 3  # of all\ndef f():\n    return LIMIT')
    expect(lines).toEqual([2, 3, 6, 7])
  })

  test('lists the modules that its tasks import, the files of these, and the data they read', () => {
    const files = new Map([
      ['utils/cleaning.py', 'from . import words\nfrom lib.extra import x'],
      ['utils/__init__.py', ''],
      ['utils/words.py', 'import json'],
      ['lib/extra.py', ''],
      ['other.py', ''],
      ['setup/common.py', '# Databricks notebook source\nimport helper\n\ndef z():\n    return 1\n'],
      ['helper.py', ''],
    ])
    const plan = planText(
      'from utils.cleaning import clean\n---\na = clean(open("data/x.csv").read())\n---\n%run\n./setup/common\n---\nb = z() + int(input())',
      files,
    )
    expect(plan.modules).toEqual([
      'helper.py',
      'lib/extra.py',
      'setup/common.py',
      'utils/__init__.py',
      'utils/cleaning.py',
      'utils/words.py',
    ])
    expect(plan.data).toEqual(['data/x.csv'])
  })

  test('takes the code of a notebook that runs in place for code, also beside lists that are changed', () => {
    const files = new Map([
      ['child.py', '# Databricks notebook source\nRAW = ["a"]\n\ndef upper(xs):\n    return [x.upper() for x in xs]\n'],
    ])
    const cells =
      '%run\n./child\n---\nclean = upper(RAW) + [input()]\n---\n# more\nclean.append("z")\n---\nn = upper(clean)'
    expect(show(planText(cells, files))).toBe(
      'clean: raw* clean> |  |  | RAW clean\nmore: raw* more<> | clean | RAW of clean, clean of clean | clean\nn: raw* n< | more | clean of more |',
    )
  })

  test('never passes on the code of a notebook that works as well', () => {
    const files = new Map([
      ['child.py', '# Databricks notebook source\ndef f(x):\n    return x\n\nclass P:\n    pass\n\nbase = input()\n'],
    ])
    expect(show(planText('%run\n./child\n---\na = f(input())\n---\nb = base + input()', files))).toBe(
      'f: f> a |  |  | base\nb: b< | f | base of f |',
    )
  })

  test('brings the classes of a notebook that runs in place to whoever takes their objects', () => {
    const files = new Map([['child.py', '# Databricks notebook source\nclass P:\n    pass\n']])
    const plan = planText('%run\n./child\n---\np = P()\np.x = input()\n---\nq = [p, input()]', files)
    expect(show(plan)).toContain('q: p* q< |')
  })

  test('tells what is otherwise here than on Databricks', () => {
    const plan = planText('r = input()\nr = dbutils.notebook.run("./child", 60)\n---\n%scala shown\nprintln(1)')
    expect(plan.notes).toEqual([
      {
        cell: 'shown',
        line: 1,
        message: 'This machine cannot run Scala: a job run here leaves its task out, and what depends on it.',
      },
    ])
    expect(plan.refused).toEqual([])
  })

  test('is refused for cells that cannot be read, with cell and line', () => {
    expect(planText('a = 1\n---\n# broken\nx = 1\nb = (').refused[0]).toMatchObject({ cell: 'broken', line: 2 })
    expect(planText('# off\n# dagbook: run=off\nb = (').refused).toEqual([])
  })

  test('has keys that a job takes, each once', () => {
    const plan = planText('# t\na = input()\n---\n# u\n# dagbook: task=t\nb = input()')
    expect(plan.tasks.map(({ key }) => key)).toEqual(['t_2', 't'])
  })

  test('of a long notebook is made in seconds', () => {
    const cells = Array.from({ length: 300 }, (_, i) =>
      i === 0 ? 'import os\nx0 = input()' : `x${i} = input(x${i - 1})`,
    )
    expect(planText(cells.join('\n---\n')).tasks).toHaveLength(300)
  })
})
