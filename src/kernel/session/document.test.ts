import { lstat, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { OpenDocument } from './document.ts'
import { UnsavedText } from './unsaved.ts'

let folder: string
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'dagbook-document-'))))
afterEach(() => rm(folder, { recursive: true, force: true }))

const textOf = (source: string): string => `# Databricks notebook source\n${source}\n`

/** A notebook of one cell, open. */
async function opened(name = 'notebook.py'): Promise<OpenDocument> {
  await writeFile(join(folder, name), textOf('x = 1'))
  return OpenDocument.open(join(folder, name))
}

const change = (document: OpenDocument, source: string): void =>
  document.edit(document.rev, [{ op: 'change', cell: 'c1', source }])

const written = (name = 'notebook.py'): Promise<string> => readFile(join(folder, name), 'utf8')

/** A notebook whose one cell was changed to `x = 2`, closed without a save; and how it is opened again. */
async function leftUnsaved() {
  const path = join(folder, 'notebook.py')
  const open = (): Promise<OpenDocument> => OpenDocument.open(path, '', new UnsavedText(join(folder, 'unsaved'), path))
  await writeFile(path, textOf('x = 1'))
  const document = await open()
  change(document, 'x = 2')
  await document.close()
  return { path, open }
}

test('two saves at once end with the last text in the file', async () => {
  const document = await opened()
  change(document, 'x = 2')
  const first = document.save(false)
  change(document, 'x = 3')
  await Promise.all([first, document.save(false)])
  expect(await written()).toBe(textOf('x = 3'))
  expect(document.dirty).toBe(false)
})

test('a save through a link changes the file that it leads to', async () => {
  await opened('real.py')
  await symlink(join(folder, 'real.py'), join(folder, 'link.py'))
  const document = await OpenDocument.open(join(folder, 'link.py'))
  change(document, 'x = 2')
  await document.save(false)
  expect(await written('real.py')).toBe(textOf('x = 2'))
  expect((await lstat(join(folder, 'link.py'))).isSymbolicLink()).toBe(true)
})

test('a change from outside is not written over, unless asked', async () => {
  const document = await opened()
  change(document, 'x = 2')
  await writeFile(join(folder, 'notebook.py'), textOf('x = 9'))
  await expect(document.save(false)).rejects.toMatchObject({ code: 'DB-1009' })
  expect(await written()).toBe(textOf('x = 9'))
  expect(document.dirty).toBe(true)
  await document.save(true)
  expect(await written()).toBe(textOf('x = 2'))
})

test('a save that fails leaves the edit, and nothing half-written', async () => {
  const document = await opened()
  change(document, 'x = 2')
  await rm(folder, { recursive: true })
  await expect(document.save(true)).rejects.toMatchObject({ code: 'DB-1008' })
  expect(document.dirty).toBe(true)
  expect(document.notebook.cells[0]!.source).toBe('x = 2')
})

test('after a save the folder holds the notebook alone', async () => {
  const document = await opened()
  change(document, 'x = 2')
  await document.save(false)
  expect(await readdir(folder)).toEqual(['notebook.py'])
})

test('edits are applied all or not at all', async () => {
  const document = await opened()
  const edits = [
    { op: 'change', cell: 'c1', source: 'x = 2' },
    { op: 'delete', cell: 'gone' },
  ] as const
  expect(() => document.edit(0, edits)).toThrow('gone')
  expect(document.notebook.cells[0]!.source).toBe('x = 1')
  expect(document.rev).toBe(0)
})

test('edits that were not saved are back when the notebook is opened again, and gone once saved', async () => {
  const { open } = await leftUnsaved()

  const second = await open()
  expect(second.notebook.cells[0]!.source).toBe('x = 2')
  expect(second.dirty).toBe(true)
  expect(second.recovered).not.toBeNull()
  await second.save(false)

  const third = await open()
  expect(third.recovered).toBeNull()
  expect(third.dirty).toBe(false)
})

test('recovered edits do not hide that the file was changed since', async () => {
  const { path, open } = await leftUnsaved()
  await writeFile(path, textOf('x = 9'))

  const second = await open()
  expect(second.outside).toBe(true)
  await expect(second.save(false)).rejects.toMatchObject({ code: 'DB-1009' })
  await second.reload()
  expect(second.notebook.cells[0]!.source).toBe('x = 9')
  expect((await open()).recovered).toBeNull()
})

test('without edits a changed file is taken over, and cells that are in both keep their identity', async () => {
  const path = join(folder, 'notebook.py')
  const cells = (...sources: string[]): string => textOf(sources.join('\n\n# COMMAND ----------\n\n'))
  await writeFile(path, cells('a = 1', 'b = 2'))
  const document = await OpenDocument.open(path)
  const [first, second] = document.cells.map(({ id }) => id)
  await writeFile(path, cells('a = 1', 'new = 0', 'b = 2'))
  expect(await document.lookOutside()).toBe(true)
  expect(document.cells.map(({ id }) => id)).toEqual([first, expect.stringContaining('c'), second])
  expect(document.dirty).toBe(false)
})

test('with edits a changed file is not taken over', async () => {
  const document = await opened()
  change(document, 'x = 2')
  await writeFile(join(folder, 'notebook.py'), textOf('x = 9'))
  expect(await document.lookOutside()).toBe(false)
  expect(document.outside).toBe(true)
  expect(document.notebook.cells[0]!.source).toBe('x = 2')
})

test('edits of a Jupyter notebook are back too, and a cell that was taken out comes back with its outputs', async () => {
  const path = join(folder, 'notebook.ipynb')
  const open = (): Promise<OpenDocument> => OpenDocument.open(path, '', new UnsavedText(join(folder, 'unsaved'), path))
  const output = { name: 'stdout', output_type: 'stream', text: ['1\n'] }
  const cell = {
    cell_type: 'code',
    execution_count: 4,
    metadata: { tags: ['x'] },
    outputs: [output],
    source: ['x = 1'],
  }
  const text = `${JSON.stringify({ cells: [cell, cell], metadata: {}, nbformat: 4, nbformat_minor: 4 }, null, 1)}\n`
  await writeFile(path, text)
  const first = await open()
  first.edit(0, [{ op: 'delete', cell: 'c2' }])
  first.edit(1, [{ op: 'insert', cell: 'c2', after: 'c1', kind: 'python', title: null, source: 'x = 1' }])
  expect(first.dirty).toBe(false)
  change(first, 'x = 2')
  await first.close()

  const second = await open()
  expect(second.recovered).not.toBeNull()
  await second.save(false)
  expect(await written('notebook.ipynb')).toBe(text.replace('"x = 1"', '"x = 2"'))
})
