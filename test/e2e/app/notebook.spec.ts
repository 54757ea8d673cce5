import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { expect, notebookText, test, typeInto } from './app.ts'

const chain = notebookText({
  First: 'a = 1',
  Second: 'b = a + 1\nprint("b is", b)',
  Third: 'c = b * 10\nprint("c is", c)',
  Apart: 'print("on its own")',
})

test('a notebook opens with its cells, its graph and nothing fresh', async ({ page, openNotebook, cell, node }) => {
  await openNotebook(chain)
  await expect(page.getByRole('heading', { name: 'notebook' })).toBeVisible()
  await expect(page.locator('.react-flow__node')).toHaveCount(4)
  await expect(node('Second')).toHaveAttribute('data-state', 'stale')
  await expect(cell('Second')).toHaveAttribute('data-state', 'stale')
})

test('running all makes everything fresh; an edit makes stale what depends on it at once', async ({
  page,
  openNotebook,
  cell,
  node,
}) => {
  await openNotebook(chain)
  await page.getByRole('button', { name: 'Run all' }).click()
  await expect(cell('Third')).toContainText('c is 20')
  await expect(page.locator('.node[data-state="fresh"]')).toHaveCount(4)

  await typeInto(page, cell('First'), 'a = 2')
  for (const title of ['First', 'Second', 'Third']) {
    await expect(cell(title)).toHaveAttribute('data-state', 'stale')
    await expect(node(title)).toHaveAttribute('data-state', 'stale')
  }
  await expect(cell('Apart')).toHaveAttribute('data-state', 'fresh')
  await expect(cell('Third')).toContainText('c is 20')

  await cell('Third').locator('.cm-content').click()
  await page.keyboard.press('Shift+Enter')
  await expect(cell('Third')).toContainText('c is 30')
  for (const title of ['First', 'Second', 'Third']) await expect(cell(title)).toHaveAttribute('data-state', 'fresh')
})

test('a cell that fails says where, and what depends on it is blocked', async ({ page, openNotebook, cell, node }) => {
  await openNotebook(notebookText({ Broken: 'x = 1\ny = x / 0', After: 'print(y)', Apart: 'print("fine")' }))
  await page.getByRole('button', { name: 'Run all' }).click()
  await expect(cell('Broken').getByRole('group', { name: 'Error' })).toContainText('division by zero')
  await expect(cell('Broken').getByRole('group', { name: 'Error' })).toContainText('Line 2')
  await expect(node('After')).toHaveAttribute('data-state', 'blocked')
  await expect(cell('Apart')).toHaveAttribute('data-state', 'fresh')
})

test('a loop without end can be stopped, and the next run works', async ({ page, openNotebook, cell }) => {
  await openNotebook(notebookText({ Loop: 'import time\nwhile True:\n    time.sleep(0.01)', Apart: 'print("alive")' }))
  await cell('Loop').locator('.cm-content').click()
  await page.keyboard.press('Control+Enter')
  await expect(cell('Loop')).toHaveAttribute('data-state', 'running')
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  await expect(cell('Loop')).toHaveAttribute('data-state', 'cancelled')
  await cell('Apart').locator('.cm-content').click()
  await page.keyboard.press('Control+Enter')
  await expect(cell('Apart')).toContainText('alive')
})

test('saving changes the edited cell and no other byte', async ({ page, openNotebook, cell }) => {
  const odd = chain.replace('b = a + 1', 'b   =  a+1   # as I like it')
  const { file } = await openNotebook(odd)
  await typeInto(page, cell('First'), 'a = 41')
  await page.keyboard.press('Control+s')
  await expect(page.getByText('saved', { exact: true })).toBeVisible()
  expect(await readFile(file, 'utf8')).toBe(odd.replace('a = 1\n', 'a = 41\n'))
})

test('a page that is loaded anew has the unsaved text and what was fresh', async ({ page, openNotebook, cell }) => {
  await openNotebook(chain)
  await page.getByRole('button', { name: 'Run all' }).click()
  await expect(cell('Third')).toContainText('c is 20')
  await typeInto(page, cell('Apart'), 'print("typed just now")')
  // No pause: what the page has not sent yet must go out with it.
  await page.reload()
  await expect(cell('Apart').locator('.code-frame')).toContainText('typed just now')
  await expect(page.getByText('unsaved', { exact: true })).toBeVisible()
  await expect(cell('Third')).toHaveAttribute('data-state', 'fresh')
  await expect(cell('Third')).toContainText('c is 20')
})

test('text that cannot be saved stays, and the page says why', async ({ page, openNotebook, cell }) => {
  const { file } = await openNotebook(chain)
  await typeInto(page, cell('First'), 'a = 5')
  // Nobody may write a file where a folder stands, whatever the permissions.
  await rm(file)
  await mkdir(file)
  await page.keyboard.press('Control+s')
  await expect(page.locator('.notice.bad')).toContainText(/DB-10\d\d/)
  await expect(cell('First').locator('.code-frame')).toContainText('a = 5')
  await expect(page.getByText('unsaved', { exact: true })).toBeVisible()
  await page.reload()
  await expect(cell('First').locator('.code-frame')).toContainText('a = 5')
})

test('a parameter makes stale what reads it', async ({ page, openNotebook, cell }) => {
  await openNotebook(
    notebookText({
      Asked: 'dbutils.widgets.dropdown("city", "Bern", ["Bern", "Oslo"], "City")',
      Read: 'print("city is", dbutils.widgets.get("city"))',
      Apart: 'print("on its own")',
    }),
  )
  await page.getByRole('button', { name: 'Run all' }).click()
  await expect(cell('Read')).toContainText('city is Bern')
  await page.getByLabel('City').selectOption('Oslo')
  await expect(cell('Read')).toHaveAttribute('data-state', 'stale')
  await expect(cell('Apart')).toHaveAttribute('data-state', 'fresh')
  await page.getByRole('button', { name: 'Run all' }).click()
  await expect(cell('Read')).toContainText('city is Oslo')
})

test('a deleted cell comes back', async ({ page, openNotebook, cell }) => {
  await openNotebook(chain)
  await cell('Second').hover()
  await cell('Second').getByRole('button', { name: 'Delete' }).click()
  await expect(cell('Second')).toHaveCount(0)
  await expect(page.locator('.react-flow__node')).toHaveCount(3)
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(cell('Second').locator('.code-frame')).toContainText('b = a + 1')
  await expect(page.locator('.react-flow__node')).toHaveCount(4)
})

test('export shows its files first; cancelling writes nothing, writing writes', async ({ page, openNotebook }) => {
  const { folder } = await openNotebook(chain)
  const visible = async () => (await readdir(folder)).filter((name) => !name.startsWith('.'))
  await page.getByRole('button', { name: 'Export' }).click()
  await expect(page.locator('.file-list li').first()).toBeVisible()
  await page.getByRole('button', { name: 'Cancel' }).click()
  expect(await visible()).toEqual(['notebook.py'])
  await page.getByRole('button', { name: 'Export' }).click()
  await expect(page.locator('.file-list li').first()).toBeVisible()
  const count = await page.locator('.file-list input:checked').count()
  expect(count).toBeGreaterThan(1)
  await page.getByRole('button', { name: `Write ${count} files` }).click()
  await expect(page.getByText('The files are as they should be.')).toBeVisible()
  expect(await visible()).toContain('build')
})
