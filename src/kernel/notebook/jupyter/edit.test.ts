import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Problem } from '../../problem/index.ts'
import {
  type CellKind,
  convertNotebook,
  deleteCell,
  editCell,
  fileLine,
  insertCell,
  moveCell,
  newNotebook,
  type Notebook,
  readNotebook,
  writeNotebook,
} from '../index.ts'

const read = (text: string, path = 'a.ipynb'): Notebook => readNotebook(new TextEncoder().encode(text), path)
const reread = (notebook: Notebook): Notebook => read(writeNotebook(notebook))
const shown = (notebook: Notebook) => notebook.cells.map(({ kind, title, source }) => ({ kind, title, source }))
const places = (notebook: Notebook) => notebook.cells.map(({ line, text }) => ({ line, text }))

/** A file as Jupyter writes it, with one cell. */
function oneCell(cell: Record<string, unknown>, metadata: Record<string, unknown> = {}): string {
  return `${JSON.stringify({ cells: [cell], metadata, nbformat: 4, nbformat_minor: 5 }, null, 1)}\n`
}
const code = (source: unknown, more: Record<string, unknown> = {}) => ({
  cell_type: 'code',
  execution_count: 3,
  id: 'abc',
  metadata: { tags: ['x'] },
  outputs: [{ name: 'stdout', output_type: 'stream', text: ['1\n'] }],
  source,
  ...more,
})
const text = (type: string, source: unknown) => ({ cell_type: type, id: 'abc', metadata: {}, source })
const fromDatabricks = { 'application/vnd.databricks.v1+notebook': { language: 'python' } }
const titled = (title: string, showTitle = true) => ({
  tags: ['x'],
  'application/vnd.databricks.v1+cell': { showTitle, title },
})

describe('editing', () => {
  test.each<[string, object, Parameters<typeof editCell>[2], object, object?]>([
    ['code, and its outputs stay', code(['a\n', 'b']), { source: 'a\nc\nb' }, code(['a\n', 'c\n', 'b'])],
    ['a source that is one text', code('a\nb'), { source: 'a\nc' }, code('a\nc')],
    ['a source that is one text in a list', code(['a\nb']), { source: 'a\nc' }, code(['a\nc'])],
    ['a source to nothing', code(['a']), { source: '' }, code([])],
    ['nothing to a source', code([]), { source: 'a\n' }, code(['a\n'])],
    ['Windows line ends in the source', code(['a\r\n', 'b']), { source: 'a\nb\nc' }, code(['a\r\n', 'b\r\n', 'c'])],
    ['SQL', code(['%%sql\n', 'select 1']), { source: 'select 2' }, code(['%%sql\n', 'select 2'])],
    ['SQL behind its word', code(['%sql select 1']), { source: 'select 2' }, code(['%sql select 2'])],
    ['it over two lines', code(['%sql select 1']), { source: 'select\n2' }, code(['%%sql\n', 'select\n', '2'])],
    ['it in Databricks', code(['%sql a']), { source: 'a\nb' }, code(['%sql a\n', 'b']), fromDatabricks],
    ['python to SQL', code(['select 1']), { kind: 'sql' }, code(['%%sql\n', 'select 1'])],
    ['that in Databricks', code(['select 1']), { kind: 'sql' }, code(['%sql\n', 'select 1']), fromDatabricks],
    ['a magic that is typed', code([]), { source: '%%bash\nls' }, code(['%%bash\n', 'ls'])],
    ['python typed below pip', code(['%pip install a']), { source: 'install a\nb' }, code(['%pip install a\n', 'b'])],
    ['Markdown', text('markdown', ['# A']), { source: '# B\n' }, text('markdown', ['# B\n'])],
    [
      'python to Markdown',
      code(['a']),
      { kind: 'markdown' },
      { ...text('markdown', ['a']), metadata: { tags: ['x'] } },
    ],
    [
      'Markdown to python',
      text('markdown', ['a']),
      { kind: 'python' },
      { cell_type: 'code', execution_count: null, id: 'abc', metadata: {}, outputs: [], source: ['a'] },
    ],
    ['raw text', text('raw', 'a'), { source: 'b' }, text('raw', 'b')],
    [
      'a first title',
      code(['a']),
      { title: 'T' },
      code(['a'], {
        metadata: { 'application/vnd.databricks.v1+cell': { showTitle: true, title: 'T' }, tags: ['x'] },
      }),
    ],
    ['another title', code(['a'], { metadata: titled('T') }), { title: 'U' }, code(['a'], { metadata: titled('U') })],
    ['no title', code(['a'], { metadata: titled('T') }), { title: null }, code(['a'], { metadata: titled('', false) })],
  ])('%s', (_, before, edit, after, metadata = {}) => {
    const file = oneCell(before as Record<string, unknown>, metadata as Record<string, unknown>)
    const edited = editCell(read(file), 0, edit)
    expect(writeNotebook(edited)).toBe(oneCell(after as Record<string, unknown>, metadata as Record<string, unknown>))
    expect(places(reread(edited))).toEqual(places(edited))
  })

  test('nothing but the changed line of a source changes, however the file is laid out', () => {
    const file =
      '{ "nbformat":4,"nbformat_minor" : 2,\r\n\t"metadata":{},"cells":[\r\n{"source":["# \\u00e9\\n","x\\u003d1","\\n", "y"], "cell_type" :"code","outputs":[ NaN ]}]}'
    const edited = writeNotebook(editCell(read(file), 0, { source: '# é\nx=1\nz' }))
    // Lines that are cut in an odd way are written as lines.
    expect(edited).toBe(file.replace('"x\\u003d1","\\n", "y"', '"x\\u003d1\\n","z"'))
    const compact = '{"cells":[{"cell_type":"code","source":"a\\nb"}],"metadata":{},"nbformat":4,"nbformat_minor":5}'
    expect(writeNotebook(editCell(read(compact), 0, { source: 'a\nc' }))).toBe(compact.replace('\\nb', '\\nc'))
    expect(writeNotebook(insertCell(read(compact), 1, { kind: 'markdown', title: null, source: 'é' }))).toMatch(
      /^\{"cells":\[\{"cell_type":"code","source":"a\\nb"\},\{"cell_type":"markdown","id":"\w{8}","metadata":\{\},"source":"é"\}\],"metadata"/,
    )
  })

  test('letters are escaped where the file escapes them', () => {
    const file = oneCell(code(['# é', ''])).replaceAll('é', '\\u00e9')
    expect(writeNotebook(editCell(read(file), 0, { source: '# é\nß' }))).toContain('"# \\u00e9\\n",\n    "\\u00df"')
  })

  test('version 3: code has input and a language, headings are cells of their own', () => {
    const sheet = (...cells: object[]) =>
      `${JSON.stringify({ metadata: { name: '' }, nbformat: 3, nbformat_minor: 0, worksheets: [{ cells, metadata: {} }] }, null, 1)}\n`
    const old = { cell_type: 'code', collapsed: false, input: ['a'], language: 'python', metadata: {}, outputs: [], prompt_number: 2 } // prettier-ignore
    const heading = { cell_type: 'heading', level: 2, metadata: {}, source: ['Title'] }
    const file = sheet(old, heading)
    const notebook = read(file)
    expect(shown(notebook).map(({ kind, source }) => `${kind} ${source}`)).toEqual(['python a', 'markdown ## Title'])
    const edit = (index: number, change: Parameters<typeof editCell>[2]) =>
      writeNotebook(editCell(notebook, index, change))
    expect(edit(0, { source: 'b' })).toBe(sheet({ ...old, input: ['b'] }, heading))
    expect(edit(0, { kind: 'markdown' })).toBe(sheet({ cell_type: 'markdown', source: ['a'], metadata: {} }, heading))
    expect(edit(1, { source: '## Other' })).toBe(sheet(old, { ...heading, source: ['Other'] }))
    expect(edit(1, { source: 'text' })).toBe(sheet(old, { cell_type: 'markdown', metadata: {}, source: ['text'] }))
    const fresh = { cell_type: 'code', collapsed: false, input: ['c'], language: 'python', metadata: {}, outputs: [] }
    expect(writeNotebook(insertCell(notebook, 1, { kind: 'python', title: null, source: 'c' }))).toBe(
      sheet(old, fresh, heading),
    )
    const empty = sheet().replace(/\[\s*\{\s*"cells": \[\],\s*"metadata": \{\}\s*\}\s*\]/, '[]')
    expect(writeNotebook(insertCell(read(empty), 0, { kind: 'python', title: null, source: 'c' }))).toBe(sheet(fresh))
  })

  test('a new cell gets an id that no other has, where the version wants one', () => {
    const add = (notebook: Notebook) => insertCell(notebook, 0, { kind: 'python', title: null, source: 'x' })
    const notebook = add(add(add(read(oneCell(code(['a']))))))
    const ids = [...writeNotebook(notebook).matchAll(/"id": "([^"]+)"/g)].map(([, id]) => id)
    expect(new Set(ids).size).toBe(4)
    const older = oneCell(code(['a'])).replace('"nbformat_minor": 5', '"nbformat_minor": 4')
    expect(writeNotebook(add(read(older)))).not.toMatch(/"id": "(?!abc)/)
  })

  test('a cell that was taken out comes back with its outputs', () => {
    const notebook = read(oneCell(code(['a'])))
    const gone = notebook.cells[0]!
    const back = insertCell(deleteCell(notebook, 0), 0, gone, gone)
    expect(writeNotebook(back)).toBe(writeNotebook(notebook))
  })

  test('a new notebook grows as Jupyter writes it', () => {
    let notebook = newNotebook('python', 'jupyter')
    expect(reread(notebook)).toEqual(notebook)
    notebook = insertCell(notebook, 0, { kind: 'python', title: 'Load', source: 'a = 1\nb' })
    notebook = insertCell(notebook, 0, { kind: 'markdown', title: null, source: '# Title' })
    const parsed = JSON.parse(writeNotebook(notebook)) as { cells: unknown[] }
    expect(writeNotebook(notebook)).toBe(`${JSON.stringify(parsed, null, 1)}\n`)
    expect(parsed.cells).toHaveLength(2)
  })

  test.each<[string, string, Parameters<typeof editCell>[2]]>([
    ['a zero byte', 'python', { source: 'a\0' }],
    ['half a character', 'python', { source: '\ud800' }],
    ['a magic, if it shall be python', 'python', { kind: 'python', source: '%%sql\na' }],
    ['Python in a notebook of another kernel', 'julia', { kind: 'python' }],
  ])('refuses %s', (_, language, edit) => {
    const notebook = read(oneCell(code(['a']), { kernelspec: { language } }))
    expect(() => editCell(notebook, 0, edit)).toThrow('DB-1010')
  })

  test('a line of a cell is found in the file', () => {
    const notebook = read(oneCell(code(['%%sql\n', 'a\n', 'b'])))
    const lines = writeNotebook(notebook).split('\n')
    expect([1, 2].map((line) => lines[fileLine(notebook, notebook.cells[0]!, line) - 1]!.trim())).toEqual(['"a\\n",', '"b"']) // prettier-ignore
    const one = read(oneCell(code('a\nb')))
    expect(writeNotebook(one).split('\n')[fileLine(one, one.cells[0]!, 2) - 1]).toContain('"a\\nb"')
  })
})

const nasty = [
  '%sql', '%%sql', '%sql select 1', '%md x', '%%bash', '%%bash -s x', '%run ./x', '%run', '%pip install a', '%matplotlib inline',
  '%%time', '%%writefile a.py', '%%html', '%python', '%scala', '!ls', '# COMMAND ----------', '# MAGIC %sql', '# DBTITLE 1,x',
  'x = 1', '  y', 'é 𝒳', '"', '\\', '\\n', '\u2028', '\t', '\r', '', '', '', ' ', '<<<<<<< a', '=======', '>>>>>>> b', '```', '## a',
] // prettier-ignore
const piece = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...nasty) },
  fc.string({ unit: 'grapheme', maxLength: 6 }),
)
const source = fc.array(piece, { maxLength: 5 }).map((lines) => lines.join('\n').replaceAll('\0', ''))
/** A source as files have it: one text, its lines, or cut anywhere. */
const storedSource = source.chain((whole) =>
  fc.oneof(
    fc.constant<string | string[]>(whole),
    fc.constant(whole.match(/[^\n]*\n|[^\n]+$/g) ?? []),
    fc.array(source, { maxLength: 3 }),
  ),
)
const title = fc.constantFrom(null, 'T', ' a "b" ')
const metadata = fc.oneof(
  fc.constant({}),
  fc.constant({ tags: ['x'], collapsed: true }),
  title.map((given) => ({ 'application/vnd.databricks.v1+cell': { nuid: 'n', showTitle: true, title: given ?? '' } })),
)
const output = fc.constantFrom(
  { output_type: 'stream', name: 'stdout', text: ['cells": [{\n', 'é'] },
  { output_type: 'display_data', data: { 'text/html': '<b>[{"source": []}]' }, metadata: {} },
)
const cellOf4 = fc.oneof(
  fc.record({
    cell_type: fc.constant('code'),
    execution_count: fc.option(fc.nat(99)),
    metadata,
    outputs: fc.array(output, { maxLength: 2 }),
    source: storedSource,
  }),
  fc.record({ cell_type: fc.constantFrom('markdown', 'raw', 'unheard'), metadata, source: storedSource }),
)
const cellOf3 = fc.oneof(
  fc.record({
    cell_type: fc.constant('code'),
    collapsed: fc.boolean(),
    input: storedSource,
    language: fc.constantFrom('python', 'R', 'julia'),
    metadata,
    outputs: fc.array(output, { maxLength: 1 }),
  }),
  fc.record({ cell_type: fc.constantFrom('markdown', 'html'), metadata, source: storedSource }),
  fc.record({
    cell_type: fc.constant('heading'),
    level: fc.integer({ min: 1, max: 6 }),
    metadata,
    source: storedSource,
  }),
)
const fileMetadata = fc.constantFrom(
  {},
  { kernelspec: { name: 'python3', language: 'python' } },
  { 'application/vnd.databricks.v1+notebook': { language: 'sql' } },
  fromDatabricks,
  { language_info: { name: 'scala' } },
  { kernelspec: { name: 'julia-1.9' } },
)
const file4 = fc.record({
  cells: fc.array(cellOf4, { maxLength: 4 }),
  metadata: fileMetadata,
  nbformat: fc.constant(4),
  nbformat_minor: fc.constantFrom(0, 4, 5),
})
const file3 = fc.record({
  metadata: fileMetadata,
  nbformat: fc.constant(3),
  nbformat_minor: fc.constant(0),
  worksheets: fc.array(fc.record({ cells: fc.array(cellOf3, { maxLength: 3 }), metadata: fc.constant({}) }), {
    maxLength: 3,
  }),
})
/** The text of a Jupyter notebook, in many layouts. */
const notebookText = fc
  .tuple(
    fc.oneof({ weight: 3, arbitrary: file4 }, file3),
    fc.constantFrom<(string | number)[]>(1, 2, '\t', 0),
    fc.constantFrom('\n', '\r\n'),
    fc.constantFrom('', '\ufeff'),
    fc.constantFrom('', '\n', ' \n\n'),
    fc.boolean(),
  )
  .map(([value, indent, eol, mark, end, ascii]) => {
    const json = JSON.stringify(value, null, indent).replaceAll('\n', eol)
    const letters = (whole: string) =>
      whole.replace(/[^\x00-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    return mark + (ascii ? letters(json) : json) + end
  })

const kind = fc.constantFrom<CellKind[]>('python', 'sql', 'markdown', 'run', 'pip', 'sh', 'fs', 'scala', 'r', 'magic', 'raw') // prettier-ignore
const plain = (whole: string): string => whole.replace(/\r\n?/g, '\n')

/** Runs an edit; what the format cannot hold is refused, and then there is nothing to compare. */
function attempt(edit: () => Notebook): Notebook | null {
  try {
    return edit()
  } catch (error) {
    if (error instanceof Problem && error.code === 'DB-1010') return null
    throw error
  }
}

describe('for every notebook', () => {
  test('read and write is the identity, and lines are the lines of the file', () => {
    fc.assert(
      fc.property(notebookText, (file) => {
        const notebook = read(file)
        expect(writeNotebook(notebook)).toBe(file)
        for (const cell of notebook.cells) expect(cell.line).toBeLessThanOrEqual(file.split('\n').length)
      }),
      { numRuns: 1000 },
    )
  })

  test('any bytes come back, or are refused by a Problem', () => {
    fc.assert(
      fc.property(
        notebookText,
        fc.nat(),
        fc.nat({ max: 30 }),
        fc.uint8Array({ maxLength: 8 }),
        (file, at, cut, put) => {
          const whole = [...new TextEncoder().encode(file)]
          const bytes = new Uint8Array(whole.toSpliced(at % whole.length, cut, ...put))
          let notebook
          try {
            notebook = readNotebook(bytes, 'a.ipynb')
          } catch (error) {
            expect(error).toBeInstanceOf(Problem)
            expect((error as Problem).place).toMatchObject({ path: 'a.ipynb' })
            expect((error as Problem).code).not.toBe('DB-1999')
            return
          }
          expect(new TextEncoder().encode(writeNotebook(notebook))).toEqual(bytes)
        },
      ),
      { numRuns: 1000 },
    )
  })

  test('an edit gives back what was set, and touches no other cell', () => {
    fc.assert(
      fc.property(
        notebookText,
        fc.nat(),
        source,
        kind,
        title,
        fc.boolean(),
        (file, at, newSource, newKind, newTitle, all) => {
          const notebook = read(file)
          if (notebook.cells.length === 0) return
          const index = at % notebook.cells.length
          const now = notebook.cells[index]!
          const edit = all
            ? { kind: newKind, title: newTitle, source: newSource }
            : { kind: now.kind, source: newSource }
          const edited = attempt(() => editCell(notebook, index, edit))
          if (edited === null) return
          const wanted = { kind: edit.kind, title: all ? newTitle : now.title, source: plain(newSource) }
          if (now.kind === wanted.kind && now.title === wanted.title && now.source === newSource)
            wanted.source = newSource
          expect(shown(reread(edited))).toEqual(shown(notebook).with(index, wanted))
          expect(places(reread(edited))).toEqual(places(edited))
          expect(edited.cells.map(({ text }) => text).toSpliced(index, 1)).toEqual(
            notebook.cells.map(({ text }) => text).toSpliced(index, 1),
          )
          expect([edited.preamble, edited.postamble]).toEqual([notebook.preamble, notebook.postamble])
          type Stored = { outputs?: unknown; execution_count?: unknown }
          const [was, is] = [now, edited.cells[index]!].map((cell) => JSON.parse(cell.text.body) as Stored)
          if (wanted.kind === now.kind && was!.outputs !== undefined)
            expect([is!.outputs, is!.execution_count]).toEqual([was!.outputs, was!.execution_count])
        },
      ),
      { numRuns: 1000 },
    )
  })

  test('what is typed is kept, whatever magic it begins with', () => {
    fc.assert(
      fc.property(notebookText, fc.nat(), source, (file, at, typed) => {
        const notebook = read(file)
        if (notebook.cells.length === 0) return
        const index = at % notebook.cells.length
        const edited = attempt(() => editCell(notebook, index, { source: typed }))
        if (edited === null) return
        const { source: kept } = edited.cells[index]!
        // A word that says what the cell is may go from its text, or stay in it with what was typed below.
        expect(plain(typed).endsWith(kept) || kept.endsWith(plain(typed))).toBe(true)
        expect(shown(reread(edited))).toEqual(shown(edited))
      }),
      { numRuns: 500 },
    )
  })

  test('inserting, deleting and moving keep the bytes of each cell', () => {
    fc.assert(
      fc.property(notebookText, fc.nat(), fc.nat(), source, kind, title, (file, a, b, newSource, newKind, newTitle) => {
        const notebook = read(file)
        const count = notebook.cells.length
        const bodies = notebook.cells.map((cell) => cell.text.body)
        const cell = { kind: newKind, title: newTitle, source: newSource }
        const at = a % (count + 1)
        const inserted = attempt(() => insertCell(notebook, at, cell))
        if (inserted !== null) {
          expect(shown(reread(inserted))).toEqual(
            shown(notebook).toSpliced(at, 0, { ...cell, source: plain(newSource) }),
          )
          expect(inserted.cells.map((each) => each.text.body).toSpliced(at, 1)).toEqual(bodies)
          expect(places(reread(inserted))).toEqual(places(inserted))
        }
        if (count === 0) return
        const [from, to] = [a % count, b % count]
        const less = deleteCell(notebook, from)
        expect(less.cells.map((each) => each.text.body)).toEqual(bodies.toSpliced(from, 1))
        expect(places(reread(less))).toEqual(places(less))
        const moved = moveCell(notebook, from, to)
        expect(moved.cells.map((each) => each.text.body)).toEqual(
          bodies.toSpliced(from, 1).toSpliced(to, 0, bodies[from]!),
        )
        expect(places(reread(moved))).toEqual(places(moved))
      }),
      { numRuns: 1000 },
    )
  })

  test('as source and back the cells stay, but for what the source format has no word for', () => {
    fc.assert(
      fc.property(notebookText, (file) => {
        const notebook = read(file)
        const made = attempt(() => convertNotebook(notebook, 'source').notebook)
        if (made === null) return
        const ending = { python: 'py', sql: 'sql', scala: 'scala', r: 'r' }[notebook.language]
        const again = read(writeNotebook(made), `a.${ending}`)
        expect(shown(again)).toEqual(shown(made))
        expect(again.cells).toHaveLength(notebook.cells.length)
        notebook.cells.forEach((cell, index) => {
          if (['raw', 'magic', 'python'].includes(cell.kind))
            expect(again.cells[index]!.source).toContain(plain(cell.source)) // prettier-ignore
          else expect(again.cells[index]).toMatchObject({ kind: cell.kind, source: plain(cell.source) })
        })
        const back = attempt(() => convertNotebook(again, 'jupyter').notebook)
        if (back !== null) expect(shown(reread(back))).toEqual(shown(again))
      }),
      { numRuns: 500 },
    )
  })
})
