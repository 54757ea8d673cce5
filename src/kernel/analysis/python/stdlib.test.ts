import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { testPython } from '../../../../test/support/python.ts'
import { moduleNames } from './scopes.ts'
import { buildScopes } from './scope-builder.ts'
import { parsePython } from './syntax.ts'

interface Symbols {
  readonly path: string
  readonly name: string
  readonly definitions: readonly string[]
  readonly free: readonly string[]
}

/** Where we differ from CPython, and why. */
const exceptions: Readonly<Record<string, string>> = {
  'poplib.py': 'symtable takes the function that is called "top" for the table of the module',
  'test/test_grammar.py': 'an annotated name in brackets is no definition; the parser does not tell the brackets',
}

/** `super()` makes symtable list `__class__`, which no text has, also where there is no class. */
const implied = '__class__'

/** The Python of the tests, and others that are told of: `DAGBOOK_PYTHONS=/usr/bin/python3.10:/usr/bin/python3.13`. */
const pythons = [testPython, ...(process.env['DAGBOOK_PYTHONS']?.split(delimiter) ?? [])]

test.each(pythons)(
  'definitions and free names of the standard library are those that CPython finds (%s)',
  async (python) => {
    const script = join(import.meta.dirname, 'stdlib_symbols.py')
    const { stdout } = await promisify(execFile)(python, ['-W', 'ignore', script], { maxBuffer: 1e9 })
    const different: string[] = []
    let files = 0
    for (const line of stdout.trim().split('\n')) {
      const { path, name, definitions, free } = JSON.parse(line) as Symbols
      const syntax = parsePython(readFileSync(path, 'utf8').replace(/^\uFEFF/, ''))
      const ours = moduleNames(buildScopes(syntax.tree))
      files++
      const told = (defined: Iterable<string>, used: Iterable<string>): string =>
        JSON.stringify([[...defined].sort(), [...used].filter((each) => each !== implied).sort()])
      const isSame = told(ours.definitions, ours.free) === told(definitions, free) && syntax.problems.length === 0
      if (!isSame) different.push(name)
    }
    // Debian's Python comes without its own tests, which are two thirds of the files.
    expect(files).toBeGreaterThan(500)
    expect(different.filter((name) => !(name in exceptions))).toEqual([])
  },
)
