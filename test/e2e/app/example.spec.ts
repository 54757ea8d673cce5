import { join } from 'node:path'
import { expect, test } from './app.ts'

const images = join(import.meta.dirname, '../../../docs/images')

test('the example runs on Spark: everything fresh, tables with rows, the chart drawn', async ({
  page,
  openExample,
  cell,
  node,
}) => {
  test.setTimeout(300_000)
  await openExample()
  const nodes = page.locator('.react-flow__node')
  await expect(nodes).toHaveCount(15)
  await page.getByRole('button', { name: 'Run all' }).click()
  await expect(page.locator('.node[data-state="fresh"]')).toHaveCount(15, { timeout: 240_000 })

  await node('Report').click()
  const report = cell('Report').getByRole('table', { name: 'Result' })
  await expect(report.getByRole('row').nth(1)).toContainText(/\w/)
  await expect(cell('Report')).toContainText('6 rows')
  await expect(node('Report')).toContainText('main.air.report')

  await node('Chart of the hours').click()
  await expect(cell('Chart of the hours').locator('.chart svg')).toBeVisible()

  if (process.env.DAGBOOK_SCREENSHOTS === undefined) return
  // A text is no part of the graph: with it selected nothing is dimmed.
  await cell('The suspects').click()
  await page.keyboard.press('Escape')
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await cell('Chart of the hours').evaluate((box) => box.scrollIntoView({ block: 'start' }))
    await page.mouse.move(700, 20)
    await expect(cell('Chart of the hours').locator('.chart svg')).toBeVisible()
    await cell('Chart of the hours').evaluate((box) => box.scrollIntoView({ block: 'start' }))
    await page.screenshot({ path: join(images, `${colorScheme}.png`), animations: 'disabled' })
  }
})
