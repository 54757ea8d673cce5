import { chmodSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Checkout, CLI, realPython } from './test/checkout.ts'

let checkout: Checkout
beforeEach(() => void (checkout = new Checkout()))
afterEach(() => checkout.remove())

/** The one line a failed start prints last. */
const sentence = (stderr: string) => stderr.trim().split('\n').at(-1)

describe('a start with nothing in place', () => {
  test('sets up, then runs the command line with its arguments', async () => {
    const { code, stdout } = await checkout.start(['graph', 'a b.py', '--json'])
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toEqual({ args: ['graph', 'a b.py', '--json'] })
  })

  test('tells what it does on stderr and leaves stdout to the command', async () => {
    const { stdout, stderr } = await checkout.start(['plan'])
    expect(stdout).toBe('{"args":["plan"]}\n')
    expect(stderr).toMatch(/Python packages[^]*build[^]*engine/)
    expect(checkout.read('.cache/setup/build.log')).toContain('noise of the bundler')
  })

  test('opens the example project when no command is given', async () => {
    const { stdout } = await checkout.start([])
    expect(JSON.parse(stdout)).toEqual({ args: ['open', join(checkout.folder, 'examples', 'flights')] })
  })

  test('ends as the command ends', async () => {
    checkout.bundler("process.exit(process.argv[2] === 'check' ? 7 : 0)")
    expect((await checkout.start(['check'])).code).toBe(7)
  })

  test('is done once when two run at a time', async () => {
    const both = await Promise.all([checkout.start(['a']), checkout.start(['b'])])
    expect(both.map(({ code }) => code)).toEqual([0, 0])
    expect(checkout.read('builds')).toBe('x')
  })

  test('does not wait for a set-up that was killed', async () => {
    checkout.write('.cache/setup/lock', String(2 ** 30))
    expect((await checkout.start(['a'])).code).toBe(0)
  })
})

describe('a second start', () => {
  test('makes nothing again and says nothing', async () => {
    await checkout.start(['a'])
    const calls = checkout.read('uv-calls')
    expect(await checkout.start(['b'])).toEqual({ code: 0, stdout: '{"args":["b"]}\n', stderr: '' })
    expect(checkout.read('uv-calls')).toBe(calls)
    expect(checkout.read('builds')).toBe('x')
  })

  test('needs no right to write', async () => {
    await checkout.start(['a'])
    chmodSync(checkout.folder, 0o555)
    expect((await checkout.start(['b'], unprivileged())).stdout).toBe('{"args":["b"]}\n')
  })

  test('builds again when a source changed', async () => {
    await checkout.start(['a'])
    checkout.write('src/main/cli.ts', '// changed')
    await checkout.start(['b'])
    expect(checkout.read('builds')).toBe('xx')
  })

  test('leaves the parts of one earlier build to programs that still run', async () => {
    const parts = ['part-1.js', 'part-2.js', 'part-3.js']
    for (const part of parts) {
      checkout.bundler(CLI, part)
      checkout.write('src/main/cli.ts', `// ${part}`)
      await checkout.start([])
    }
    expect(parts.filter((part) => checkout.has(`out/main/${part}`))).toEqual(['part-2.js', 'part-3.js'])
  })

  test('makes the environment again when the lock changed', async () => {
    await checkout.start(['a'])
    checkout.write('setup/python/requirements.lock', 'other==1')
    await checkout.start(['b'])
    expect(checkout.read('uv-calls').match(/^pip sync/gm)).toHaveLength(2)
  })

  test('never uses an environment that was left half made', async () => {
    checkout.program('uv', `${readFileSync(join(checkout.folder, 'bin/uv'), 'utf8')}\n[ "$1" != pip ]`)
    expect((await checkout.start(['a'])).code).toBe(3)
    expect(checkout.has('.venv')).toBe(false)
  })

  test('keeps aside an environment that somebody else made', async () => {
    checkout.write('.venv/theirs', 'precious')
    await checkout.start(['a'])
    expect(checkout.read('.cache/venv-before/theirs')).toBe('precious')
  })
})

describe('what a person can mend is said in one sentence', () => {
  test('no Python', async () => {
    checkout.program('python3', 'exit 127')
    const { code, stdout, stderr } = await checkout.start(['graph', '--json'])
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
    expect(stderr).toBe(
      'dagbook: Dagbook needs Python 3.10 to 3.13 (64 bit) and found none: install one of these, or set DAGBOOK_PYTHON ' +
        'to the path of one, then run the command again.\n',
    )
  })

  test.each(['3.9.2', '3.14.0'])('only Python %s', async (version) => {
    checkout.pythonOfVersion(version)
    const { code, stderr } = await checkout.start([])
    expect(code).toBe(3)
    expect(stderr).toBe(
      `dagbook: Dagbook needs Python 3.10 to 3.13 (64 bit) but found only ${version} (${realPython}): install one of ` +
        'these, or set DAGBOOK_PYTHON to the path of one, then run the command again.\n',
    )
  })

  test('a DAGBOOK_PYTHON that does not start', async () => {
    const { code, stderr } = await checkout.start([], { env: { DAGBOOK_PYTHON: '/nowhere/python' } })
    expect(code).toBe(3)
    expect(stderr).toMatch(/DAGBOOK_PYTHON \(\/nowhere\/python\) is not a Python that starts/)
  })

  test('Python packages that cannot be installed', async () => {
    checkout.program(
      'uv',
      'if [ "$1" = --version ]; then echo uv 1.0; else echo "error: no route to host" >&2; exit 2; fi',
    )
    const { code, stderr } = await checkout.start([])
    expect(code).toBe(3)
    expect(sentence(stderr)).toBe(
      `dagbook: Making the Python environment failed (no route to host): read ${join('.cache', 'setup', 'python.log')}, ` +
        'check the network and the disk, then run the command again.',
    )
  })

  test('npm packages that cannot be installed', async () => {
    checkout.write('package-lock.json', JSON.stringify({ packages: { 'node_modules/zod': { version: '4.6.7' } } }))
    checkout.program('npm', 'echo "npm error code ENOTFOUND" >&2; exit 1')
    const { code, stderr } = await checkout.start([])
    expect(code).toBe(3)
    expect(sentence(stderr)).toBe(
      `dagbook: Installing the npm packages failed (ENOTFOUND): read ${join('.cache', 'setup', 'npm.log')}, ` +
        'check the network and the disk, then run the command again.',
    )
  })

  test('a build that fails, and the programs of an earlier one are not run', async () => {
    await checkout.start(['a'])
    checkout.write('src/main/cli.ts', '// changed')
    checkout.write('node_modules/electron-vite/bin/electron-vite.js', 'throw new Error("no such module")')
    const { code, stdout, stderr } = await checkout.start(['b'])
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
    expect(sentence(stderr)).toMatch(/^dagbook: Building failed \(.*no such module.*\): read .*build\.log, mend/)
  })

  test('a folder one may not write to', async () => {
    chmodSync(checkout.folder, 0o555)
    const { code, stdout, stderr } = await checkout.start([], unprivileged())
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
    expect(stderr).toBe(
      `dagbook: Dagbook cannot write into its folder ${checkout.folder}: make the folder writable, or copy it to a place ` +
        'you may write to, then run the command again.\n',
    )
  })

  test('a Node that is too old', async () => {
    const older = "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.19.0' } })"
    const { code, stderr } = await checkout.start([], { node: ['--import', `data:text/javascript,${older}`] })
    expect(code).toBe(3)
    expect(stderr).toMatch(
      /^dagbook: Dagbook needs Node 20 or newer and this is Node 18\.19\.0 .*: install a newer Node/,
    )
  })
})

/** Nothing is read-only to root: as root, a start as somebody else. */
const unprivileged = () => (process.getuid?.() === 0 ? { uid: 65_534 } : {})
