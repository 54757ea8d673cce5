import { expect, test } from './demo.ts'

test('a table tells NULL, NaN and empty apart, and says how much of it is there', async ({ demo }) => {
  await demo.open()
  const table = demo.cell(2).getByRole('table')
  await expect(table.getByRole('columnheader', { name: /fare/ })).toContainText('decimal(10,2)')
  await expect(table.locator('[data-special=null]').first()).toHaveText('NULL')
  await expect(table.locator('[data-special=nan]').first()).toHaveText('NaN')
  await expect(table.locator('[data-special=empty]').first()).toHaveText('empty')
  await expect(demo.cell(2)).toContainText('The first 10,000 rows; there are more')
})

test('only rows in view are drawn, and the last of 10,000 can be reached', async ({ demo }) => {
  await demo.open()
  const table = demo.cell(2).getByRole('table')
  await expect(table.getByRole('rowheader', { name: '1', exact: true })).toBeVisible()
  await table.evaluate((scroller) => scroller.scrollTo(0, scroller.scrollHeight))
  await expect(table.getByRole('rowheader', { name: '10000' })).toBeVisible()
  await expect(table.getByRole('row').last()).toContainText('2013-01-')
  expect(await table.getByRole('row').count()).toBeLessThan(60)
})

test('a table that is wider than its place says how many columns are to the right', async ({ page, demo }) => {
  await page.setViewportSize({ width: 1024, height: 640 })
  await demo.open()
  const caption = demo.cell(2).locator('figcaption')
  await expect(caption).toContainText(/\d+ more to the right/)
  await demo
    .cell(2)
    .getByRole('table')
    .evaluate((table) => table.scrollTo(table.scrollWidth, 0))
  await expect(caption).not.toContainText('to the right')
})

test('a progress bar is one line, and colours are shown', async ({ demo }) => {
  await demo.open()
  await expect(demo.cell(6).locator('.stream')).toHaveText(/^writing 100%\s*wrote main\.air\.joined/)
})

test('HTML runs its script in a sandbox without an origin', async ({ page, demo }) => {
  await demo.open('errors')
  await page.locator('#cell-c17').scrollIntoViewIfNeeded()
  const frame = page.locator('#cell-c17 iframe')
  await expect(frame).toHaveAttribute('sandbox', 'allow-scripts')
  await expect(frame.contentFrame().getByText('script ran, origin null')).toBeVisible()
})

test('a chart is drawn without eval', async ({ demo }) => {
  await demo.open()
  await demo.cell(8).scrollIntoViewIfNeeded()
  await expect(demo.cell(8).locator('.chart svg')).toBeVisible()
  expect(demo.complaints).toEqual([])
})

test('an error says what happened and where first; a click leads to the line', async ({ page, demo }) => {
  await demo.open('errors')
  const error = demo.cell(5).getByRole('group', { name: 'Error' })
  await expect(error).toContainText('Clean flights could not run: column `dep_dealy` is not in `flights`.')
  await expect(error).not.toContainText('client/core.py')
  await error.getByText('Details').click()
  await expect(error).toContainText('client/core.py')
  await error.getByText('Line 7', { exact: true }).click()
  await expect(demo.cell(5)).toHaveAttribute('data-selected', 'edit')
  await page.keyboard.type('!')
  await expect(demo.cell(5).locator('.cm-line').nth(6)).toContainText('!')
})

test('long text shows its two ends, how much is left out, and all of it on demand', async ({ page, demo }) => {
  await demo.open('errors')
  const text = demo.cell(10).locator('.stream').first()
  await expect(text).toContainText('epoch 4999')
  await expect(text).not.toContainText('epoch 100:')
  await expect(text).toContainText('4,800 lines are left out here.')
  await text.getByText('Show all 5,000 lines').click()
  await expect(text).toContainText('epoch 100:')
  await expect(page.locator('.stream-all')).toBeVisible()
})

test('old output stays, dimmed, until the kernel clears it', async ({ demo }) => {
  await demo.open()
  await demo.kernel((kernel) => (kernel.speed = 1000))
  await demo.cell(3).getByRole('button', { name: 'Python' }).hover()
  await demo.cell(3).getByRole('button', { name: 'Run', exact: true }).click()
  await expect(demo.cell(3)).toHaveAttribute('data-state', 'running')
  await expect(demo.cell(3).locator('.outputs')).toHaveAttribute('data-dimmed', '')
  await expect(demo.cell(3)).toContainText('26,115 hours of weather')
  await demo.kernel((kernel) => kernel.speak('c3', [{ type: 'stream', stream: 'stdout', text: 'new words\n' }], true))
  await expect(demo.cell(3)).toContainText('new words')
  await expect(demo.cell(3)).not.toContainText('26,115')
})

test('every state has its word', async ({ page, demo }) => {
  await demo.open('errors')
  const words = ['fresh', 'needs to run again', 'queued', 'running', 'failed', 'blocked by a failed cell']
  for (const word of [...words, 'waiting for a manual cell', 'skipped', 'cancelled', 'disabled']) {
    const cells = page.getByRole('group', { name: new RegExp(`, ${word}$`) })
    // The made-up notebook has no stale cell left but in its simpler form.
    if (word !== 'needs to run again') await expect(cells.first()).toBeAttached()
  }
})

test('a chip leads to the cell that a value comes from', async ({ demo }) => {
  await demo.open()
  await demo.cell(6).locator('.chip').getByText('weather').click()
  await expect(demo.cell(3)).toHaveAttribute('data-selected', /./)
})

test('problems are listed and lead to their line', async ({ page, demo }) => {
  await demo.open('errors')
  await page.getByRole('button', { name: '3 problems' }).click()
  await page.locator('.problems').getByText('fit is defined only below').click()
  await expect(demo.cell(10)).toHaveAttribute('data-selected', 'edit')
})

test('drafts are listed, and saved to the project', async ({ page, demo }) => {
  await demo.open()
  await page.getByRole('button', { name: '2 drafts' }).click()
  await expect(page.getByRole('dialog')).toContainText('main.air.daily')
  await page.getByRole('button', { name: 'Save to project' }).click()
  await expect(page.getByText('Saved 2 tables to the project.').first()).toBeVisible()
  await expect(page.getByRole('button', { name: '2 drafts' })).toHaveCount(0)
})
