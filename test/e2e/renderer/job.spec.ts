import { expect, test } from './demo.ts'

test('export shows what it would write; Cancel writes nothing', async ({ page, demo }) => {
  await demo.open()
  await page.getByRole('button', { name: 'Export' }).click()
  await expect(page.getByText('Write 9 files')).toBeVisible()
  const changes = page.getByRole('region', { name: /Changes of .*job\.yml/ })
  await expect(changes.locator('[data-kind=removed]').first()).toContainText('max_concurrent_runs: 2')
  await changes.getByText('27 equal lines').click()
  await expect(changes).toContainText('join_the_weather')
  await page.getByRole('button', { name: 'Cancel' }).click()
  await expect(demo.cell(0)).toBeVisible()
  expect(await demo.asked()).not.toContain('export/write')
})

test('only the chosen files are written', async ({ page, demo }) => {
  await demo.open()
  await page.getByRole('button', { name: 'Export' }).click()
  await page.getByRole('checkbox', { name: /job\.yml/ }).uncheck()
  await page.getByRole('button', { name: 'Write 8 files' }).click()
  await expect(page.getByText('Wrote 8 files.').first()).toBeVisible()
  await expect(page.locator('.file-list [data-change=changed]')).toHaveCount(1)
  const files = await demo.kernel((kernel) => kernel.log.find(({ method }) => method === 'export/write')!.params)
  expect((files as { files: string[] }).files.some((path) => path.endsWith('job.yml'))).toBe(false)
})

test('tasks say why they are tasks', async ({ page, demo }) => {
  await demo.open()
  await page.getByRole('button', { name: 'Job' }).click()
  await page.locator('summary').filter({ hasText: 'join_the_weather' }).click()
  await expect(page.getByText('It writes a table.').first()).toBeVisible()
  await expect(page.getByText('gets weather from load_weather')).toBeVisible()
})

test('after the files are written the page says so, and the notebook is where it was', async ({ page, demo }) => {
  await demo.open()
  await demo.cell(7).evaluate((cell) => cell.scrollIntoView({ block: 'start' }))
  await expect(demo.cell(7)).toBeInViewport()
  await expect(demo.cell(0)).not.toBeInViewport()
  await page.getByRole('button', { name: 'Export' }).click()
  await page.getByRole('button', { name: 'Write 9 files' }).click()
  await expect(page.getByRole('heading', { name: 'The files are as they should be.' })).toBeVisible()
  await expect(page.locator('.job-done li')).toHaveCount(9)
  await expect(page.getByRole('button', { name: /^Write/ })).toHaveCount(0)
  await page.getByRole('button', { name: 'Back to the notebook' }).click()
  await expect(demo.cell(7)).toBeInViewport()
  await expect(demo.cell(0)).not.toBeInViewport()
})
