import { describe, expect, test } from 'vitest'
import { Problem } from '../../problem/index.ts'
import { readNotebook, storedRuns, writeNotebook } from '../index.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

interface Stored {
  readonly cells?: unknown
  readonly metadata?: Record<string, unknown>
  readonly nbformat?: unknown
  readonly worksheets?: unknown
}
const file = (stored: Stored): string =>
  `${JSON.stringify({ metadata: {}, nbformat: 4, nbformat_minor: 4, ...stored }, null, 1)}\n`
const code = (source: unknown) => ({ cell_type: 'code', execution_count: null, metadata: {}, outputs: [], source })

/** The cells of a notebook as `kind|source`. */
function cellsOf(text: string): string[] {
  const notebook = readNotebook(bytes(text), 'a.ipynb')
  expect(writeNotebook(notebook)).toBe(text)
  return notebook.cells.map(({ kind, source }) => `${kind}|${source}`)
}

const databricks = (language: string) => ({ 'application/vnd.databricks.v1+notebook': { language } })

describe('what a code cell is', () => {
  test.each<[string, string]>([
    ['x = 1', 'python|x = 1'],
    ['', 'python|'],
    ['!ls', 'python|!ls'],
    ['%matplotlib inline\nimport a', 'python|%matplotlib inline\nimport a'],
    ['%%time\nx = f()', 'python|%%time\nx = f()'],
    ['%%capture out\nx = f()', 'python|%%capture out\nx = f()'],
    ['%%writefile a.py\nx', 'python|%%writefile a.py\nx'],
    ['x = %time', 'python|x = %time'],
    ['%%bash\nls', 'sh|ls'],
    ['%%sh\nls', 'sh|ls'],
    ['%%bash -s "$x"\nls', 'magic|%%bash -s "$x"\nls'],
    ['%%sql\nselect 1', 'sql|select 1'],
    ['%%sql sqlite://\nselect 1', 'magic|%%sql sqlite://\nselect 1'],
    ['%sql select 1', 'sql|select 1'],
    ['%sql select 1\nx = 1', 'python|%sql select 1\nx = 1'],
    ['\n%sql\nselect 1', 'sql|select 1'],
    ['%%R\nx', 'r|x'],
    ['%%R -i df\nx', 'magic|%%R -i df\nx'],
    ['%%html\n<b>', 'magic|%%html\n<b>'],
    ['%md # A', 'markdown|# A'],
    ['%run ./a.ipynb', 'run|./a.ipynb'],
    ['%run a.py\n%run b.py', 'python|%run a.py\n%run b.py'],
    ['%pip install a\n%pip install b', 'pip|install a\n%pip install b'],
    ['%pip install a \\\n  b', 'pip|install a \\\n  b'],
    ['%pip install a\nimport a', 'python|%pip install a\nimport a'],
    ['# %sql\nx', 'python|# %sql\nx'],
  ])('in Jupyter: %j', (source, cell) => {
    expect(cellsOf(file({ cells: [code(source)] }))).toEqual([cell])
  })

  test.each<[string, string, string]>([
    ['python', '%sql select 1,\n2', 'sql|select 1,\n2'],
    ['python', '%sql\nselect 1', 'sql|select 1'],
    ['python', '%md-sandbox\n# A', 'markdown|# A'],
    ['python', '%run ./x $a="1"', 'run|./x $a="1"'],
    ['python', '%sh ls\nls', 'sh|ls\nls'],
    ['python', '%fs ls /', 'fs|ls /'],
    ['python', '%scala\nval x = 1', 'scala|val x = 1'],
    ['python', '%r\nx', 'r|x'],
    ['sql', 'select 1', 'sql|select 1'],
    ['sql', '%python\nx = 1', 'python|x = 1'],
    ['scala', 'val x = 1', 'scala|val x = 1'],
    ['r', 'x', 'r|x'],
  ])('in Databricks, in a notebook of %s: %j', (language, source, cell) => {
    expect(cellsOf(file({ cells: [code(source)], metadata: databricks(language) }))).toEqual([cell])
  })

  test.each<[Record<string, unknown>, string]>([
    [{ language_info: { name: 'python' } }, 'python|x'],
    [{ kernelspec: { name: 'conda-env-mine-py' } }, 'python|x'],
    [{ kernelspec: { name: 'ir', language: 'R' } }, 'r|x'],
    [{ kernelspec: { name: 'pysparkkernel', language: 'python' } }, 'python|x'],
    [{ language_info: { name: 'scala' } }, 'scala|x'],
    [{ kernelspec: { name: 'julia-1.9', language: 'julia' } }, 'raw|x'],
    [{ kernelspec: { name: 'xcpp17' } }, 'raw|x'],
    [{ notebookId: 12 }, 'python|x'],
  ])('for the kernel %j', (metadata, cell) => {
    expect(cellsOf(file({ cells: [code('x')], metadata }))).toEqual([cell])
  })
})

test('every kind of cell and of source of version 4', () => {
  const cells = [
    { cell_type: 'markdown', metadata: {}, source: ['# A\n', 'b'] },
    { cell_type: 'raw', metadata: {}, source: 'as it is' },
    code(['x = 1\n', 'y']),
    code(['x = ', '1\ny']),
    { cell_type: 'code' },
    { cell_type: 'heard-of-later', source: 'z' },
  ]
  expect(cellsOf(file({ cells }))).toEqual(['markdown|# A\nb', 'raw|as it is', 'python|x = 1\ny', 'python|x = 1\ny', 'python|', 'raw|z']) // prettier-ignore
})

test('every kind of cell of version 3, over several worksheets', () => {
  const input = (language: string | undefined, more = {}) => ({ cell_type: 'code', input: ['x\n', 'y'], language, outputs: [], ...more }) // prettier-ignore
  const worksheets = [
    { cells: [{ cell_type: 'heading', level: 3, source: 'A' }, input('python', { prompt_number: 7 })] },
    { cells: [] },
    { cells: [input('R'), input('julia'), input(undefined), { cell_type: 'markdown', source: ['b'] }] },
  ]
  const text = file({ nbformat: 3, worksheets })
  expect(cellsOf(text)).toEqual(['markdown|### A', 'python|x\ny', 'r|x\ny', 'raw|x\ny', 'python|x\ny', 'markdown|b'])
  expect(storedRuns(readNotebook(bytes(text), 'a.ipynb'))).toEqual([null, 7, null, null, null, null])
})

test('titles that Databricks keeps', () => {
  const titled = (title: string, showTitle: boolean) => ({
    ...code('x'),
    metadata: { 'application/vnd.databricks.v1+cell': { showTitle, title } },
  })
  const text = file({ cells: [titled('A', true), titled('B', false), titled('', false), code('x')] })
  expect(readNotebook(bytes(text), 'a.ipynb').cells.map(({ title }) => title)).toEqual(['A', 'B', null, null])
})

test('numbers that only Python writes, a byte order mark, and no end of line', () => {
  const text = `\ufeff${file({ cells: [{ ...code('x'), outputs: [[-1, 'n']] }] }).trimEnd()}`
    .replace('-1', 'NaN, Infinity, -Infinity')
    .replace('"metadata": {}', '"metadata": NaN')
  expect(cellsOf(text)).toEqual(['python|x'])
})

describe('refusing', () => {
  const good = file({ cells: [code(['x\n', 'y'])] })
  const lineOf = (text: string, part: string): number => text.slice(0, text.indexOf(part)).split('\n').length
  const spoil = (part: string, by: string): [string, number] => [good.replace(part, by), lineOf(good, part)]
  test.each<[string, string | Uint8Array, string, RegExp, number | undefined]>([
    ['an empty file', ' \n', 'DB-1001', /empty/, 1],
    ['a file that is not JSON', 'hello\n', 'DB-1001', /not JSON/, 1],
    ['a source notebook by the wrong name', '# Databricks notebook source\n', 'DB-1001', /not JSON/, 1],
    ['a list', '[]', 'DB-1001', /not JSON|other JSON/, 1],
    ['other JSON', '{"a": 1}', 'DB-1001', /without nbformat and cells/, 1],
    ['bytes that are not UTF-8', new Uint8Array([...bytes('{"a":\n"'), 0xe9]), 'DB-1002', /0xe9/, 2],
    ['a merge conflict', good.replace('"x', '\n<<<<<<< HEAD\n=======\n>>>>>>> b\n"x'), 'DB-1003', /merge conflict/, 13],
    ['a file that was cut in a text', good.slice(0, good.indexOf('x\\n')), 'DB-1004', /in the middle/, 12],
    ['a file that was cut behind a cell', good.slice(0, good.indexOf(' ]\n}')), 'DB-1004', /middle/, 15], // prettier-ignore
    ['an end of zero bytes', `${good.slice(0, 40)}\0\0\0`, 'DB-1004', /zero bytes/, 4],
    ['a missing comma', spoil('"x\\n",', '"x\\n"')[0], 'DB-1011', /comma is missing/, 13],
    ['a comma too many', spoil('"y"', '"y",')[0], 'DB-1011', /comma is too many/, 14],
    ['a comment', spoil('"y"', '// what\n"y"')[0], 'DB-1011', /comment/, 13],
    ['a missing quote', spoil('"x\\n"', '"x')[0], 'DB-1011', /no end on its line/, 12],
    ['something behind the end', `${good}{}`, 'DB-1011', /behind the end/, 18],
    ['a tab in a text', spoil('x\\n', '\t')[0], 'DB-1011', /control character/, 12],
    ['cells that are no list', file({ cells: {} }), 'DB-1011', /cells are not a list/, 5],
    ['no cells', file({ worksheets: [] }), 'DB-1011', /no list of cells/, 1],
    ['a cell that is no object', file({ cells: [code('x'), 'y'] }), 'DB-1011', /not an object/, 13],
    ['a cell without a type', file({ cells: [{ source: 'x' }] }), 'DB-1011', /cell_type/, 6],
    ['a source of numbers', file({ cells: [code(['x', 1])] }), 'DB-1011', /not text/, 13],
    ['a source that is an object', file({ cells: [code({})] }), 'DB-1011', /not text/, 11],
    ['no version', file({ cells: [], nbformat: undefined }), 'DB-1011', /nbformat/, 1],
    ['a version that is text', file({ cells: [], nbformat: '4' }), 'DB-1011', /nbformat/, 3],
    ['version 2', file({ worksheets: [], nbformat: 2 }), 'DB-1012', /version 2, which is older/, 3],
    ['version 5', file({ cells: [], nbformat: 5 }), 'DB-1012', /newer/, 3],
    ['too deep nesting', `{"cells": ${'['.repeat(200_000)}`, 'DB-1011', /nested too deeply/, 1],
    ['too many bytes', new Uint8Array(100 * 1024 * 1024 + 1), 'DB-1007', /100\.0 MB/, undefined],
  ])('%s', (_, input, code, what, line) => {
    let problem: unknown
    try {
      readNotebook(typeof input === 'string' ? bytes(input) : input, 'a.ipynb')
    } catch (error) {
      problem = error
    }
    expect(problem).toBeInstanceOf(Problem)
    const { todo, place, ...told } = problem as Problem
    expect(told).toMatchObject({ code, what: expect.stringMatching(what) as string })
    expect(place).toEqual(line === undefined ? { path: 'a.ipynb' } : { path: 'a.ipynb', line })
    expect(todo).not.toContain('Databricks notebook source')
  })
})
