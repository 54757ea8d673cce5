import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const project = fileURLToPath(new URL('../..', import.meta.url))

/** How a start ended. */
export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** The Python of this machine, one that other users may run too where there is one. */
export const realPython = spawnSync('python3', ['-c', 'import sys; print(sys.executable)'], {
  env: { PATH: `/usr/bin:/bin:${process.env['PATH']}` },
})
  .stdout.toString()
  .trim()

/**
 * A checkout in a temporary folder with the real set-up and stand-ins for what it installs: an npm lock without
 * packages, a `uv` and a bundler that finish at once. The programs on its PATH are those in `bin`.
 */
export class Checkout {
  /** Its name has a blank and an umlaut, as folders of people do. */
  readonly folder = join(mkdtempSync(join(tmpdir(), 'dagbook-')), 'my chëckout')

  constructor() {
    for (const part of ['setup', 'package.json', 'electron.vite.config.ts']) {
      cpSync(join(project, part), join(this.folder, part), { recursive: true })
    }
    chmodSync(dirname(this.folder), 0o755)
    this.write('package-lock.json', JSON.stringify({ lockfileVersion: 3, packages: { '': {} } }))
    this.write('node_modules/.package-lock.json', JSON.stringify({ packages: {} }))
    this.write('src/main/cli.ts', '')
    this.bundler(CLI)
    this.program('python3', `exec ${realPython} "$@"`)
    this.program('uv', UV)
  }

  /** Writes a file, given by its path in the checkout. */
  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true })
    writeFileSync(join(this.folder, path), text)
  }

  read(path: string): string {
    return readFileSync(join(this.folder, path), 'utf8')
  }

  has(path: string): boolean {
    return existsSync(join(this.folder, path))
  }

  /** Puts a shell script on the PATH. */
  program(name: string, script: string): void {
    this.write(`bin/${name}`, `#!/bin/sh\n${script}\n`)
    chmodSync(join(this.folder, 'bin', name), 0o755)
  }

  /** Puts a Python on the PATH that is of another version. */
  pythonOfVersion(version: string): void {
    const pretend = `import sys; sys.version_info = (${version.replaceAll('.', ', ')}); exec(sys.argv[1])`
    this.program('python3', `exec ${realPython} -c "${pretend}" "$2"`)
  }

  /**
   * Replaces the bundler by one that builds a command line from this source and a part that it may load later, prints noise, and notes
   * that it ran.
   */
  bundler(cli: string, part = 'part-1.js'): void {
    this.write(
      'node_modules/electron-vite/bin/electron-vite.js',
      `const fs = require('node:fs')
       const [, , , , out] = process.argv
       fs.mkdirSync(out + '/main', { recursive: true })
       fs.writeFileSync(out + '/main/cli.js', ${JSON.stringify(cli)})
       fs.writeFileSync(out + '/main/${part}', '')
       fs.appendFileSync('builds', 'x')
       console.log('noise of the bundler')`,
    )
  }

  /** Runs the real `setup/start.mjs`. Its PATH is `bin` and `path`, its environment nothing else. */
  start(
    args: readonly string[],
    options: { path?: string; env?: NodeJS.ProcessEnv; node?: string[]; uid?: number } = {},
  ) {
    const { path = '', env = {}, node = [], uid } = options
    const script = join(this.folder, 'setup', 'start.mjs')
    return new Promise<Ended>((resolve, reject) => {
      const child = spawn(process.execPath, [...node, script, ...args], {
        cwd: this.folder,
        env: { HOME: this.folder, PATH: `${join(this.folder, 'bin')}:${path}`, ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
        ...(uid === undefined ? {} : { uid, gid: uid }),
      })
      const ended = { stdout: '', stderr: '' }
      child.stdout?.on('data', (chunk) => (ended.stdout += String(chunk)))
      child.stderr?.on('data', (chunk) => (ended.stderr += String(chunk)))
      child.on('error', reject)
      child.on('close', (code) => resolve({ code, ...ended }))
    })
  }

  remove(): void {
    chmodSync(this.folder, 0o755)
    rmSync(dirname(this.folder), { recursive: true, force: true })
  }
}

/** `uv venv … DIR` makes a folder with a Python; `uv pip sync` has nothing to add. Each call is noted. */
const UV = `
echo "$*" >> "$HOME/uv-calls"
if [ "$1" = --version ]; then echo 'uv 0.13.8'; fi
if [ "$1" = venv ]; then
  for last; do :; done
  /bin/mkdir -p "$last/bin" && /bin/ln -s ${realPython} "$last/bin/python"
fi`

export const CLI = `console.log(JSON.stringify({ args: process.argv.slice(2) }))`
