import { expect, select, sources, test } from './demo.ts'

test('a quick fix from the remark under the cell shows what it would do, does it, and can be taken back', async ({
  page,
  demo,
}) => {
  await demo.open('errors')
  const before = await demo.kernel((kernel) => kernel.sources())
  await demo.cell(10).getByRole('button', { name: 'Fix…' }).click()
  const dialog = page.getByRole('dialog', { name: 'A name that is defined further down' })
  await expect(dialog).toContainText('fit is defined only below')
  // Nothing is done before one says so.
  expect(await demo.asked()).not.toContain('document/edit')
  await expect(dialog.getByRole('radio', { name: 'Move after_the_end above this cell' })).toBeChecked()
  await expect(dialog.locator('.diff-line[data-kind="added"]')).toContainText(['never = 1'])
  await dialog.getByRole('radio', { name: 'Write fitted' }).click()
  await expect(dialog.locator('.diff-line[data-kind="added"]')).toHaveText(/model = fitted\(/)
  await dialog.getByRole('button', { name: 'Apply' }).click()
  await expect(dialog).toHaveCount(0)
  await expect(demo.cell(10).locator('.code')).toContainText('model = fitted(')
  await expect.poll(sources(demo)).toContainEqual(expect.stringContaining('model = fitted('))

  await page.locator('.notice-text').getByText('Done: Write fitted.').waitFor()
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect.poll(sources(demo)).toEqual(before)
  await expect(demo.cell(10).locator('.code')).toContainText('model = fit(')
})

test('a quick fix is reached by keyboard alone, and Z takes it back', async ({ page, demo }) => {
  await demo.open('errors')
  await select(page, demo.cell(10))
  await page.keyboard.press('Control+.')
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByRole('button', { name: 'Apply' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(dialog).toHaveCount(0)
  await expect(page.locator('.cell').nth(10)).toHaveAttribute('data-cell', 'c15')
  await expect(demo.cell(10)).toBeFocused()
  await page.keyboard.press('z')
  await expect(page.locator('.cell').nth(10)).toHaveAttribute('data-cell', 'c10')
})

test('Escape leaves the notebook as it is and the keyboard where it was', async ({ page, demo }) => {
  await demo.open('errors')
  await demo.cell(10).scrollIntoViewIfNeeded()
  await demo.cell(10).locator('.cm-content').click()
  await page.keyboard.press('Control+.')
  await page.getByRole('dialog').waitFor()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  expect(await demo.asked()).not.toContain('document/edit')
  await expect(demo.cell(10).locator('.cm-content')).toBeFocused()
})

test('a quick fix is reached from the underlined text and from the list of problems', async ({ page, demo }) => {
  await demo.open('errors')
  await demo.cell(10).scrollIntoViewIfNeeded()
  await demo.cell(10).locator('.cm-lintRange-error').first().hover()
  await page.locator('.cm-tooltip').getByRole('button', { name: 'Fix…' }).click()
  await expect(page.getByRole('dialog')).toContainText('fit is defined only below')
  await page.getByRole('button', { name: 'Cancel' }).click()

  await page.getByRole('button', { name: /problem/ }).click()
  await page.locator('.problems').getByRole('button', { name: 'Fix…' }).first().click()
  await expect(page.getByRole('dialog').getByRole('button', { name: 'Apply' })).toBeVisible()
})

test('the palette has the quick fix where there is one', async ({ page, demo }) => {
  await demo.open('errors')
  await select(page, demo.cell(2))
  await page.keyboard.press('Control+Shift+p')
  await page.getByPlaceholder('Find a command or a cell').fill('quick fix')
  await expect(page.getByRole('option', { name: /^Quick fix/ })).toHaveCount(0)
  await page.keyboard.press('Escape')
  await select(page, demo.cell(10))
  await page.keyboard.press('Control+Shift+p')
  await page.getByPlaceholder('Find a command or a cell').fill('quick fix')
  await page.getByRole('option', { name: /^Quick fix/ }).click()
  await expect(page.getByRole('dialog', { name: 'A name that is defined further down' })).toBeVisible()
})
