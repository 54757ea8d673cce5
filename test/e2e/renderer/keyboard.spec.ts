import { expect, select, sources, test } from './demo.ts'

test('Escape and Enter switch between the keys of cells and typing, and the page shows which', async ({
  page,
  demo,
}) => {
  await demo.open()
  await demo.cell(2).locator('.cm-content').click()
  await expect(page.getByText('Editing')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(demo.cell(2)).toHaveAttribute('data-selected', 'command')
  await expect(demo.cell(2)).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(demo.cell(2)).toHaveAttribute('data-selected', 'edit')
  await page.keyboard.press('Control+End')
  await page.keyboard.type('  # ab')
  await expect.poll(sources(demo)).toContainEqual(expect.stringContaining('display(flights)  # ab'))
})

test('A and B add cells above and below, D D deletes, Z brings text and output back', async ({ page, demo }) => {
  await demo.open()
  await select(page, demo.cell(3))
  await page.keyboard.press('a')
  await expect(page.locator('.cell')).toHaveCount(15)
  await expect(page.locator('.cell').nth(3)).toHaveAttribute('data-selected', 'command')
  await page.keyboard.press('b')
  await expect(page.locator('.cell')).toHaveCount(16)
  await expect(page.locator('.cell').nth(4)).toHaveAttribute('data-selected', 'command')

  await select(page, demo.cell(3))
  await page.keyboard.press('d')
  await page.keyboard.press('d')
  await expect(demo.cell(3)).toHaveCount(0)
  await expect(page.locator('.notice-text').getByText('Deleted Load weather.')).toBeVisible()
  await page.keyboard.press('z')
  await expect(demo.cell(3)).toContainText('26,115 hours of weather')
  // What it showed may be outdated by now: only the kernel may call it fresh again.
  await expect(demo.cell(3)).toHaveAttribute('data-state', 'stale')
})

test('the message about a deleted cell can undo it', async ({ page, demo }) => {
  await demo.open()
  await select(page, demo.cell(3))
  await page.keyboard.press('d')
  await page.keyboard.press('d')
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(demo.cell(3)).toBeVisible()
})

test('M, Y and S change what a cell is; its text stays', async ({ page, demo }) => {
  await demo.open()
  await select(page, demo.cell(3))
  await page.keyboard.press('m')
  await expect(demo.cell(3)).toHaveAttribute('data-kind', 'markdown')
  await page.keyboard.press('s')
  await expect(demo.cell(3)).toHaveAttribute('data-kind', 'sql')
  await page.keyboard.press('y')
  await expect(demo.cell(3)).toHaveAttribute('data-kind', 'python')
  await expect(demo.cell(3).locator('.code')).toContainText('hours of weather')
})

test('arrows and J K move the selection, Alt and arrows the cell', async ({ page, demo }) => {
  await demo.open()
  await select(page, demo.cell(3))
  await page.keyboard.press('ArrowUp')
  await expect(demo.cell(2)).toHaveAttribute('data-selected', 'command')
  await page.keyboard.press('j')
  await page.keyboard.press('Alt+ArrowUp')
  await expect(page.locator('.cell').nth(2)).toHaveId('cell-c3')
})

test('Shift+Enter runs and goes on, at the end it adds a cell; Ctrl+Enter stays; Alt+Enter adds one below', async ({
  page,
  demo,
}) => {
  await demo.open()
  await demo.cell(2).locator('.cm-content').click()
  await page.keyboard.press('Control+Enter')
  await expect(demo.cell(2)).toHaveAttribute('data-selected', 'edit')
  await page.keyboard.press('Shift+Enter')
  await expect(demo.cell(3)).toHaveAttribute('data-selected', 'command')
  await page.keyboard.press('Alt+Enter')
  await expect(page.locator('.cell')).toHaveCount(15)
  await select(page, demo.cell(13))
  await page.keyboard.press('Shift+Enter')
  await expect(page.locator('.cell')).toHaveCount(16)
  await expect(page.locator('.cell').last()).toHaveAttribute('data-selected', 'edit')
  expect((await demo.asked()).filter((method) => method === 'run/cells')).toHaveLength(4)
})

test('what was typed reaches the kernel before the cell runs, and before it is saved', async ({ page, demo }) => {
  await demo.open()
  await demo.cell(3).locator('.cm-content').click()
  await page.keyboard.press('Control+End')
  await page.keyboard.type('\nlast = 1')
  await page.keyboard.press('Control+Enter')
  await expect.poll(demo.asked).toContain('run/cells')
  const asked = await demo.asked()
  expect(asked.lastIndexOf('document/edit')).toBeLessThan(asked.indexOf('run/cells'))
  expect(await sources(demo)()).toContainEqual(expect.stringContaining('last = 1'))
  await page.keyboard.type('2')
  await page.keyboard.press('Control+s')
  await expect.poll(demo.asked).toContain('document/save')
  expect(await sources(demo)()).toContainEqual(expect.stringContaining('last = 12'))
  await expect(page.getByText('saved', { exact: true })).toBeVisible()
})

test('an arrow key at the edge of a cell leads into its neighbour', async ({ page, demo }) => {
  await demo.open()
  await demo.cell(3).locator('.cm-content').click()
  await page.keyboard.press('Control+Home')
  await page.keyboard.press('ArrowUp')
  await expect(demo.cell(2)).toHaveAttribute('data-selected', 'edit')
})

test('letters do nothing to cells while one types elsewhere', async ({ page, demo }) => {
  await demo.open()
  await page.getByLabel('Find in the graph').fill('days')
  await page.getByLabel('Find in the graph').press('d')
  await page.getByLabel('Find in the graph').press('d')
  await expect(page.locator('.cell')).toHaveCount(14)
})

test('the palette finds commands and cells, and gives the keyboard back', async ({ page, demo }) => {
  await demo.open()
  await select(page, demo.cell(3))
  await page.keyboard.press('Control+Shift+P')
  await page.keyboard.type('worst')
  await page.keyboard.press('Enter')
  await expect(demo.cell(9)).toHaveAttribute('data-selected', 'command')
  await page.keyboard.press('Control+Shift+P')
  await page.keyboard.type('add a cell below')
  await page.keyboard.press('Enter')
  await expect(page.locator('.cell')).toHaveCount(15)
})

test('the question mark shows the keys', async ({ page, demo }) => {
  await demo.open()
  await select(page, demo.cell(3))
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog', { name: 'Keys' })).toContainText('Run cell and go to the next')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)
})

test('in an empty notebook B adds the first cell', async ({ page, demo }) => {
  await demo.open('empty')
  await page.keyboard.press('b')
  await expect(page.locator('.cell')).toHaveCount(1)
})
