import { readFile } from 'node:fs/promises'
import { expect, notebookText, test, typeInto } from './app.ts'

test('a name that is defined further down: the fix is shown, applied, undone, and saved', async ({
  page,
  openNotebook,
  cell,
}) => {
  const text = notebookText({ Total: 'total = sum(orders)\nprint("total", total)', Orders: 'orders = [1, 2]' })
  const { file } = await openNotebook(text)
  await expect(cell('Total')).toContainText('orders is defined only below, in the cell orders.')
  await page.getByRole('button', { name: '1 problem' }).click()
  await page.locator('.problems').getByRole('button', { name: 'Fix…' }).click()
  const dialog = page.getByRole('dialog', { name: 'A name that is defined further down' })
  await expect(dialog.getByRole('radio')).toHaveText(['Move orders above this cell', 'Move this cell below orders'])
  await expect(dialog.locator('.diff-line[data-kind="added"]').filter({ hasText: 'orders = [1, 2]' })).toHaveCount(1)
  await dialog.getByRole('button', { name: 'Apply' }).click()
  await expect(page.locator('.cell').first()).toContainText('orders = [1, 2]')
  await expect(page.getByText('No problems')).toBeVisible()

  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(page.locator('.cell').first()).toContainText('total = sum(orders)')
  await expect(cell('Total')).toContainText('orders is defined only below')

  await cell('Total').getByRole('button', { name: 'Fix…' }).click()
  await dialog.getByRole('button', { name: 'Apply' }).click()
  await expect(page.getByText('No problems')).toBeVisible()
  await page.getByRole('button', { name: 'Run all' }).click()
  await expect(cell('Total')).toContainText('total 3')
  await page.keyboard.press('Control+s')
  await expect.poll(() => readFile(file, 'utf8')).toMatch(/orders = \[1, 2\][^]*total = sum\(orders\)/)
})

test('what a run taught is noted by a quick fix, and the export goes on', async ({ page, openNotebook, cell }) => {
  await openNotebook(
    notebookText({
      First: 'import builtins\na = [1]\nbuiltins.keep = a',
      Second: 'b = [builtins.keep]',
      Third: 'b[0].append(2)',
      Fourth: 'print(a, b)',
    }),
  )
  await page.getByRole('button', { name: 'Run all' }).click()
  await expect(cell('Third')).toContainText('When this cell ran, it changed a and b.')
  await page.getByRole('button', { name: 'Export' }).click()
  await expect(page.locator('.job')).toContainText('When this cell ran, it changed a and b.')
  await page.getByRole('button', { name: 'Notebook', exact: true }).click()
  await cell('Third').getByRole('button', { name: 'Fix…' }).click()
  await expect(page.getByRole('dialog')).toContainText('# dagbook: updates=name:a,name:b')
  await page.getByRole('button', { name: 'Write it into a note to Dagbook' }).click()
  await expect(cell('Third').locator('.code')).toContainText('# dagbook: updates=name:a,name:b')
  await expect(cell('Third')).not.toContainText('When this cell ran')
  await page.getByRole('button', { name: 'Export' }).click()
  await expect(page.locator('.job')).not.toContainText('When this cell ran')
})

test('a typing error is told and mended while one types, by keyboard alone', async ({ page, openNotebook, cell }) => {
  await openNotebook(notebookText({ Orders: 'orders = [1, 2]', Total: 'print(sum(orders))' }))
  await typeInto(page, cell('Total'), 'print(sum(ordres))')
  await expect(cell('Total')).toContainText('No cell above defines ordres.')
  await page.keyboard.press('Control+.')
  await expect(page.getByRole('dialog')).toContainText('A name that nothing defines')
  await page.keyboard.press('Enter')
  await expect(cell('Total').locator('.cm-content')).toContainText('print(sum(orders))')
  await expect(page.getByText('No problems')).toBeVisible()
})
