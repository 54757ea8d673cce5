import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { notebookText, openTestSession, type TestSession } from '../../../test/support/session.ts'

let open: TestSession | undefined
afterEach(async () => {
  await open?.close()
  open = undefined
})

async function notebook(...cells: string[]): Promise<TestSession> {
  open = await openTestSession(cells)
  return open
}

/** What each cell printed, in document order. */
function printed({ session }: TestSession): string[] {
  return session.results().map(({ stdout }) => stdout.trim())
}

function states({ session }: TestSession): string[] {
  return session.results().map(({ state }) => state)
}

/** Resolves when something is so that the session tells without being asked. */
function until(isSo: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = setInterval(() => {
      if (!isSo()) return
      clearInterval(look)
      resolve()
    }, 5)
  })
}

/** Resolves when a cell has printed something. */
function spoken(it: TestSession): Promise<void> {
  return until(() =>
    it.told.some(({ cells }) => cells.some(({ outputs }) => outputs?.some((item) => item.type === 'stream'))),
  )
}

/** Indexes of the cells that ran, in order, since `from` patches had been told. */
function ran(it: TestSession, from: number): number[] {
  const ids = it.ids()
  const running = it.told
    .slice(from)
    .flatMap(({ cells }) => cells.filter(({ run }) => run?.state === 'running').map(({ id }) => id))
  return running.map((id) => ids.indexOf(id))
}

test('opening a notebook runs nothing', async () => {
  const it = await notebook('a = 1', 'print(a)')
  expect(states(it)).toEqual(['stale', 'stale'])
  expect(it.workers()).toBe(0)
})

test('running a cell runs its stale ancestors first and then its dependents', async () => {
  const it = await notebook('a = 1', 'b = a + 1', 'other = 0', 'print(b)')
  await it.run(1)
  expect(states(it)).toEqual(['fresh', 'fresh', 'stale', 'fresh'])
  expect(ran(it, 0)).toEqual([0, 1, 3])
  expect(printed(it)[3]).toBe('2')
})

test('editing a cell marks exactly its dependents stale', async () => {
  const it = await notebook('a = 1', 'b = 1', 'c = a', 'd = b', 'print(c)')
  await it.runAll()
  await it.change(0, 'a = 2')
  expect(states(it)).toEqual(['stale', 'fresh', 'stale', 'fresh', 'stale'])
})

test('a comment or a blank line makes nothing stale', async () => {
  const it = await notebook('a = 1', 'print(a)')
  await it.runAll()
  await it.change(0, '# the number\n\na   =  1')
  expect(states(it)).toEqual(['fresh', 'fresh'])
})

test('undoing an edit makes everything fresh again and runs nothing', async () => {
  const it = await notebook('a = 1', 'print(a)')
  await it.runAll()
  await it.change(0, 'a = 2')
  await it.runAll()
  expect(printed(it)[1]).toBe('2')
  const before = it.told.length
  await it.change(0, 'a = 1')
  expect(states(it)).toEqual(['fresh', 'fresh'])
  expect(printed(it)[1]).toBe('1')
  expect(ran(it, before)).toEqual([])
})

test('after an undo a dependent gets the value that belongs to the text', async () => {
  const it = await notebook('a = [1]', 'a.append(2)', 'print(a)')
  await it.runAll()
  await it.change(1, 'a.append(3)')
  await it.run(2)
  expect(printed(it)[2]).toBe('[1, 3]')
  await it.change(1, 'a.append(2)')
  await it.change(2, 'print(a, "again")')
  await it.run(2)
  expect(printed(it)[2]).toBe('[1, 2] again')
})

test('a cell that appends, run three times, appends once', async () => {
  const it = await notebook('a = [1]', 'a.append(2)', 'print(a)')
  for (let time = 0; time < 3; time++) await it.run(1)
  expect(printed(it)[2]).toBe('[1, 2]')
})

test('a cell between definition and change sees the value of its own place', async () => {
  const it = await notebook('a = [1]', 'print(len(a))', 'a.append(2)', 'print(len(a))')
  await it.runAll()
  await it.run(1)
  expect(printed(it)).toEqual(['', '1', '', '2'])
  expect(states(it)).toEqual(['fresh', 'fresh', 'fresh', 'fresh'])
})

test('a cell that draws a random number again draws the same one', async () => {
  const it = await notebook('import random\nrandom.seed(1)', 'print(random.random())')
  await it.run(1)
  const first = printed(it)[1]
  await it.run(1)
  expect(printed(it)[1]).toBe(first)
  expect(first).not.toBe('')
})

test('a cell that fails blocks what reads from it, and nothing else', async () => {
  const it = await notebook('a = 1', 'b = a / 0', 'print(b)', 'print(a)')
  await it.runAll()
  expect(states(it)).toEqual(['fresh', 'failed', 'blocked', 'fresh'])
  const [, failed] = it.session.results()
  expect(failed!.error).toMatchObject({ name: 'ZeroDivisionError', line: 1 })
})

test('a cell that fails half-way undoes what it changed', async () => {
  const it = await notebook('a = [1]', 'a.append(2)\nraise ValueError', 'print(a)')
  await it.runAll()
  await it.change(1, 'pass')
  await it.run(2)
  expect(printed(it)[2]).toBe('[1]')
})

test('a name may be defined in many cells, and each reader sees the one above it', async () => {
  const it = await notebook('x = 1', 'print(x)', 'x = 2', 'print(x)')
  await it.runAll()
  await it.run(1)
  expect(printed(it)).toEqual(['', '1', '', '2'])
})

test('a function reads the names that are current where it is called', async () => {
  const it = await notebook('k = 1', 'def f():\n    return k', 'print(f())', 'k = 2', 'print(f())')
  await it.runAll()
  await it.run(2)
  expect(printed(it)).toEqual(['', '', '1', '', '2'])
})

test('moving a cell changes what it sees', async () => {
  const it = await notebook('x = 1', 'x = 2', 'print(x)')
  await it.runAll()
  const [first, , last] = it.ids()
  await it.session.edit(it.session.document.rev, [{ op: 'move', cell: last!, after: first! }])
  expect(states(it)).toEqual(['fresh', 'stale', 'fresh'])
  await it.run(1)
  expect(printed(it)).toEqual(['', '1', ''])
})

test('deleting a cell makes its readers stale', async () => {
  const it = await notebook('x = 1', 'x = 2', 'print(x)')
  await it.runAll()
  await it.session.edit(it.session.document.rev, [{ op: 'delete', cell: it.ids()[1]! }])
  expect(states(it)).toEqual(['fresh', 'stale'])
  await it.run(1)
  expect(printed(it)).toEqual(['', '1'])
})

test('a manual cell waits, and what hangs on it too, until it is asked for', async () => {
  const it = await notebook('a = 1', '# dagbook: run=manual\nb = a', 'print(b)')
  await it.run(0)
  expect(states(it)).toEqual(['fresh', 'stale', 'waiting'])
  await it.run(1)
  expect(states(it)).toEqual(['fresh', 'fresh', 'fresh'])
})

test('a cell that is off is disabled, and its readers do not see it', async () => {
  const it = await notebook('x = 1', '# dagbook: run=off\nx = 2', 'print(x)')
  await it.runAll()
  expect(states(it)).toEqual(['fresh', 'disabled', 'fresh'])
  expect(printed(it)[2]).toBe('1')
})

test('when the notebook leaves, later cells are skipped', async () => {
  const it = await notebook('a = 1', 'dbutils.notebook.exit("done")', 'print(a)')
  await it.runAll()
  expect(states(it)).toEqual(['fresh', 'fresh', 'skipped'])
})

test('a parameter set back makes everything fresh again', async () => {
  const it = await notebook('dbutils.widgets.text("n", "1")', 'n = int(dbutils.widgets.get("n"))', 'print(n)')
  await it.runAll()
  await it.session.setParameter('n', '5')
  expect(states(it)[2]).toBe('stale')
  await it.runAll()
  expect(printed(it)[2]).toBe('5')
  await it.session.setParameter('n', '1')
  expect(states(it)).toEqual(['fresh', 'fresh', 'fresh'])
  expect(printed(it)[2]).toBe('1')
})

test('a parameter that an edit declares counts at once', async () => {
  const it = await notebook('print(1)')
  await it.change(0, 'dbutils.widgets.text("p", "1")\nprint(dbutils.widgets.get("p"))')
  await it.runAll()
  expect(states(it)).toEqual(['fresh'])
})

test('a parameter read in the cell that declares it is seen', async () => {
  const it = await notebook('dbutils.widgets.text("n", "1")\nprint(dbutils.widgets.get("n"))')
  await it.session.setParameter('n', '7')
  await it.runAll()
  expect(printed(it)).toEqual(['7'])
})

test('names that come to share objects further down do not hold up what is above', async () => {
  const it = await notebook('c = [0]', 'a = [1]', 'a.append(2)\nprint(a, c)', 'a = [c, c]\nprint(a)')
  await it.runAll()
  expect(states(it)).toEqual(['fresh', 'fresh', 'fresh', 'fresh'])
})

test('running all once is enough, although a run teaches what earlier ones missed', async () => {
  const it = await notebook(
    'import builtins\na = [1]\nbuiltins.keep = a',
    'b = [builtins.keep]',
    'print(a)',
    'b[0].append(2)',
    'print(a, b)',
  )
  await it.runAll()
  expect(states(it)).toEqual(['fresh', 'fresh', 'fresh', 'fresh', 'fresh'])
  expect(printed(it)[4]).toBe('[1, 2] [[1, 2]]')
})

test('what a cell gave with an input above it is not its value without that input', async () => {
  const it = await notebook('c = [0]', 'a = [c, c]\nprint(a)')
  await it.runAll()
  await it.change(0, 'pass')
  await it.runAll()
  expect(states(it)).toEqual(['fresh', 'failed'])
})

test("settings of libraries are as they are at the cell's place", async () => {
  const it = await notebook(
    'from decimal import Decimal, getcontext',
    'getcontext().prec = 3',
    'print(Decimal(1) / 3)',
    'getcontext().prec = 5',
    'print(Decimal(1) / 3)',
  )
  await it.runAll()
  await it.run(2)
  expect(printed(it).filter((text) => text !== '')).toEqual(['0.333', '0.33333'])
  await it.change(1, 'getcontext().prec = 2')
  expect(states(it).slice(2)).toEqual(['stale', 'stale', 'stale'])
  await it.runAll()
  expect(printed(it).filter((text) => text !== '')).toEqual(['0.33', '0.33333'])
})

test('a cell that leaves in a way that nobody foresaw ends the notebook', async () => {
  const it = await notebook('exits = [lambda: dbutils.notebook.exit("enough")]', 'exits[0]()', 'print("not reached")')
  await it.runAll()
  expect(states(it)).toEqual(['fresh', 'fresh', 'skipped'])
})

describe('files have no versions, so', () => {
  const write = (text: string, mode = 'w'): string => `with open("d.txt", "${mode}") as f: f.write("${text}")`
  const read = 'print(open("d.txt").read())'

  test('a reader sees what is above it, although a cell below has written since', async () => {
    const it = await notebook(write('1'), read, write('2'))
    await it.runAll()
    await it.run(1)
    expect(printed(it)[1]).toBe('1')
  })

  test('appending again begins with what is above', async () => {
    const it = await notebook(write('1'), write('2', 'a'), read)
    await it.runAll()
    await it.run(1)
    await it.run(2)
    expect(printed(it)[2]).toBe('12')
  })

  test('what a failed cell wrote is not taken for what its earlier text wrote', async () => {
    const it = await notebook(write('1'), read)
    await it.runAll()
    await it.change(0, `${write('2')}\nraise ValueError`)
    await it.run(0)
    await it.change(0, write('1'))
    await it.run(1)
    expect(printed(it)[1]).toBe('1')
  })

  test('a file that somebody else changed is written again by its cell', async () => {
    const it = await notebook(write('1'), read)
    await it.runAll()
    await writeFile(join(it.folder, 'd.txt'), 'other')
    await it.run(1)
    expect(printed(it)[1]).toBe('1')
    expect(await readFile(join(it.folder, 'd.txt'), 'utf8')).toBe('1')
  })

  test('a file that fits a pattern is followed like one with a name', async () => {
    const it = await notebook('import glob\nprint([open(p).read() for p in glob.glob("in/*.txt")])')
    await mkdir(join(it.folder, 'in'))
    await writeFile(join(it.folder, 'in', 'd.txt'), '1')
    await it.session.runAll()
    await it.session.idle()
    expect(printed(it)).toEqual(["['1']"])
    await writeFile(join(it.folder, 'in', 'd.txt'), '22')
    await it.session.refresh()
    expect(states(it)).toEqual(['stale'])
  })

  test('a cell whose input is changed while it runs is not fresh', async () => {
    const it = await notebook('import time\ntext = open("d.txt").read()\nprint("read")\ntime.sleep(0.5)')
    await writeFile(join(it.folder, 'd.txt'), '1')
    await it.session.runAll()
    await spoken(it)
    await writeFile(join(it.folder, 'd.txt'), '22')
    await it.session.idle()
    expect(states(it)).toEqual(['stale'])
  })
})

describe('a project module', () => {
  async function withModule(text: string, ...cells: string[]): Promise<TestSession> {
    let folder = ''
    const files = (path: string): string | null => {
      try {
        return readFileSync(join(folder, path), 'utf8')
      } catch {
        return null
      }
    }
    open = await openTestSession(cells, { context: { namespace: { catalog: 'main', schema: 'default' }, files } })
    folder = open.folder
    await writeFile(join(folder, 'um.py'), text)
    await open.session.edit(open.session.document.rev, [])
    await open.runAll()
    return open
  }

  test('that was edited is loaded anew by all who use it', async () => {
    const it = await withModule(
      'k = 1\ndef f(): return k',
      'import um',
      'print(um.k)',
      'from um import f',
      'print(f())',
    )
    await writeFile(join(it.folder, 'um.py'), 'k = 22\ndef f(): return k')
    await it.runAll()
    expect(printed(it)).toEqual(['', '22', '', '22'])
  })

  test('that another module imports is followed too', async () => {
    const it = await withModule('import deep\ndef f(): return deep.k', 'import um', 'print(um.f())')
    expect(states(it)).toEqual(['failed', 'blocked'])
    await writeFile(join(it.folder, 'deep.py'), 'k = 1')
    await it.session.edit(it.session.document.rev, [])
    await it.run(0)
    expect(printed(it)[1]).toBe('1')
    await writeFile(join(it.folder, 'deep.py'), 'k = 22')
    await it.runAll()
    expect(printed(it)[1]).toBe('22')
  })

  test('has one state, by whatever name it is reached', async () => {
    const module = 'n = 0\ns = []\ndef add():\n  s.append(1)\n  return len(s)\ndef get(): return n'
    const it = await withModule(
      module,
      'from um import get',
      'import um\num.n = 5\nprint(um.add())',
      'import um as again\nprint(again.add(), get())',
    )
    expect(printed(it)).toEqual(['', '1', '2 5'])
    await it.run(1)
    expect(printed(it)).toEqual(['', '1', '2 5'])
    expect(states(it)).toEqual(['fresh', 'fresh', 'fresh'])
  })

  test('that was edited leaves alone what neither imports nor calls it', async () => {
    const it = await withModule(
      'def f(): return 1',
      'import um',
      'import other\nprint(other.g())',
      'x = um.f()\nprint(x)',
      'print("nothing of it")',
      'print(x)',
    )
    expect(states(it)).toEqual(['fresh', 'failed', 'fresh', 'fresh', 'fresh'])
    await writeFile(join(it.folder, 'other.py'), 'def g(): return 5')
    await it.session.edit(it.session.document.rev, [])
    await it.session.runAll()
    await it.session.idle()
    expect(states(it)).toEqual(['fresh', 'fresh', 'fresh', 'fresh', 'fresh'])
    await writeFile(join(it.folder, 'um.py'), 'def f(): return 22')
    await it.session.edit(it.session.document.rev, [])
    await it.session.refresh()
    expect(states(it)).toEqual(['stale', 'fresh', 'stale', 'fresh', 'stale'])
    await it.session.runAll()
    await it.session.idle()
    expect(printed(it)).toEqual(['', '5', '22', 'nothing of it', '22'])
  })

  test('of a package is followed by its own name', async () => {
    const it = await withModule('', 'import pack.deep', 'print(pack.deep.f())', 'import um')
    await mkdir(join(it.folder, 'pack'))
    await writeFile(join(it.folder, 'pack', 'deep.py'), 'def f(): return 1')
    await it.session.edit(it.session.document.rev, [])
    await it.session.runAll()
    await it.session.idle()
    expect(printed(it)).toEqual(['', '1', ''])
    await writeFile(join(it.folder, 'pack', 'deep.py'), 'def f(): return 22')
    await it.session.edit(it.session.document.rev, [])
    await it.session.refresh()
    expect(states(it)).toEqual(['stale', 'stale', 'fresh'])
    await it.session.runAll()
    await it.session.idle()
    expect(printed(it)).toEqual(['', '22', ''])
  })

  test('that becomes unreadable makes its readers fail, not lie', async () => {
    const it = await withModule('k = 1', 'import um\nprint(um.k)')
    await rm(join(it.folder, 'um.py'))
    await mkdir(join(it.folder, 'um.py'))
    await it.runAll()
    expect(states(it)).toEqual(['failed'])
  })
})

test('a parameter that changes while the inputs are made again is not the one that the run is kept under', async () => {
  const it = await notebook(
    'import time\ntime.sleep(0.3)\ny = [1]',
    'dbutils.widgets.text("p", "1")\nprint(dbutils.widgets.get("p"), y)',
    'y.append(2)',
  )
  await it.runAll()
  const before = it.told.length
  await it.session.runCells([it.ids()[1]!])
  await until(() => ran(it, before).includes(0))
  await it.session.setParameter('p', '2')
  await it.session.idle()
  expect(printed(it)[1]).toBe('2 [1]')
  await it.session.setParameter('p', '1')
  expect(printed(it)[1]).toBe('1 [1]')
})

test('what somebody else does to the file is followed, and only what changed needs to run again', async () => {
  const it = await notebook('a = 1', 'b = 2', 'print(a, b)')
  await it.runAll()
  it.session.follow()
  await writeFile(it.session.document.path, notebookText(['a = 1', 'b = 3', 'print(a, b)']))
  await until(() => states(it)[1] === 'stale')
  expect(states(it)).toEqual(['fresh', 'stale', 'stale'])
  await it.runAll()
  expect(printed(it)[2]).toBe('1 3')
})

test('a cell tells what it reads and writes, and nothing that goes without saying', async () => {
  const it = await notebook(
    'spark.sql("CREATE SCHEMA IF NOT EXISTS air")\nspark.range(3).write.saveAsTable("air.flights")',
    'import pandas as pd\nfound = spark.table("air.flights").toPandas()\nprint(len(found))',
  )
  const [first, second] = it.session.view().cells
  expect(first!.writes.map(({ label }) => label)).toEqual(['main.air.flights'])
  expect(second!.reads.map(({ label }) => label)).toEqual(['main.air.flights'])
  expect(second!.writes.map(({ label }) => label)).toEqual(['pd', 'found'])
})

test('a name that the file system refuses does not stop anything', async () => {
  const it = await notebook('import time\na = [1]\ntime.sleep(0.2)', 'b = [a]', 'x = 1')
  await it.session.runAll()
  await it.change(2, `x = 1\nif not x: spark.table("${'x'.repeat(300)}")`)
  await it.session.idle()
  expect(states(it)).toEqual(['fresh', 'fresh', 'fresh'])
})

describe('interrupting', () => {
  const slow = 'import time\nprint("go")\nfor _ in range(300): time.sleep(0.01)'

  test('and asking for another cell at once runs that', async () => {
    const it = await notebook(slow, 'print("x")')
    await it.session.runCells([it.ids()[0]!])
    await spoken(it)
    it.session.interrupt()
    await it.session.runCells([it.ids()[1]!])
    await it.session.idle()
    expect(states(it)).toEqual(['cancelled', 'fresh'])
  })

  test('holds while Python starts', async () => {
    const it = await notebook(slow)
    await it.session.runCells([it.ids()[0]!])
    await until(() => it.workers() > 0)
    it.session.interrupt()
    await it.session.idle()
    expect(states(it)).toEqual(['cancelled'])
    expect(printed(it)).toEqual([''])
  })

  test('while values are made again forgets none of them', async () => {
    const it = await notebook('import time\nfor _ in range(50): time.sleep(0.01)\ny = [1]', 'print(y)', 'y.append(2)')
    await it.runAll()
    const before = it.told.length
    await it.session.runCells([it.ids()[1]!])
    await until(() => ran(it, before).includes(0))
    it.session.interrupt()
    await it.session.idle()
    expect(states(it)[0]).toBe('fresh')
    expect(states(it)[1]).not.toBe('running')
  })
})

test('interrupting ends the running cell and the queue, and nothing of it is fresh', async () => {
  const it = await notebook('import time', 'print("go")\nwhile True: time.sleep(0.01)', 'x = 1')
  await it.session.runAll()
  await spoken(it)
  it.session.interrupt()
  await it.session.idle()
  expect(states(it)).toEqual(['fresh', 'cancelled', 'cancelled'])
})

test('a cell that kills the process fails with the reason, and the rest goes on in a new one', async () => {
  const it = await notebook('a = 41', 'import os\nos._exit(3)', 'print(a + 1)')
  await it.runAll()
  expect(states(it)).toEqual(['fresh', 'failed', 'fresh'])
  expect(it.session.results()[1]!.error!.name).toBe('PythonDied')
  expect(printed(it)[2]).toBe('42')
})

test('an edit while a cell runs does not pass its result off as that of the new text', async () => {
  const it = await notebook('import time\ntime.sleep(0.3)\na = 1', 'print(a)')
  await it.session.runCells([it.ids()[0]!])
  await it.change(0, 'a = 2')
  await it.session.idle()
  const [first] = states(it)
  if (first === 'fresh') expect(printed(it)[1]).toBe('2')
  else expect(first).toBe('stale')
})

test('a cell that cannot be parsed fails alone', async () => {
  const it = await notebook('a = 1', 'def (', 'print(a)')
  await it.runAll()
  expect(states(it)).toEqual(['fresh', 'failed', 'fresh'])
  expect(it.session.results()[1]!.error!.name).toBe('SyntaxError')
})

/** A session in a project that has these notebooks beside its own. */
async function withNotebooks(files: Readonly<Record<string, string>>, ...cells: string[]): Promise<TestSession> {
  const context = { namespace: { catalog: 'main', schema: 'default' }, files: (path: string) => files[path] ?? null }
  open = await openTestSession(cells, { context })
  await open.runAll()
  return open
}

test('%run includes the cells of another notebook, in place', async () => {
  const shared = notebookText(['def twice(n):\n    return 2 * n', 'k = 21'])
  const it = await withNotebooks({ 'shared.py': shared }, '# MAGIC %run ./shared', 'print(twice(k))')
  expect(states(it)).toEqual(['fresh', 'fresh'])
  expect(printed(it)[1]).toBe('42')
})

test('%run passes values on to the widgets of the other notebook', async () => {
  const child = notebookText(['dbutils.widgets.text("rows", "2")', 'k = int(dbutils.widgets.get("rows"))'])
  const it = await withNotebooks({ 'child.py': child }, '# MAGIC %run ./child $rows="4"', 'print(k)')
  expect(printed(it)[1]).toBe('4')
})

test('%run includes what the other notebook runs itself, and not its cells that are off', async () => {
  const files = {
    'lib/a.py': notebookText(['# MAGIC %run ./b', '# dagbook: run=off\nk = 0']),
    'lib/b.py': notebookText(['k = 7']),
  }
  const it = await withNotebooks(files, '# MAGIC %run ./lib/a', 'print(k)')
  expect(printed(it)[1]).toBe('7')
})
