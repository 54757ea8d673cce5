import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, typeInto } from './app.ts'

const title = (text: string) => ({ 'application/vnd.databricks.v1+cell': { nuid: 'x', showTitle: true, title: text } })
const code = (name: string, source: string[], count: number, text: string) => ({
  cell_type: 'code',
  execution_count: count,
  metadata: title(name),
  outputs: [{ name: 'stdout', output_type: 'stream', text: [text] }],
  source,
})
const ipynb = `${JSON.stringify(
  {
    cells: [
      { cell_type: 'markdown', metadata: {}, source: ['# A notebook of Jupyter'] },
      code('First', ['# one\n', 'a = 1'], 3, 'stored long ago\n'),
      code('Second', ['print("a is", a)'], 2, 'a is 99\n'),
      code('Third', ['a = 99'], 1, 'nothing\n'),
      { cell_type: 'raw', metadata: title('Notes'), source: ['kept as it is'] },
    ],
    metadata: { kernelspec: { display_name: 'Python 3', language: 'python', name: 'python3' } },
    nbformat: 4,
    nbformat_minor: 4,
  },
  null,
  1,
)}\n`

test('a Jupyter notebook is opened, run, edited and saved: only the edited line of its file changes', async ({
  page,
  start,
  cell,
}) => {
  const { file } = await start('words.ipynb', (folder) => writeFile(join(folder, 'words.ipynb'), ipynb))
  await expect(page.getByRole('heading', { name: 'A notebook of Jupyter' })).toBeVisible()
  await expect(page.getByText('kept as it is')).toBeVisible()
  // What the file holds of an earlier run is none of this session's results, and is said to be from another order.
  await expect(page.getByText('a is 99')).toHaveCount(0)
  await expect(cell('Second')).toContainText('a came from the cell third ([1]); from the top it comes from first')
  await page.getByRole('button', { name: 'Run all' }).click()
  await expect(cell('Second')).toContainText('a is 1')

  await typeInto(page, cell('First'), '# one\na = 5')
  await page.keyboard.press('Control+s')
  await expect(page.getByText('saved', { exact: true })).toBeVisible()
  expect(await readFile(file, 'utf8')).toBe(ipynb.replace('"a = 1"', '"a = 5"'))
})

test('edits of a Jupyter notebook come back, deleted cells too, and its file is followed', async ({
  page,
  start,
  cell,
}) => {
  const { file } = await start('words.ipynb', (folder) => writeFile(join(folder, 'words.ipynb'), ipynb))
  await cell('Second').hover()
  await cell('Second').getByRole('button', { name: 'Delete' }).click()
  await expect(cell('Second')).toHaveCount(0)
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(cell('Second').locator('.code-frame')).toContainText('print("a is", a)')
  await page.keyboard.press('Control+s')
  await expect(page.getByText('saved', { exact: true })).toBeVisible()
  // Its outputs and metadata are there again.
  expect(await readFile(file, 'utf8')).toBe(ipynb)

  await writeFile(file, ipynb.replace('"a = 1"', '"a = 77"'))
  await expect(cell('First').locator('.code-frame')).toContainText('a = 77')
  await typeInto(page, cell('First'), '# one\na = 8; b = 1')
  // The kernel has it.
  await expect(cell('First')).toContainText(/writes\s*a\s*b/)
  await writeFile(file, ipynb.replace('"a = 1"', '"a = 9"'))
  await page.getByRole('button', { name: /changed outside/ }).click()
  const dialog = page.getByRole('dialog', { name: 'Your text and the file differ' })
  await expect(dialog.locator('[data-kind=removed]').last()).toContainText('a = 9')
  await dialog.getByRole('button', { name: 'Keep mine' }).click()
  await expect.poll(() => readFile(file, 'utf8')).toBe(ipynb.replace('"a = 1"', '"a = 8; b = 1"'))
})

test('a Jupyter notebook is saved as source, and the page says what is not carried over', async ({
  page,
  start,
  cell,
}) => {
  const { folder } = await start('words.ipynb', (where) => writeFile(join(where, 'words.ipynb'), ipynb))
  await page.getByRole('button', { name: 'words', exact: true }).click()
  await page.getByRole('menuitem', { name: 'Save as source notebook' }).click()
  await expect(page.locator('.notice')).toContainText('The stored outputs of 3 cells')
  await expect(cell('First').locator('.code-frame')).toContainText('a = 1')
  await expect.poll(() => readFile(join(folder, 'words.py'), 'utf8')).toContain('# DBTITLE 1,First\n# one\na = 1\n')
  expect(await readFile(join(folder, 'words.ipynb'), 'utf8')).toBe(ipynb)
})
