/** One kind of remark on a notebook, as people read it. */
export interface CodeEntry {
  readonly severity: 'error' | 'warning' | 'info'
  /** A few words: what is the matter. */
  readonly title: string
  /** What it means and why it matters, for somebody who does not program for a living. */
  readonly explanation: string
  /** A shortest text that has it; ` /// ` parts cells. */
  readonly example: string
  /** What the quick fix does; null: there is none. */
  readonly fix: string | null
}

/**
 * Every code of a remark on a notebook, once. `docs/diagnostics.md` shows this table (a test compares them). An `error` cannot run, or is
 * surely wrong; a `warning` may make a wrong result or a failed job; an `info` is worth to know.
 */
export const catalogue = {
  'syntax-error': {
    severity: 'error',
    title: 'The text cannot be read',
    explanation:
      'Python or SQL does not understand the marked place, so the cell cannot run, and nobody knows what it reads and writes.',
    example: 'total = (1 + 2',
    fix: 'makes a SQL cell of SQL, and puts the brackets to the print of Python 2',
  },
  'undefined-name': {
    severity: 'error',
    title: 'A name that nothing defines',
    explanation: 'A cell sees what the cells above it define. Nothing above defines this name, so the cell would fail.',
    example: 'orders = [1] /// total = sum(ordres)',
    fix: 'corrects the spelling, or adds the usual import',
  },
  'defined-below': {
    severity: 'error',
    title: 'A name that is defined further down',
    explanation:
      'A cell sees what the cells above it define. Only a cell below defines this name, so a run from the top would fail here.',
    example: 'total = sum(orders) /// orders = [1]',
    fix: 'moves the cell that defines it above this one',
  },
  'undefined-parameter': {
    severity: 'warning',
    title: 'A parameter that nothing declares',
    explanation: 'The cell asks for the value of a parameter (a widget) that no cell above declares.',
    example: 'day = dbutils.widgets.get("day")',
    fix: 'declares the parameter',
  },
  'unresolved-parameter': {
    severity: 'warning',
    title: 'A parameter without a known name',
    explanation:
      'The name of the parameter is only known when the cell runs, so it cannot become a field or a parameter of the job.',
    example: 'dbutils.widgets.text(input(), "")',
    fix: null,
  },
  'unresolved-table': {
    severity: 'warning',
    title: 'A table without a known name',
    explanation:
      'The name of the table is only known when the cell runs. To be safe, the cell keeps its place among all cells with tables, so less can run at the same time.',
    example: 'name = input()\nspark.table(name)',
    fix: 'adds a note to Dagbook, with the place to fill in the name',
  },
  'unresolved-path': {
    severity: 'warning',
    title: 'A file without a known name',
    explanation:
      'The name of the file is only known when the cell runs. To be safe, the cell keeps its place among all cells with files, so less can run at the same time.',
    example: 'name = input()\nopen(name)',
    fix: 'adds a note to Dagbook, with the place to fill in the path',
  },
  'unresolved-notebook': {
    severity: 'warning',
    title: 'Another notebook that cannot be looked into',
    explanation:
      'The other notebook is not in this project, or its name is only known when the cell runs. To be safe, the cell keeps its place among all cells that it might concern.',
    example: 'dbutils.notebook.run(input(), 60)',
    fix: 'adds a note to Dagbook, with the place to say what it reads and writes',
  },
  'unresolved-import': {
    severity: 'info',
    title: 'An import of unknown names',
    explanation:
      'Which names an "import *" brings is not known, so any name used below may be one of them, and a wrong one is not noticed.',
    example: 'from zork import * /// y = f(1)',
    fix: 'imports by name what the cells below use',
  },
  'unresolved-names': {
    severity: 'info',
    title: 'Code that may touch every name',
    explanation:
      'Code that is made of text when it runs (exec, eval) may read and change anything. To be safe, the cell waits for all above it, and all below wait for it.',
    example: 'exec(open("x.py").read())',
    fix: 'adds a note to Dagbook, with the place to say what it defines',
  },
  'unresolved-call': {
    severity: 'info',
    title: 'Calls too deep to follow',
    explanation:
      'The functions that are called here call so many others that Dagbook stops looking. The cell waits for more cells than it may need.',
    example: 'a function that calls itself through many others',
    fix: null,
  },
  'unresolved-sql': {
    severity: 'warning',
    title: 'A statement that is not understood',
    explanation:
      'Dagbook does not know what this SQL reads and writes. To be safe, the cell keeps its place among all cells with tables.',
    example: 'spark.sql(input())',
    fix: 'adds a note to Dagbook, with the place to fill in the tables',
  },
  'unresolved-cell': {
    severity: 'error',
    title: 'A cell that is nested too deeply',
    explanation:
      'Dagbook cannot follow the cell. Until it is cut into smaller statements it waits for all above it, and all below wait for it.',
    example: 'an expression in thousands of brackets',
    fix: null,
  },
  'unknown-pragma': {
    severity: 'error',
    title: 'A note to Dagbook that is not understood',
    explanation: 'A note that cannot be read has no effect, so the graph is not what its author meant.',
    example: '# dagbook: write=main.sales.orders\nx = 1',
    fix: 'corrects the spelling',
  },
  'deprecated-parameter': {
    severity: 'info',
    title: 'A parameter put into SQL as text',
    explanation:
      'A value that is put into the text of a statement can change what the statement means. A parameter of SQL cannot.',
    example: '%sql SELECT * FROM t WHERE day = "${day}"',
    fix: null,
  },
  'lazy-read-after-write': {
    severity: 'warning',
    title: 'A table is read after it has changed',
    explanation:
      'A Spark frame reads its tables when it is used, not when it is defined. In between, another cell has changed the table, so the frame shows the table as it is afterwards.',
    example: 'df = spark.table("t") /// spark.sql("DELETE FROM t") /// df.count()',
    fix: 'moves the use above the change, or reads the table again below it',
  },
  'unforeseen-mutation': {
    severity: 'warning',
    title: 'A run changed a name that the text does not show',
    explanation:
      'When the cell ran, it changed a value from above in place. Its text does not show that, so a job made from the text would not know it. The export waits until it is noted.',
    example: 'c_extension.fill(orders)',
    fix: 'adds a note to Dagbook that says so',
  },
  'learned-not-recorded': {
    severity: 'warning',
    title: 'A run read or wrote something that the text does not show',
    explanation:
      'When the cell ran, it used something that its text does not show. This session knows it now; a job made from the text would not. The export waits until it is noted.',
    example: 'load_by_name("or" + "ders")',
    fix: 'adds a note to Dagbook that says so',
  },
  'may-exit': {
    severity: 'info',
    title: 'A cell that may end the notebook',
    explanation: 'When this cell leaves the notebook, all cells below are skipped. So each of them waits for this one.',
    example: 'if day is None: dbutils.notebook.exit("no day") /// report()',
    fix: null,
  },
  'unseeded-random': {
    severity: 'info',
    title: 'Random numbers without a seed',
    explanation: 'Each run draws other numbers, so no two runs give the same result. With a seed they do.',
    example: 'import random\nsample = random.random()',
    fix: 'inserts a seed',
  },
  'clock-in-result': {
    severity: 'info',
    title: 'A result that depends on the clock',
    explanation:
      'A run tomorrow, or a repair of a failed run, gives another result than today. A parameter with the day can be set to any day.',
    example: 'from datetime import date\nday = date.today()',
    fix: null,
  },
  'absolute-local-path': {
    severity: 'warning',
    title: 'A path that only this computer has',
    explanation: 'The file lies in the folder of one person on one computer. Nobody else, and no job, finds it there.',
    example: 'import pandas as pd\norders = pd.read_csv("/home/ann/air/data/orders.csv")',
    fix: 'makes the path start at the project’s folder',
  },
  'non-idempotent-write': {
    severity: 'warning',
    title: 'Rows are appended, each run anew',
    explanation:
      'Nothing in the notebook removes the rows of an earlier run first, so a job that is run again (after a failure, or by hand) has every row twice.',
    example: 'df = spark.table("a") /// df.write.mode("append").saveAsTable("b")',
    fix: null,
  },
  'order-by-missing-with-limit': {
    severity: 'warning',
    title: 'Some rows, but not said which',
    explanation: 'LIMIT without ORDER BY keeps any rows. The table that is written has others with each run.',
    example: '%sql CREATE OR REPLACE TABLE a AS SELECT * FROM b LIMIT 10',
    fix: null,
  },
  'select-star-into-table': {
    severity: 'info',
    title: 'All columns, whichever these are',
    explanation:
      'The columns that are inserted are those that the source has when it runs, by position. When somebody adds or moves one, the values land in the wrong columns, or the job fails.',
    example: '%sql INSERT INTO a SELECT * FROM b',
    fix: null,
  },
  'secret-in-code': {
    severity: 'warning',
    title: 'A password or key in the text',
    explanation:
      'Everybody who can read the notebook, its history or the exported job has it. A secret store keeps it apart.',
    example: 'password = "hunter2-4711"',
    fix: 'reads it from a secret scope',
  },
  'display-only': {
    severity: 'info',
    title: 'Cells that only show something',
    explanation:
      'In the job these cells make no task: they ride along with the task that makes what they show, and their failure does not fail it.',
    example: 'df = spark.table("t") /// display(df)',
    fix: null,
  },
  'dead-cell': {
    severity: 'info',
    title: 'A cell that nothing needs',
    explanation:
      'No cell reads what this cell defines; it writes no table or file and shows nothing. It costs time and tells nobody anything.',
    example: 'x = [n * n for n in range(9)] /// print("done")',
    fix: 'turns the cell off, or deletes it',
  },
  'hidden-workflow': {
    severity: 'warning',
    title: 'A workflow that only the code knows',
    explanation:
      'The notebook runs other notebooks. The platform sees one task: it can neither run them side by side, nor repair one of them, nor show how long each takes.',
    example: 'dbutils.notebook.run("./a", 0)\ndbutils.notebook.run("./b", 0)',
    fix: 'makes a task of each notebook',
  },
  'print-debugging-left': {
    severity: 'info',
    title: 'A trace of debugging',
    explanation: 'It was written to look for a fault. In a job nobody reads it, and a breakpoint would wait for ever.',
    example: 'breakpoint()',
    fix: 'removes the line',
  },
  'pip-without-version': {
    severity: 'info',
    title: 'A package without a version',
    explanation:
      'Each run installs the newest version there is. One day that is another one, and the job fails or gives another result.',
    example: '%pip install requests',
    fix: 'pins the version that is installed here, if there is one',
  },
  'name-shadows-builtin': {
    severity: 'warning',
    title: 'A name that Python itself uses',
    explanation:
      'From here on the name means this value, in this cell and in all below. Whoever calls the function of Python that has this name gets an error that is hard to understand.',
    example: 'sum = 1 + 2 /// total = sum([1, 2])',
    fix: 'renames it here and where it is read',
  },
  'cell-too-big': {
    severity: 'info',
    title: 'A very long cell',
    explanation:
      'All of it runs again when one line changes, nothing of it can run at the same time, and in the job it is one task. There are places where it falls apart into steps.',
    example: 'a cell of more than 100 lines',
    fix: 'splits the cell where few names cross',
  },
  'ran-out-of-order': {
    severity: 'info',
    title: 'Cells that were run in another order',
    explanation:
      'The results that came with the file were made by running the cells in another order than that of the page. A run from the top may give others.',
    example: 'an .ipynb file whose counts go down',
    fix: null,
  },
  'needs-classic-spark': {
    severity: 'warning',
    title: 'A part of Spark that is not there',
    explanation:
      'RDDs and the Spark context belong to the old kind of cluster. Serverless compute, shared clusters and this machine have only Spark Connect, where the cell fails.',
    example: 'rows = sc.parallelize([1, 2])',
    fix: null,
  },
  'error-swallowed': {
    severity: 'info',
    title: 'Errors are thrown away',
    explanation:
      'Whatever goes wrong here, the cell goes on as if nothing had happened, and the job says that all is well.',
    example: 'try:\n    load()\nexcept Exception:\n    pass',
    fix: null,
  },
} as const satisfies Record<string, CodeEntry>

export type DiagnosticCode = keyof typeof catalogue

/** What the catalogue says of a code; undefined: no code of ours. */
export function entryOf(code: string): CodeEntry | undefined {
  return (catalogue as Readonly<Record<string, CodeEntry>>)[code]
}
