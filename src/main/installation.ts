import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Installation } from '../kernel/service/index.ts'

/** Where this copy of Dagbook keeps what `npm start` set up. */
export function installation(): Installation {
  const root = installedRoot()
  const bin = process.platform === 'win32' ? join('Scripts', 'python.exe') : join('bin', 'python')
  return {
    python: process.env.DAGBOOK_PYTHON ?? join(root, '.venv', bin),
    workerPath: join(root, 'src', 'kernel', 'engine', 'worker'),
    cache: join(root, '.cache'),
  }
}

/** The built page. */
export function pageFolder(): string {
  return join(installedRoot(), 'out', 'renderer')
}

/** The example that opens when nothing else was asked for. */
export function examplePath(): string {
  return join(installedRoot(), 'examples', 'flights')
}

/** The folder of this copy's package.json, which tells Electron the app's name and its main program. */
export function installedRoot(): string {
  for (let at = import.meta.dirname; ; at = dirname(at)) {
    if (existsSync(join(at, 'package.json'))) return at
    if (dirname(at) === at) throw new Error('Dagbook does not find its own folder.')
  }
}
