import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { RunOutcome } from '../protocol.ts'
import { Bench } from './testing/start.ts'

let bench: Bench
let names: Record<string, string>
let runs: number
beforeEach(async () => {
  bench = await Bench.start()
  names = {}
  runs = 0
})
afterEach(() => bench.stop())

/** Runs a cell below those that were run before, as a session does. */
async function run(source: string): Promise<RunOutcome> {
  const id = `c${++runs}`
  const outcome = await bench.run(source, { run: id, checkout: { names, needs: [], views: {} } })
  for (const { name } of outcome.writes) names = { ...names, [name]: id }
  return outcome
}

function write(path: string, text: string): void {
  writeFileSync(join(bench.folder, path), text)
}

describe('a run tells which modules of the project it changed', () => {
  const counter = 's = []\nn = 0\ndef add():\n  s.append(1)\n  return len(s)\ndef get(): return n\n'

  test('by an attribute or by an object in it, through any import, and also when it fails', async () => {
    write('counter.py', counter)
    expect((await run('import counter')).modules).toEqual([])
    expect((await run('counter.get()')).modules).toEqual([])
    expect((await run('counter.add()')).modules).toEqual(['counter'])
    expect((await run('from counter import add as plus')).modules).toEqual([])
    expect((await run('plus()')).modules).toEqual(['counter'])
    expect((await run('counter.n = 5\n1 / 0')).modules).toEqual(['counter'])
    expect((await run('1')).modules).toEqual([])
  })

  test('not by importing it, but by what the same run does with it then', async () => {
    write('counter.py', `import other\n${counter}other.told.append(1)\n`)
    write('other.py', 'told = []\n')
    expect((await run('import counter')).modules).toEqual([])
    await bench.restart()
    expect((await run('import counter\ncounter.add()')).modules).toEqual(['counter'])
    expect((await run('import importlib\nimportlib.reload(counter)')).modules).toEqual(['counter', 'other'])
  })

  test('not one that only imports the changed one, nor a package whose module is imported', async () => {
    write('counter.py', counter)
    write('user.py', 'import counter\ndef use(): return counter.add()\n')
    await run(
      'import os\nos.mkdir("package")\nopen("package/__init__.py", "w").close()\nopen("package/part.py", "w").close()',
    )
    await run('import user, package')
    expect((await run('user.use()')).modules).toEqual(['counter'])
    expect((await run('import package.part')).modules).toEqual([])
  })
})

describe('a run tells which settings of the process it changed', () => {
  test.each([
    ['import pandas as pd', 'pd.set_option("display.max_rows", 7)', 'pandas'],
    ['import matplotlib.pyplot as plt', 'plt.rcParams["lines.linewidth"] = 7', 'matplotlib'],
    ['import numpy as np', 'np.set_printoptions(precision=3)', 'numpy'],
    ['import decimal', 'decimal.getcontext().prec = 9', 'decimal'],
    ['import logging', 'logging.getLogger("q").setLevel(7)', 'logging'],
    ['import os', 'os.environ["DAGBOOK_TEST"] = "1"', 'environ'],
    ['import os', 'os.chdir("/")', 'cwd'],
    ['import sys', '"elsewhere" in sys.path or sys.path.append("elsewhere")', 'path'],
    ['import warnings', 'warnings.simplefilter("error")', 'warnings'],
    ['import locale', 'locale.setlocale(locale.LC_CTYPE, "C")', 'locale'],
    ['import math', 'math.pi = 7', 'module:math'],
    ['import statistics', 'statistics.added = 7', 'module:statistics'],
    ['import fractions', 'fractions.Fraction.added = 7', 'module:fractions'],
  ])('%s; %s: %s', async (library, change, name) => {
    expect((await run(library)).settings).toEqual([])
    expect((await run(change)).settings).toEqual([name])
    expect((await run(change)).settings).toEqual([])
    await bench.restart()
    names = {}
    expect((await run(`${library}\n${change}\n1 / 0`)).settings).toEqual([name])
  })

  test('not what is set for a while, nor what libraries do by themselves', async () => {
    const whiles =
      'import warnings, decimal, contextlib, io\nwith warnings.catch_warnings(), decimal.localcontext() as c, contextlib.redirect_stdout(io.StringIO()):\n  warnings.simplefilter("ignore")\n  c.prec = 3'
    expect((await run(whiles)).settings).toEqual([])
    expect((await run('import pandas as pd, numpy, pyspark, altair')).settings).toEqual([])
    expect((await run('import matplotlib.pyplot as plt\nplt.plot([1])\nplt.show()')).settings).toEqual([])
    expect(
      (await run('import tempfile\ntempfile.gettempdir()\npd.DataFrame({"a": [1.5]}).describe()')).settings,
    ).toEqual([])
  })

  test('by a function of another cell', async () => {
    await run('import pandas as pd\ndef patch(): pd.Series.added = 1')
    expect((await run('patch()')).settings).toEqual(['module:pandas'])
  })
})
