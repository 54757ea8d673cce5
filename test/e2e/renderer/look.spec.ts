import AxeBuilder from '@axe-core/playwright'
import { expect, select, test } from './demo.ts'

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in the ${colorScheme} theme`, () => {
    test.use({ colorScheme })
    for (const [name, notebook, steps] of [
      ['the notebook', 'flights', []],
      ['errors and states', 'errors', []],
      ['a quick fix', 'errors', ['Fix…']],
      ['the job', 'flights', ['Export']],
      ['the list', 'flights', ['As a list']],
      ['the keys', 'flights', ['Keys']],
      ['the drafts', 'flights', ['2 drafts']],
    ] as const) {
      test(`${name} can be used by everyone`, async ({ page, demo }) => {
        await page.emulateMedia({ reducedMotion: 'reduce', colorScheme })
        await demo.open(notebook)
        for (const step of steps) await page.getByRole('button', { name: step, exact: true }).click()
        await expect(page.locator('.job, .cell').filter({ visible: true }).first()).toBeVisible()
        const { violations } = await new AxeBuilder({ page })
          .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
          .exclude('iframe')
          .analyze()
        const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
        expect(
          grave.map(({ id, nodes }) => [
            id,
            nodes.slice(0, 4).map(({ html, any }) => `${html.slice(0, 160)} ${any[0]?.message ?? ''}`),
          ]),
        ).toEqual([])
      })
    }
  })
}

test('the theme changes without a reload and is kept', async ({ page, demo }) => {
  await page.emulateMedia({ colorScheme: 'light' })
  await demo.open()
  await page.evaluate(() => ((window as { same?: boolean }).same = true))
  await page.getByRole('button', { name: 'Theme of the system; change' }).click()
  await page.getByRole('button', { name: 'Light theme; change' }).click()
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  expect(await page.evaluate(() => (window as { same?: boolean }).same)).toBe(true)
  await page.reload()
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
})

test('nothing of the page breaks its content security policy', async ({ page, demo }) => {
  await demo.open('errors')
  await page.locator('.notebook').evaluate((column) => column.scrollTo(0, column.scrollHeight))
  await select(page, demo.cell(15))
  expect(demo.complaints).toEqual([])
})

test('at 1024 by 640 nothing stands outside of the page', async ({ page, demo }) => {
  await page.setViewportSize({ width: 1024, height: 640 })
  await demo.open()
  expect(await page.evaluate(() => [document.body.scrollWidth, document.body.scrollHeight])).toEqual([1024, 640])
  await expect(page.getByRole('button', { name: 'Export' })).toBeInViewport()
})

test('a run that ends is told to screen readers', async ({ page, demo }) => {
  await demo.open()
  await select(page, demo.cell(9))
  await page.keyboard.press('Control+Enter')
  await expect(page.locator('.hidden-words[role=status]')).toHaveText('Worst airlines has run.')
})

test('on a narrow page one still sees whether everything is saved', async ({ page, demo }) => {
  await page.setViewportSize({ width: 640, height: 640 })
  await demo.open()
  await expect(page.locator('.unsaved')).toHaveText('saved')
  await expect(page.locator('.unsaved')).toBeInViewport({ ratio: 1 })
})

test('signs of code stand as they were typed, without ligatures', async ({ demo }) => {
  await demo.open()
  const styles = await demo
    .cell(2)
    .locator('.code')
    .evaluate((code) => [getComputedStyle(code).fontVariantLigatures, getComputedStyle(code).fontFeatureSettings])
  expect(styles[0]).toBe('none')
  expect(styles[1]).not.toMatch(/calt|liga/)
})
