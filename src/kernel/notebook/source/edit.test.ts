import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Problem } from '../../problem/index.ts'
import {
  type CellKind,
  deleteCell,
  editCell,
  insertCell,
  moveCell,
  newNotebook,
  type Notebook,
  readNotebook,
  writeNotebook,
} from '../index.ts'

const header = '# Databricks notebook source\n'
const encode = (text: string): Uint8Array => new TextEncoder().encode(text)
const read = (text: string, path = 'a.py'): Notebook => readNotebook(encode(text), path)
const reread = (notebook: Notebook): Notebook => read(writeNotebook(notebook))
const shown = (notebook: Notebook) => notebook.cells.map(({ kind, title, source }) => ({ kind, title, source }))

describe('editing', () => {
  test.each<[string, string, Parameters<typeof editCell>[2], string]>([
    ['code', 'a = 1\n', { source: 'a = 2\nb' }, 'a = 2\nb\n'],
    [
      'a magic on its own line',
      '# MAGIC %sql\n# MAGIC SELECT 1\n',
      { source: 'SELECT\n\n2' },
      '# MAGIC %sql\n# MAGIC SELECT\n# MAGIC\n# MAGIC 2\n',
    ],
    ['a magic with text behind the word', '# MAGIC %sql SELECT 1\n', { source: 'SELECT 2' }, '# MAGIC %sql SELECT 2\n'],
    ['a magic without MAGIC', '%pip install a\n', { source: 'install b' }, '%pip install b\n'],
    [
      'the odd lines of a magic stay',
      '#MAGIC  %md\n# MAGICa\nb\n',
      { source: 'a\nc' },
      '#MAGIC  %md\n# MAGICa\n# MAGIC c\n',
    ],
    ['python to SQL', 'a\n\nb\n', { kind: 'sql' }, '# MAGIC %sql\n# MAGIC a\n# MAGIC\n# MAGIC b\n'],
    ['SQL to Markdown', '# MAGIC %sql\n# MAGIC a\n', { kind: 'markdown' }, '# MAGIC %md\n# MAGIC a\n'],
    ['Markdown to python', '# MAGIC %md a\n# MAGIC b\n', { kind: 'python' }, 'a\nb\n'],
    ['a title added', 'a\n', { title: 'T' }, '# DBTITLE 1,T\na\n'],
    ['a title taken away', '# DBTITLE 1,T\na\n', { title: null }, 'a\n'],
    ['a hidden title changed', '# DBTITLE 0,\na\n', { title: 'T' }, '# DBTITLE 1,T\na\n'],
    ['a magic typed into a code cell', 'a\n', { source: '%sql\nSELECT 1' }, '# MAGIC %sql\n# MAGIC SELECT 1\n'],
    [
      'a code cell that has a separator in a magic',
      '# MAGIC %md\n# MAGIC a\n',
      { source: '# COMMAND ----------' },
      '# MAGIC %md\n# MAGIC # COMMAND ----------\n',
    ],
    [
      'a bare magic made safe',
      '%sh ls\n',
      { source: 'ls\n# COMMAND ----------' },
      '# MAGIC %sh\n# MAGIC ls\n# MAGIC # COMMAND ----------\n',
    ],
    [
      'a comment that would be an environment block',
      'a\n',
      { source: '# /// script\n# ///\na' },
      '\n# /// script\n# ///\na\n',
    ],
  ])('%s', (_, before, edit, after) => {
    const edited = editCell(read(header + before), 0, edit)
    expect(writeNotebook(edited)).toBe(header + after)
    expect(reread(edited).cells.map(({ line }) => line)).toEqual(edited.cells.map(({ line }) => line))
  })

  test.each<[string, Parameters<typeof editCell>[2], number]>([
    ['a separator', { source: 'a\n# COMMAND ----------\nb' }, 2],
    ['a MAGIC line on top', { source: '\n# MAGIC %sql' }, 2],
    ['a title line on top', { source: '# DBTITLE 1,x\na' }, 1],
    ['a magic, if it shall be python', { kind: 'python', source: '%sql\na' }, 1],
    ['a merge conflict', { source: '"""\n<<<<<<< a\n=======\n>>>>>>> b\n"""' }, 2],
    ['a zero byte', { source: 'a\n\0' }, 2],
    ['half a character', { source: 'a\n\ud800' }, 2],
    ['a title of two lines', { title: 'a\nb' }, 1],
  ])('refuses %s, and says the line', (_, edit, line) => {
    const attempt = () => editCell(read(`${header}a = 1\n`), 0, edit)
    expect(attempt).toThrow(Problem)
    try {
      attempt()
    } catch (error) {
      expect(error).toMatchObject({ code: 'DB-1010', place: { line } })
    }
  })

  test('an edit without change gives the same notebook', () => {
    const notebook = read(`${header}a = 1`)
    expect(editCell(notebook, 0, { source: 'a = 1', title: null, kind: 'python' })).toBe(notebook)
  })

  test('cells below are numbered anew', () => {
    const notebook = read(`${header}a\n\n# COMMAND ----------\n\n# MAGIC %sql\n# MAGIC b\n`)
    expect(editCell(notebook, 0, { source: 'a\na\na' }).cells.map(({ line }) => line)).toEqual([2, 9])
  })

  test('a new notebook grows as Databricks writes it', () => {
    let notebook = newNotebook('python')
    notebook = insertCell(notebook, 0, { kind: 'python', title: 'Load', source: 'a = 1' })
    notebook = insertCell(notebook, 0, { kind: 'markdown', title: null, source: '# Title' })
    notebook = insertCell(notebook, 2, { kind: 'run', title: null, source: './x' })
    expect(writeNotebook(notebook)).toBe(
      `${header}# MAGIC %md\n# MAGIC # Title\n\n# COMMAND ----------\n\n# DBTITLE 1,Load\na = 1\n\n` +
        '# COMMAND ----------\n\n# MAGIC %run ./x\n',
    )
  })

  test('there is no cell to edit behind the last', () => {
    expect(() => editCell(newNotebook('python'), 0, { source: 'a' })).toThrow('DB-1301')
    expect(() => moveCell(read(`${header}a`), 0, 1)).toThrow('DB-1301')
  })
})

const nasty = [
  '# COMMAND ----------',
  '# COMMAND ---------- ',
  '#COMMAND ----------',
  '# COMMAND -----------',
  '# MAGIC %sql',
  '# MAGIC',
  '# MAGIC ',
  '# MAGIC SELECT 1',
  '#MAGIC %md',
  '# MAGIC%md x',
  '# MAGICa',
  '# MAGIC %sql SELECT 1',
  '# MAGIC %run ./x',
  '# MAGIC %weird a b',
  '# MAGIC %%x',
  '%pip install a',
  '%sql',
  '%sql ',
  '%sql  x',
  '%md-sandbox',
  '# DBTITLE 1,Title',
  '# DBTITLE 0,',
  '# DBTITLE x',
  '# /// script',
  '# ///',
  '# x = 1',
  'x = 1',
  '  y',
  'é 𝒳',
  '',
  '',
  '',
  ' ',
  '\t',
  '\f',
  '\r',
  '=======',
  '<<<<<<<',
  '"""',
  '-- COMMAND ----------',
]
const piece = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...nasty) },
  fc.string({ unit: 'grapheme', maxLength: 6 }),
)
const end = fc.oneof({ weight: 6, arbitrary: fc.constant('\n') }, fc.constantFrom('\r\n', ''))
const line = fc.tuple(piece, end).map(([text, stop]) => text.replaceAll('\0', '') + stop)

/** The text of a notebook made of nasty lines; those that are refused as notebooks are left out. */
const notebookText = fc
  .tuple(
    fc.constantFrom('', '', '', '\ufeff'),
    fc.constantFrom('\n', '\r\n', '\n\n'),
    fc.array(line, { maxLength: 24 }),
  )
  .map(([mark, first, lines]) => mark + header.trim() + first + lines.join(''))
  .filter((text) => readable(text))

function readable(text: string): boolean {
  try {
    read(text)
    return true
  } catch (error) {
    return !(error instanceof Problem) || !['DB-1003', 'DB-1004'].includes(error.code)
  }
}

const source = fc.array(piece, { maxLength: 5 }).map((lines) => lines.join('\n').replaceAll('\0', ''))
const kind = fc.constantFrom<CellKind[]>('python', 'sql', 'markdown', 'run', 'pip', 'sh', 'fs', 'scala', 'r', 'magic')
const title = fc.oneof(fc.constant(null), fc.constantFrom('T', '', ' a,b '))
/** The line ends and half characters that an edit makes plain. */
const plain = (text: string): string => text.replace(/\r\n?/g, '\n')

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
  test('read and write is the identity', () => {
    fc.assert(
      fc.property(notebookText, (text) => {
        expect(writeNotebook(read(text))).toBe(text)
      }),
      { numRuns: 1000 },
    )
  })

  test('bytes behind the header come back, or are refused by a Problem', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (tail) => {
        const bytes = new Uint8Array([...encode(header), ...tail])
        let notebook
        try {
          notebook = readNotebook(bytes, 'a.py')
        } catch (error) {
          expect(error).toBeInstanceOf(Problem)
          return
        }
        expect(encode(writeNotebook(notebook))).toEqual(bytes)
      }),
      { numRuns: 1000 },
    )
  })

  test('lines are the lines of the file', () => {
    fc.assert(
      fc.property(notebookText, (text) => {
        const lines = text.split('\n')
        for (const cell of read(text).cells) {
          const first = cell.source.split('\n')[0]!
          if (cell.source !== '') expect(lines[cell.line - 1]).toContain(first)
        }
      }),
    )
  })

  test('an edit gives back what was set, and touches no other line', () => {
    fc.assert(
      fc.property(
        notebookText,
        fc.nat(),
        source,
        kind,
        title,
        fc.boolean(),
        (text, at, newSource, newKind, newTitle, all) => {
          const notebook = read(text)
          if (notebook.cells.length === 0) return
          const index = at % notebook.cells.length
          const now = notebook.cells[index]!
          const edit = all
            ? { kind: newKind, title: newTitle, source: newSource }
            : { kind: now.kind, source: newSource }
          const edited = attempt(() => editCell(notebook, index, edit))
          if (edited === null) return
          const wanted = { kind: edit.kind, title: all ? newTitle : now.title, source: plain(newSource) }
          const others = shown(notebook).map((cell, each) => (each === index ? wanted : cell))
          expect(shown(edited)).toEqual(others)
          expect(shown(reread(edited))).toEqual(others)
          expect(reread(edited).cells.map((cell) => cell.line)).toEqual(edited.cells.map((cell) => cell.line))
          edited.cells.forEach((cell, each) => {
            if (each !== index) expect(cell.text).toEqual(notebook.cells[each]!.text)
          })
        },
      ),
      { numRuns: 1000 },
    )
  })

  test('an edit of the last line of a cell changes that line only', () => {
    fc.assert(
      fc.property(notebookText, fc.nat(), (text, at) => {
        const notebook = read(text)
        if (notebook.cells.length === 0) return
        const index = at % notebook.cells.length
        const edited = attempt(() => editCell(notebook, index, { source: `${notebook.cells[index]!.source}z` }))
        const { source: before, text: place } = notebook.cells[index]!
        // A cell without a line gets one, an edit may make it a magic, and what was safe may need MAGIC now.
        if (edited === null || before === '' || edited.cells[index]!.kind !== notebook.cells[index]!.kind) return
        if (
          plain(before) !== before ||
          !place.body.includes('MAGIC') !== !edited.cells[index]!.text.body.includes('MAGIC')
        )
          return
        const was = text.split('\n')
        const is = writeNotebook(edited).split('\n')
        if (was.length !== is.length) return expect(before.split('\n').at(-1)).toBe('')
        expect(was.filter((each, row) => each !== is[row]).length).toBe(1)
      }),
      { numRuns: 1000 },
    )
  })

  test('inserting keeps all others', () => {
    fc.assert(
      fc.property(notebookText, fc.nat(), source, kind, title, (text, at, newSource, newKind, newTitle) => {
        const notebook = read(text)
        const index = at % (notebook.cells.length + 1)
        const cell = { kind: newKind, title: newTitle, source: newSource }
        const inserted = attempt(() => insertCell(notebook, index, cell))
        if (inserted === null) return
        const wanted = shown(notebook)
        wanted.splice(index, 0, { ...cell, source: plain(newSource) })
        expect(shown(reread(inserted))).toEqual(wanted)
        const bodies = notebook.cells.map((each) => each.text.body)
        expect(inserted.cells.map((each) => each.text.body).toSpliced(index, 1)).toEqual(bodies)
        expect(reread(inserted).cells.map((each) => each.line)).toEqual(inserted.cells.map((each) => each.line))
      }),
      { numRuns: 1000 },
    )
  })

  test('deleting and moving keep the bytes of each cell', () => {
    fc.assert(
      fc.property(notebookText, fc.nat(), fc.nat(), (text, a, b) => {
        const notebook = read(text)
        const count = notebook.cells.length
        if (count === 0) return
        const [from, to] = [a % count, b % count]
        const bodies = notebook.cells.map((cell) => cell.text.body)

        const less = deleteCell(notebook, from)
        expect(less.cells.map((cell) => cell.text.body)).toEqual(bodies.toSpliced(from, 1))
        expect(shown(reread(less))).toEqual(shown(notebook).toSpliced(from, 1))

        const moved = moveCell(notebook, from, to)
        const order = shown(notebook).toSpliced(from, 1).toSpliced(to, 0, shown(notebook)[from]!)
        expect(moved.cells.map((cell) => cell.text.body)).toEqual(
          bodies.toSpliced(from, 1).toSpliced(to, 0, bodies[from]!),
        )
        expect(shown(reread(moved))).toEqual(order)
        expect(reread(moved).cells.map((cell) => cell.line)).toEqual(moved.cells.map((cell) => cell.line))
      }),
      { numRuns: 1000 },
    )
  })

  test('moving there and back gives the same bytes where the file is as Databricks writes it', () => {
    const text = `${header}a\n\n# COMMAND ----------\n\n# MAGIC %md b\n\n# COMMAND ----------\n\nc\n`
    expect(writeNotebook(moveCell(moveCell(read(text), 0, 2), 2, 0))).toBe(text)
  })
})
