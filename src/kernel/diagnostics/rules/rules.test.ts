import { beforeAll, expect, test } from 'vitest'
import { loadSql } from '../../analysis/index.ts'
import { catalogue, type DiagnosticCode } from '../index.ts'
import { cellsOf, understood } from '../testing/notebook.ts'

beforeAll(loadSql)

const long = (lines: number): string =>
  Array.from({ length: lines }, (_, at) => (at % 20 === 0 ? `x${at} = load(${at})` : `x${at} = step(x${at - 1})`)).join(
    '\n',
  )

/** For each code: texts that have it, with what is underlined, and texts that look like it and are fine. */
const cases: Partial<
  Record<DiagnosticCode, { fires: readonly (readonly [string, string])[]; quiet: readonly string[] }>
> = {
  'undefined-name': {
    fires: [
      ['orders = [1] /// total = sum(ordres)', 'ordres'],
      ['print(qty)', 'qty'],
    ],
    quiet: [
      'orders = [1] /// total = sum(orders)',
      'from zork import *\nprint(qty)',
      'from delta import *\nDeltaTable',
    ],
  },
  'defined-below': {
    fires: [['total = sum(orders) /// orders = [1]', 'orders']],
    quiet: ['orders = [1] /// total = sum(orders)', 'def f(): return rate /// rate = 1 /// f()'],
  },
  'undefined-parameter': {
    fires: [
      ['day = dbutils.widgets.get("day")', 'dbutils.widgets.get("day")'],
      ['dbutils.widgets.get("day") /// dbutils.widgets.get("day")', 'dbutils.widgets.get("day")'],
    ],
    quiet: ['dbutils.widgets.text("day", "") /// dbutils.widgets.get("day")'],
  },
  'lazy-read-after-write': {
    fires: [['df = spark.table("t") /// spark.sql("DELETE FROM t") /// df.count()', 'df']],
    quiet: ['df = spark.table("t") /// df.count() /// spark.sql("DELETE FROM t")'],
  },
  'unknown-pragma': {
    fires: [
      ['# dagbook: write=a.b\nx = 1', 'write'],
      ['# dagbook: run=of\nx = 1', 'of'],
    ],
    quiet: ['# dagbook: writes=a.b\nx = 1'],
  },
  'syntax-error': { fires: [['total = (1 + 2', '']], quiet: ['total = (1 + 2)', '%time x = 1'] },
  'may-exit': {
    fires: [
      ['if not day: dbutils.notebook.exit("none")\nday = 1 /// print(1)', 'dbutils.notebook.exit'],
      ['import sys\nsys.exit(0) /// x = 1', 'sys.exit'],
    ],
    quiet: [
      'x = 1 /// dbutils.notebook.exit("done")',
      'dbutils.notebook.exit("done") /// # the end',
      'def stop(): dbutils.notebook.exit("x") /// x = 1',
    ],
  },
  'unseeded-random': {
    fires: [
      ['import numpy as np\nx = np.random.rand(3)', 'np.random.rand(3)'],
      ['import random\nx = random.random() /// y = random.random()', 'random.random()'],
      ['df = spark.table("t")\ntrain, rest = df.randomSplit([0.8, 0.2])', 'df.randomSplit([0.8, 0.2])'],
      ['from pyspark.sql import functions as F\ndf = spark.range(9).withColumn("r", F.rand())', 'F.rand()'],
      ['df = spark.table("t")\nsome = df.sample(0.1)', 'df.sample(0.1)'],
      ['import numpy as np\nrng = np.random.default_rng()', 'np.random.default_rng()'],
      [
        'from sklearn.model_selection import train_test_split\na, b = train_test_split([1, 2])',
        'train_test_split([1, 2])',
      ],
    ],
    quiet: [
      'import numpy as np\nnp.random.seed(1)\nx = np.random.rand(3)',
      'import numpy as np\nnp.random.seed(1) /// x = np.random.rand(3)',
      'import numpy as np\nrng = np.random.default_rng(1)',
      'df = spark.table("t")\ntrain, rest = df.randomSplit([0.8, 0.2], seed=1)',
      'df = spark.table("t")\nsome = df.sample(0.1, seed=1)',
      'df = spark.table("t")\ndf.sample(0.1).show()',
      'model = fit()\nx = model.sample(400)',
      'from sklearn.model_selection import train_test_split\na, b = train_test_split([1, 2], random_state=1)',
    ],
  },
  'clock-in-result': {
    fires: [
      ['from datetime import date\nday = date.today()', 'date.today()'],
      ['import datetime\nyesterday = datetime.datetime.now() - datetime.timedelta(days=1)', 'datetime.datetime.now()'],
      ['%sql CREATE TABLE a AS SELECT * FROM b WHERE d = current_date()', 'current_date'],
    ],
    quiet: [
      'from datetime import datetime\nstart = datetime.now()',
      'from datetime import datetime\nt = datetime.now()\nwork()\nprint(datetime.now() - t)',
      'from datetime import datetime\nstamped = datetime.now().strftime("%Y%m%d_%H%M%S")',
      'import time\nday = time.time()',
      'df = spark.table("a").withColumn("loaded_at", F.current_timestamp())',
      '%sql CREATE TABLE a AS SELECT *, current_timestamp() AS loaded FROM b',
      'from datetime import date\nprint(date.today())',
    ],
  },
  'absolute-local-path': {
    fires: [
      ['import pandas as pd\nx = pd.read_csv("/home/ann/air/orders.csv")', '/home/ann/air/orders.csv'],
      ['p = r"C:\\Users\\ann\\orders.xlsx"', 'C:\\Users\\ann\\orders.xlsx'],
      ['p = "/Users/ann/orders"', '/Users/ann/orders'],
      ['p = "~/orders/a.csv"', '~/orders/a.csv'],
      ['%sql CREATE TABLE a AS SELECT * FROM csv.`/home/ann/a.csv`', '/home/ann/a.csv'],
    ],
    quiet: [
      'p = "/Volumes/main/raw/in.csv"',
      'p = "/dbfs/mnt/x.csv"',
      'p = "/Users/ann@example.org/notebook"',
      'p = "data/orders.csv"',
      'print("A:\\n", 1)',
      'p = "s3://home/x"',
      'p = "see /home/ann/x"',
    ],
  },
  'non-idempotent-write': {
    fires: [
      ['df = spark.table("a") /// df.write.mode("append").saveAsTable("b")', 'saveAsTable'],
      ['%sql INSERT INTO b SELECT x FROM a', 'INSERT INTO'],
      ['df = spark.table("a")\ndf.writeTo("b").append()', 'append'],
      ['spark.sql("INSERT INTO b SELECT x FROM a")', 'INSERT INTO'],
    ],
    quiet: [
      '%sql CREATE OR REPLACE TABLE b (x int) /// %sql INSERT INTO b SELECT x FROM a',
      '%sql DELETE FROM b WHERE d = 1 /// %sql INSERT INTO b SELECT x FROM a',
      '%sql INSERT OVERWRITE b SELECT x FROM a',
      'df = spark.table("a")\ndf.write.mode("overwrite").saveAsTable("b") /// df.write.mode("append").saveAsTable("b")',
      'df = spark.table("a")\ndf.write.saveAsTable("b") /// df.write.mode("append").saveAsTable("b")',
      'rows = []\nrows.append(1)',
      'spark.readStream.table("a").writeStream.outputMode("append").toTable("b")',
    ],
  },
  'order-by-missing-with-limit': {
    fires: [
      ['%sql CREATE OR REPLACE TABLE a AS SELECT x FROM b LIMIT 10', 'LIMIT'],
      ['%sql INSERT OVERWRITE a SELECT x FROM b LIMIT 10', 'LIMIT'],
      ['df = spark.table("b")\ndf.limit(10).write.mode("overwrite").saveAsTable("a")', 'limit(10)'],
    ],
    quiet: [
      '%sql CREATE OR REPLACE TABLE a AS SELECT x FROM b ORDER BY x LIMIT 10',
      '%sql SELECT x FROM b LIMIT 10',
      '%sql CREATE OR REPLACE TABLE a AS SELECT x FROM (SELECT x FROM b LIMIT 10)',
      'df = spark.table("b")\ndf.orderBy("x").limit(10).write.mode("overwrite").saveAsTable("a")',
      'df = spark.table("b")\ndisplay(df.limit(10))',
      'df = spark.table("b")\ndf.limit(0).write.saveAsTable("a")',
    ],
  },
  'select-star-into-table': {
    fires: [
      ['%sql INSERT OVERWRITE a SELECT * FROM b', '*'],
      ['%sql CREATE OR REPLACE TABLE a AS SELECT * FROM b JOIN c ON b.x = c.x', '*'],
    ],
    quiet: [
      '%sql INSERT OVERWRITE a BY NAME SELECT * FROM b',
      '%sql INSERT OVERWRITE a SELECT x, y FROM b',
      '%sql CREATE OR REPLACE TABLE a AS SELECT * FROM b',
      '%sql CREATE OR REPLACE TABLE a AS SELECT count(*) FROM b JOIN c ON b.x = c.x',
      '%sql SELECT * FROM b',
    ],
  },
  'secret-in-code': {
    fires: [
      ['password = "hunter2-4711"', 'hunter2-4711'],
      ['connect(user="ann", api_key="9f8e7d6c5b4a")', '9f8e7d6c5b4a'],
      [`token = "dapi${'0a1b2c3d'.repeat(4)}"`, `dapi${'0a1b2c3d'.repeat(4)}`],
      ['config = {"client_secret": "uoS8Q~xXXZQoSC"}', 'uoS8Q~xXXZQoSC'],
      ['url = "postgresql://ann:geheim123@db.example.org/x"', 'postgresql://ann:geheim123@db.example.org/x'],
    ],
    quiet: [
      'password = dbutils.secrets.get(scope="a", key="db-password")',
      'password = "<your password>"',
      'password = ""',
      'secret_key = "my-secret-name"',
      'password = os.environ["DB_PASSWORD"]',
      'print("password: hunter2-4711")',
      'token_path = "/Volumes/x/token"',
      'secret = "YOUR_SECRET"',
    ],
  },
  'display-only': {
    fires: [
      [
        '# dagbook: task=report\ndisplay(spark.table("a")) /// %sql CREATE OR REPLACE TABLE b AS SELECT 1 AS x',
        'display(spark.table("a"))',
      ],
    ],
    quiet: [
      'display(spark.table("a")) /// %sql CREATE OR REPLACE TABLE b AS SELECT 1 AS x',
      'display(spark.table("a"))',
    ],
  },
  'dead-cell': {
    fires: [['x = [n * n for n in range(9)] /// print("done")', 'x = [n * n for n in range(9)]']],
    quiet: [
      'x = [n * n for n in range(9)] /// print(x)',
      'x = [n * n for n in range(9)]\nprint(x)',
      'import os /// print("done")',
      'answer = requests.post("https://x") /// print("done")',
      'RATE = 3 /// print("done")',
      'x = [n * n for n in range(9)]',
      'x = clean(1) /// print("done")',
    ],
  },
  'print-debugging-left': {
    fires: [
      ['breakpoint()', 'breakpoint()'],
      ['import pdb; pdb.set_trace()', 'pdb.set_trace()'],
      ['print("here")', 'print("here")'],
      ['for x in [1]:\n    print("DEBUG", x)', 'print("DEBUG", x)'],
      ['print(1)', 'print(1)'],
    ],
    quiet: ['print("done")', 'print(f"{n} rows")', 'x = 1\nprint(x)', 'print("-" * 20)', 'ic = 1\nx = ic'],
  },
  'pip-without-version': {
    fires: [
      ['%pip install requests', 'requests'],
      ['%pip install -q pandas==2.0 faker', 'faker'],
      ['!pip install faker\nimport faker', 'faker'],
    ],
    quiet: [
      '%pip install requests==2.31',
      '%pip install -r requirements.txt',
      '%pip install "requests>=2"',
      '%pip install --upgrade pip',
      '%pip install ./lib.whl',
      '%pip uninstall faker',
    ],
  },
  'name-shadows-builtin': {
    fires: [
      ['sum = 1 + 2', 'sum'],
      ['for list in [[1]]:\n    print(list)', 'list'],
    ],
    quiet: [
      'total = 1',
      'from pyspark.sql.functions import sum',
      'def f():\n    max = 1\n    return max',
      'id = 3',
      'def filter(x): return x',
      'x.max = 3',
      'f(max=3)',
    ],
  },
  'cell-too-big': {
    fires: [[long(120), 'x0 = load(0)']],
    quiet: [long(60), `def f():\n${'    x = 1\n'.repeat(150)}`, `# dagbook: task=a\n${long(120)}`],
  },
  'needs-classic-spark': {
    fires: [
      ['rows = sc.parallelize([1])', 'sc'],
      ['n = spark.table("a").rdd.getNumPartitions()', 'rdd'],
      ['spark.sparkContext.setLogLevel("ERROR")', 'sparkContext'],
    ],
    quiet: ['sc = make() /// sc.run()', 'n = spark.table("a").count()', 'x = my.sparkContext'],
  },
  'error-swallowed': {
    fires: [
      ['try:\n    load()\nexcept Exception:\n    pass', 'except Exception'],
      ['try:\n    load()\nexcept:\n    pass', 'except'],
    ],
    quiet: [
      'try:\n    load()\nexcept FileNotFoundError:\n    pass',
      'try:\n    load()\nexcept Exception as e:\n    print(e)',
    ],
  },
}

const fires = Object.entries(cases).flatMap(([code, { fires: texts }]) =>
  texts.map(([text, at]) => [code, text, at] as const),
)
const quiet = Object.entries(cases).flatMap(([code, { quiet: texts }]) => texts.map((text) => [code, text] as const))

test.each(fires)('%s is told of %j at %j, once', (code, text, at) => {
  const { cells, diagnostics } = understood(cellsOf(text))
  const found = diagnostics.filter((one) => one.code === code)
  const told = found.map(({ cell, where }) => cells.find(({ id }) => id === cell)!.source.slice(where.start, where.end))
  expect(told).toEqual([code === 'syntax-error' ? told[0] : at])
  expect(found[0]!.message).toMatch(/^.{12,}[.:]/s)
})

test.each(quiet)('%s is not told of %j', (code, text) => {
  expect(understood(cellsOf(text)).diagnostics.filter((one) => one.code === code)).toEqual([])
})

test('every rule has cases that fire and cases that do not', () => {
  const elsewhere =
    /^(unresolved-|deprecated-|hidden-workflow|ran-out-of-order|unforeseen-mutation|learned-not-recorded)/
  expect(Object.keys(catalogue).filter((code) => !(code in cases) && !elsewhere.test(code))).toEqual([])
})

test('a cell that is turned off is not remarked upon', () => {
  const { diagnostics } = understood(cellsOf('# dagbook: run=off\nbreakpoint()\nsum = 1\npassword = "hunter2-4711"'))
  expect(diagnostics.map(({ code }) => code)).toEqual([])
})
