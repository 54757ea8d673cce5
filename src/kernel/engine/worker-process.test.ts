import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Problem } from '../problem/index.ts'
import { encodeFrame, FrameReader } from './frames.ts'
import type { RunOutcome } from './protocol.ts'
import { startWorker } from './worker-process.ts'
import { Bench, noHost, python } from './worker/testing/start.ts'

describe('frames', () => {
  test('come out as they went in, however the pipe cuts them', () => {
    const messages = fc.array(fc.tuple(fc.json(), fc.uint8Array()), { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(messages, fc.integer({ min: 1, max: 40 }), (sent, size) => {
        const bytes = Buffer.concat(sent.map(([header, body]) => encodeFrame(JSON.parse(header), body)))
        const reader = new FrameReader()
        const got = []
        for (let at = 0; at < bytes.length; at += size) got.push(...reader.push(bytes.subarray(at, at + size)))
        expect(got.map(({ header }) => header)).toEqual(sent.map(([header]) => JSON.parse(header) as unknown))
        expect(got.map(({ body }) => [...body])).toEqual(sent.map(([, body]) => [...body]))
      }),
    )
  })
})

describe('a worker', () => {
  let bench: Bench
  beforeAll(async () => {
    bench = await Bench.start()
  })
  afterAll(() => bench.stop())

  test('gives the repr of the last expression and shows it', async () => {
    const outcome = await bench.run('x = 20\nx + 1')
    expect(outcome).toMatchObject({ state: 'ok', text: '21', error: null })
    expect(bench.outputs).toEqual([{ data: { 'text/plain': '21' } }])
    expect((await bench.run('None')).text).toBe('')
    expect(bench.outputs).toEqual([])
  })

  test('passes on prints of Python, of C, of children and displays in the order in which they happen', async () => {
    await bench.run(`
import os, subprocess, sys
print("one")
os.write(1, b"two\\n")
print("three", file=sys.stderr)
display("four")
subprocess.run(["sh", "-c", "echo five; echo six >&2"])
print("seven")
sys.stdout.buffer.write("acht \\u00e4".encode())`)
    expect(bench.stdout).toBe('one\ntwo\nfive\nseven\nacht ä')
    expect(bench.stderr).toBe('three\nsix\n')
    const said = bench.said.join('|').replaceAll('\n', '')
    expect(said).toMatch(/^one.*two.*three.*output.*five.*seven/)
  })

  test('passes on what C code printed and did not flush', async () => {
    await bench.run('import ctypes\nctypes.CDLL(None).printf(b"from printf\\n")\nNone')
    expect(bench.stdout).toBe('from printf\n')
  })

  test('passes on 100,000 lines completely and in few pieces', async () => {
    await bench.run('for i in range(100_000): print(i)')
    expect(bench.stdout).toBe(Array.from({ length: 100_000 }, (_, i) => `${i}\n`).join(''))
    expect(bench.said.length).toBeLessThan(2_000)
  })

  test('passes on a long line of C output', async () => {
    await bench.run('import os\nrest = b"\\xe2\\x82\\xac" * 200_000\nwhile rest: rest = rest[os.write(1, rest):]')
    expect(bench.stdout).toBe('€'.repeat(200_000))
  })

  test('keeps any text whole', async () => {
    const outcome = await bench.run('s = "ä€🙂\\0\\ud800"\nprint(s, end="")\ns')
    expect(bench.stdout).toBe('ä€🙂\0\\ud800')
    expect(outcome.text).toBe(`'ä€🙂\\x00\\ud800'`)
  })

  test('shows output of threads in the cell that runs', async () => {
    await bench.run(
      'import sys, threading\nts = [threading.Thread(target=lambda i=i: sys.stdout.write(f"t {i}\\n")) for i in range(5)]\n[t.start() for t in ts]\nNone',
    )
    expect(bench.stdout.split('\n').sort().join()).toBe(',t 0,t 1,t 2,t 3,t 4')
  })

  test('passes on prints of a forked child', async () => {
    await bench.run(
      'import os\npid = os.fork()\nif pid == 0:\n  print("child", flush=True)\n  os._exit(0)\nos.waitpid(pid, 0)\nprint("parent")',
    )
    expect(bench.stdout).toBe('child\nparent\n')
  })

  test('runs multiprocessing with functions of cells', async ({ skip }) => {
    const semaphores =
      spawnSync(python, ['-c', 'import multiprocessing as m; m.get_context("fork").Lock()']).status === 0
    skip(!semaphores, 'This machine has no shared semaphores (/dev/shm cannot be written).')
    const outcome = await bench.run(
      'import multiprocessing as mp\ndef sq(x): return x * x\nwith mp.get_context("fork").Pool(2) as pool:\n  r = pool.map(sq, [1, 2, 3])\nr',
    )
    expect(outcome.text).toBe('[1, 4, 9]')
  })

  test('tells an exception with the line in the cell and the frames of the notebook', async () => {
    await bench.run('def inner():\n  return {}["k"]', { title: 'above' })
    const { error, state } = await bench.run('x = 1\n\ninner()', { title: 'below' })
    expect(state).toBe('failed')
    expect(error).toMatchObject({ name: 'KeyError', message: "'k'", line: 3 })
    expect(error!.traceback).toMatchObject([
      { file: 'below', line: 3, own: true, text: 'inner()' },
      { file: 'above', line: 2, own: true, text: 'return {}["k"]', function: 'inner' },
    ])
  })

  test('tells the causes of an exception after it', async () => {
    const { error } = await bench.run('try:\n  1 / 0\nexcept Exception as e:\n  raise ValueError("bad") from e')
    expect(error).toMatchObject({
      name: 'ValueError',
      message: 'bad\nCaused by ZeroDivisionError: division by zero',
      line: 4,
    })
    expect(error!.traceback.map(({ line }) => line)).toEqual([4, 2])
  })

  test.each([
    ['x = (', 1],
    ['a = 1\nb = = 2', 2],
    ['def f():\n  return 1\n return 2', 3],
    ['return 1', 1],
    ['x = 1\n?', 2],
    ['f"{', 1],
  ])('tells the line of a syntax error in %j', async (source, line) => {
    const { state, error } = await bench.run(source)
    expect(state).toBe('failed')
    expect(error).toMatchObject({ line })
    expect(error!.name).toMatch(/SyntaxError|IndentationError/)
  })

  test('survives exceptions that cannot be shown', async () => {
    const source = 'class E(Exception):\n  def __str__(self): raise ValueError()\nraise E()'
    expect((await bench.run(source)).error).toMatchObject({ name: 'E', message: '(its message cannot be shown)' })
    const endless = await bench.run('def f(): return f()\nf()')
    expect(endless.error!.name).toBe('RecursionError')
    expect(endless.error!.traceback.length).toBeLessThan(100)
    const group = 'class G(Exception):\n  exceptions = (ValueError("a"), KeyError("b"))\nraise G("two")'
    expect((await bench.run(group)).error!.message).toBe(`two\nValueError: a\nKeyError: 'b'`)
  })

  test('says a NUL byte, and a text that is too deep, in words', async () => {
    expect((await bench.run('x = 1\0')).state).toBe('failed')
    expect((await bench.run(`${'('.repeat(5000)}1${')'.repeat(5000)}`)).state).toBe('failed')
    expect((await bench.run('1 + 1')).text).toBe('2')
  })

  test('awaits at the top', async () => {
    const outcome = await bench.run(
      'import asyncio\nasync def f():\n  await asyncio.sleep(0)\n  return 5\ny = await f()\nawait f() + y',
    )
    expect(outcome.text).toBe('10')
  })

  test('finds the source of functions and classes of cells, and pickles them', async () => {
    await bench.run('class P:\n  """Doc."""\n  def f(self):\n    return 1', { title: 'classes' })
    const outcome = await bench.run(
      'import inspect, pickle\np = pickle.loads(pickle.dumps(P()))\n(type(p) is P, P.__module__, inspect.getsource(P.f).strip(), inspect.getsource(P)[:8])',
    )
    expect(outcome.text).toBe(`(True, '__main__', 'def f(self):\\n    return 1', 'class P:')`)
  })

  test('is __main__', async () => {
    expect((await bench.run('import sys\n__name__, sys.modules["__main__"].__dict__ is globals()')).text).toBe(
      `('__main__', True)`,
    )
  })

  test('keeps a future import in its cell', async () => {
    expect((await bench.run('from __future__ import annotations\ndef f(x: later): pass\nf.__annotations__')).text).toBe(
      `{'x': 'later'}`,
    )
    expect((await bench.run('def g(x: later2): pass')).error!.name).toBe('NameError')
  })

  test('shows a warning once a run', async () => {
    const source = 'import warnings\nfor i in range(3): warnings.warn("careful")'
    for (let run = 0; run < 2; run++) {
      await bench.run(source)
      expect(bench.stderr.match(/careful/g)).toHaveLength(2) // the message, and the line of source under it
    }
  })

  test('refuses input() in words', async () => {
    const { error } = await bench.run('input("name?")')
    expect(error!.message).toContain('dbutils.widgets.text')
  })

  test('leaves by dbutils.notebook.exit and by sys.exit, past "except Exception"', async () => {
    expect(await bench.run('try:\n  dbutils.notebook.exit("done")\nexcept Exception:\n  pass')).toMatchObject({
      state: 'exited',
      exit: 'done',
      error: null,
    })
    expect(await bench.run('import sys\nsys.exit()')).toMatchObject({ state: 'exited', exit: null })
    expect(await bench.run('import sys\nsys.exit("no")')).toMatchObject({
      state: 'failed',
      error: { name: 'SystemExit', message: 'no', line: 2 },
    })
  })

  test('refuses kinds of cells that it cannot run', async () => {
    for (const kind of ['scala', 'r', 'run'] as const)
      expect((await bench.run('x', { kind })).error!.message).toBe(`This machine cannot run %${kind} cells.`)
    expect((await bench.run('%foo bar', { kind: 'magic' })).error!.message).toBe('This machine cannot run %foo cells.')
  })
})

describe('widgets', () => {
  let bench: Bench
  beforeAll(async () => {
    bench = await Bench.start()
  })
  afterAll(() => bench.stop())

  test('give what was passed, else their default, and tell what was read', async () => {
    const outcome = await bench.run(
      'dbutils.widgets.text("a", "1", "A")\ndbutils.widgets.dropdown("b", "x", ["x", "y"])\ndbutils.widgets.get("a"), dbutils.widgets.get("b"), getArgument("a")',
      { parameters: { b: 'y' } },
    )
    expect(outcome.text).toBe(`('1', 'y', '1')`)
    expect(outcome.parameters).toEqual([
      { name: 'a', value: '1' },
      { name: 'b', value: 'y' },
    ])
  })

  test('raise by the name that Databricks gives where there is none', async () => {
    expect((await bench.run('dbutils.widgets.get("nowhere")')).error).toMatchObject({
      name: 'InputWidgetNotDefined',
      line: 1,
    })
    await bench.run('dbutils.widgets.removeAll()')
    expect((await bench.run('dbutils.widgets.get("a")')).state).toBe('failed')
    expect((await bench.run('dbutils.widgets.getAll()', { parameters: { p: 'q' } })).text).toBe(`{'p': 'q'}`)
  })

  test.each([
    ['dbutils.secrets.get("a", "b")', 'dbutils.secrets'],
    ['dbutils.notebook.run("./x", 10)', 'dagbook job run'],
    ['sc.parallelize([1])', 'SparkContext'],
  ])('%s refuses in words', async (source, words) => {
    expect((await bench.run(source)).error!.message).toContain(words)
  })
})

describe('shell and files', () => {
  let bench: Bench
  beforeAll(async () => {
    bench = await Bench.start()
  })
  afterAll(() => bench.stop())

  test('%sh prints, and fails by its exit code only with -e', async () => {
    expect((await bench.run('echo hi; false', { kind: 'sh' })).state).toBe('ok')
    expect(bench.stdout).toBe('hi\n')
    expect(bench.stderr).toContain('exit code 1')
    expect((await bench.run('-e\nfalse\necho no', { kind: 'sh' })).error).toMatchObject({ name: 'ShellError' })
    expect(bench.stdout).toBe('')
  })

  test('magic lines work inside Python, and only where Python does not take them', async () => {
    const outcome = await bench.run(
      'n = 7 \\\n  %4\ntext = """\n!not this\n"""\nif True:\n    !echo from shell\nlines = !printf "a\\nb"\n%matplotlib inline\n%time m = n + 1\n%load_ext autoreload\n(n, m, lines, text)',
    )
    expect(outcome.error).toBeNull()
    expect(outcome.text).toBe(`(3, 4, ['a', 'b'], '\\n!not this\\n')`)
    expect(bench.stdout).toMatch(/^from shell\nWall time: /)
    expect((await bench.run('x = 1\n%nothing here')).error).toMatchObject({ name: 'MagicError', line: 2 })
  })

  test('%%writefile writes the rest of its cell to a file', async () => {
    const path = join(bench.folder, 'written.py')
    expect((await bench.run(`%%writefile ${path}\n%not a magic\nx = "\\n"`)).error).toBeNull()
    expect(readFileSync(path, 'utf8')).toBe('%not a magic\nx = "\\n"\n')
    expect((await bench.run(`%%writefile -a ${path}\ny`)).error).toBeNull()
    expect(readFileSync(path, 'utf8')).toBe('%not a magic\nx = "\\n"\ny\n')
    expect((await bench.run('%%writefile\ny')).error).toMatchObject({ name: 'MagicError', line: 1 })
  })

  test('%fs and dbutils.fs work on files', async () => {
    const path = join(bench.folder, 'd', 'a.txt')
    await bench.run(`dbutils.fs.put("${path}", "héllo")`)
    expect((await bench.run(`head ${path}`, { kind: 'fs' })).text).toBe(`'héllo'`)
    await bench.run(`cp -r ${join(bench.folder, 'd')} ${join(bench.folder, 'e')}`, { kind: 'fs' })
    const listed = await bench.run(`[(f.name, f.size) for f in dbutils.fs.ls("file:${join(bench.folder, 'e')}")]`)
    expect(listed.text).toBe(`[('a.txt', 6)]`)
    await bench.run(`rm -r ${join(bench.folder, 'd')}`, { kind: 'fs' })
    expect(existsSync(path)).toBe(false)
    expect((await bench.run('fly away', { kind: 'fs' })).error!.message).toContain('%fs has no command fly')
  })

  test('%pip runs for this environment, or says why not', async () => {
    const outcome = await bench.run('--version', { kind: 'pip' })
    expect(`${bench.stdout}${outcome.error?.message ?? ''}`).toMatch(/^(pip|uv) |neither pip nor uv/)
  })
})

describe('the host', () => {
  test('is asked in the middle of a run, and its refusal is an exception of user code', async () => {
    const bench = await Bench.start({
      host: {
        ...noHost,
        engine: () => Promise.reject(new Problem('DB-1204', 'There is no Spark here.')),
        taskValue: (task, key) => Promise.resolve(key === 'n' ? { [task]: [1, 'ä'] } : undefined),
      },
    })
    expect((await bench.run('dbutils.jobs.taskValues.get("t", "n")')).text).toBe(`{'t': [1, 'ä']}`)
    expect((await bench.run('dbutils.jobs.taskValues.get("t", "m", default=3)')).text).toBe('3')
    expect((await bench.run('dbutils.jobs.taskValues.get("t", "m")')).error!.name).toBe('ValueError')
    expect((await bench.run('1\n\nspark.range(3)')).error).toMatchObject({ name: 'Problem' })
    expect((await bench.run('try:\n  spark.range(3)\nexcept Exception as e:\n  m = str(e)\nm')).text).toContain(
      'no Spark',
    )
    await bench.stop()
  })

  test('is told values for other tasks', async () => {
    const bench = await Bench.start()
    const values: unknown[] = []
    const request = {
      run: 'r',
      title: 't',
      kind: 'python',
      as: null,
      checkout: null,
      parameters: {},
      tables: {},
    } as const
    await bench.worker.run(
      { ...request, source: 'dbutils.jobs.taskValues.set("k", {"a": [1, None]})' },
      { taskValue: (key, value) => values.push([key, value]) },
    )
    expect(values).toEqual([['k', { a: [1, null] }]])
    await bench.stop()
  })
})

describe('an interrupt', () => {
  let bench: Bench
  beforeAll(async () => {
    bench = await Bench.start()
  })
  afterAll(() => bench.stop())

  /** Interrupts a cell as soon as it has printed something. */
  async function interrupted(source: string): Promise<RunOutcome> {
    const request = { title: 't', kind: 'python', as: null, checkout: null, parameters: {}, tables: {} } as const
    const stdout = (): void => bench.worker.interrupt()
    return bench.worker.run({ ...request, run: crypto.randomUUID(), source }, { stdout })
  }

  test.each([
    ['a loop', 'print(1)\nwhile True: pass'],
    ['a loop that catches exceptions', 'print(1)\nwhile True:\n  try: len("")\n  except Exception: pass'],
    ['a sleep', 'import time\nprint(1)\ntime.sleep(600)'],
    ['a child process', 'import subprocess\nprint(1)\nsubprocess.run(["sleep", "600"])'],
    ['a child that is checked', 'import subprocess\nprint(1)\nsubprocess.check_call(["sleep", "600"])'],
    ['os.system', 'import os\nprint(1)\nos.system("sleep 600")'],
    [
      'a child that misses the first call',
      `import os\nos.system("trap 'trap - INT' INT; echo 1; while :; do sleep 0.1; done")`,
    ],
    ['a shell line', 'print(1)\n!sleep 600'],
    ['printing without end', 'while True: print("x" * 100)'],
    ['a child that prints without end', 'print(1)\n!yes'],
    ['an await', 'import asyncio\nprint(1)\nawait asyncio.sleep(600)'],
    ['a thread that is waited for', 'import threading, time\nstop = threading.Event()\nprint(1)\nstop.wait(600)'],
    ['a lock', 'import threading\nl = threading.Lock()\nl.acquire()\nprint(1)\nl.acquire()'],
  ])('ends %s', async (_, source) => {
    expect(await interrupted(source)).toMatchObject({ state: 'interrupted', writes: [], error: null })
    expect((await bench.run('1 + 1')).text).toBe('2')
  })

  test('between two runs does nothing', async () => {
    bench.worker.interrupt()
    expect((await bench.run('sum(range(1000))')).state).toBe('ok')
  })

  test('ends a wait for the host', async () => {
    const asked = Promise.withResolvers<void>()
    const waiting = await Bench.start({
      host: {
        ...noHost,
        taskValue: () => {
          asked.resolve()
          return new Promise(() => undefined)
        },
      },
    })
    const running = waiting.run('dbutils.jobs.taskValues.get("t", "n")')
    await asked.promise
    waiting.worker.interrupt()
    expect((await running).state).toBe('interrupted')
    await waiting.stop()
  })
})

describe('the end of a worker', () => {
  test.each([
    ['os._exit', 'import os\nos._exit(7)', 'ended with exit code 7'],
    ['kill -9', 'import os, signal\nos.kill(os.getpid(), signal.SIGKILL)', 'was killed by SIGKILL'],
    ['a segmentation fault', 'import ctypes\nctypes.string_at(0)', 'Segmentation fault'],
  ])('by %s rejects the run that goes on', async (_, source, reason) => {
    const bench = await Bench.start()
    await expect(bench.run(source)).rejects.toMatchObject({ code: 'DB-1202' })
    expect(await bench.worker.ended).toContain(reason)
    await expect(bench.run('1')).rejects.toMatchObject({ code: 'DB-1202' })
    await bench.stop()
  })

  test('by stop() comes at once, even in a loop that takes no interrupt', async () => {
    const bench = await Bench.start()
    const running = bench.run('while True:\n  try:\n    while True: pass\n  except BaseException: pass')
    const refused = expect(running).rejects.toMatchObject({ code: 'DB-1202' })
    await bench.stop()
    await refused
    expect(await bench.worker.ended).toBe('was stopped')
  })

  test('comes with the end of its owner, also while a cell and a child run', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'dagbook-orphan-'))
    const pids = join(folder, 'pids')
    const source = `
import os, subprocess, time
child = subprocess.Popen(["sleep", "600"])
open(${JSON.stringify(pids)}, "w").write(f"{os.getpid()} {child.pid}")
print("go", flush=True)
while True: pass`
    const script = join(folder, 'owner.ts')
    const owner = `
import { startWorker } from ${JSON.stringify(join(import.meta.dirname, 'worker-process.ts'))}
const none = () => Promise.reject(new Error('none'))
const worker = await startWorker({ python: ${JSON.stringify(python)}, workerPath: ${JSON.stringify(join(import.meta.dirname, 'worker'))},
  cwd: ${JSON.stringify(folder)}, resultsFolder: ${JSON.stringify(folder)}, host: { engine: none, place: none } })
const request = { run: 'r', title: 't', kind: 'python', as: null, checkout: null, parameters: {}, tables: {} }
await worker.run({ ...request, source: ${JSON.stringify(source)} }, { stdout: () => process.kill(process.pid, 'SIGKILL') })
`
    const { writeFileSync } = await import('node:fs')
    writeFileSync(script, owner)
    expect(() => execFileSync(process.execPath, [script], { stdio: 'pipe' })).toThrow()
    const ended = (pid: string): boolean => {
      try {
        // A process that has ended and that nobody waits for is a zombie: state Z.
        return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.startsWith('Z')
      } catch {
        return true
      }
    }
    await expect.poll(() => readFileSync(pids, 'utf8').split(' ').every(ended), { timeout: 120_000 }).toBe(true)
    rmSync(folder, { recursive: true })
  })

  test('a Python that is not there, or that is none, is said to be so', async () => {
    const options = { workerPath: '.', cwd: tmpdir(), resultsFolder: tmpdir(), host: noHost }
    await expect(startWorker({ ...options, python: '/nowhere/python' })).rejects.toMatchObject({ code: 'DB-1201' })
    await expect(startWorker({ ...options, python: '/bin/true' })).rejects.toMatchObject({ code: 'DB-1201' })
    await expect(startWorker({ ...options, python })).rejects.toThrow(/dagbook_worker/)
  })
})
