import { join } from 'node:path'

const repository = join(import.meta.dirname, '..', '..')
const bin = process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python']

/** The Python that tests run cells with: the environment that the set-up made. */
export const testPython = process.env.DAGBOOK_TEST_PYTHON ?? join(repository, '.venv', ...bin)

/** The folder that holds the worker's package. */
export const workerPath = join(repository, 'src', 'kernel', 'engine', 'worker')
