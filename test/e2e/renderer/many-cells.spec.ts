import type { Page } from '@playwright/test'
import { expect, select, sources, test } from './demo.ts'

/** How many cells are drawn with all that belongs to them. */
const drawn = (page: Page) => page.locator('.cell .kind-chip, .cell .prose').count()

const scrollTo = (page: Page, share: number) =>
  page.locator('.notebook').evaluate((column, part) => column.scrollTo(0, column.scrollHeight * part), share)

/** Whether every cell that one sees is drawn in full. */
const complete = (page: Page) => () =>
  page.locator('.cell').evaluateAll((cells) =>
    cells
      .filter((cell) => {
        const { top, bottom } = cell.getBoundingClientRect()
        return bottom > 60 && top < innerHeight
      })
      .every((cell) => cell.querySelector('.kind-chip, .prose') !== null),
  )

test('of a long notebook only the cells near the view are drawn in full', async ({ page, demo }) => {
  await demo.open('500')
  await expect(page.locator('.cell')).toHaveCount(500)
  await expect(demo.cell(1).locator('.state-mark')).toBeVisible()
  for (const part of [0.25, 0.5, 0.75, 1]) {
    await scrollTo(page, part)
    await expect.poll(complete(page)).toBe(true)
  }
  await expect.poll(() => drawn(page)).toBeLessThanOrEqual(62)
})

test('a short notebook is drawn in full when there is time', async ({ page, demo }) => {
  await demo.open('60')
  await expect.poll(() => drawn(page)).toBe(60)
})

test('a cell far away holds its text and what it printed, for the search of the browser', async ({ page, demo }) => {
  await demo.open('500')
  await expect(demo.cell(402)).toContainText('df_402 = ')
  await expect(demo.cell(402)).toContainText('402000 rows')
  await expect(demo.cell(402).locator('.state-mark')).toHaveCount(0)
  await demo.cell(402).evaluate((cell) => cell.scrollIntoView())
  await expect(demo.cell(402).locator('.state-mark')).toBeInViewport()
  await expect.poll(complete(page)).toBe(true)
})

test('from the graph one comes to a cell far away, and from there the arrow keys go on', async ({ page, demo }) => {
  await demo.open('500')
  await page.locator('.react-flow__node').first().waitFor()
  await page.getByLabel('Find in the graph').fill('Step 303')
  await page.keyboard.press('Enter')
  await expect(demo.cell(303)).toHaveAttribute('data-selected', 'command')
  await expect(demo.cell(303).locator('.state-mark')).toBeInViewport()
  await demo.cell(303).focus()
  for (const at of [304, 305, 306]) {
    await page.keyboard.press('ArrowDown')
    await expect(demo.cell(at)).toBeFocused()
    await expect(demo.cell(at)).toBeInViewport()
  }
})

test('the text one writes keeps the keyboard when the page is scrolled far away', async ({ page, demo }) => {
  await demo.open('500')
  await demo.cell(2).locator('.cm-content').click()
  await page.keyboard.press('Control+End')
  for (const part of [0.15, 0.3, 0.45, 0.6, 0.8, 1]) {
    await scrollTo(page, part)
    await expect.poll(complete(page)).toBe(true)
  }
  await page.keyboard.type('# still here')
  await expect.poll(sources(demo)).toContainEqual(expect.stringContaining('# still here'))
  await expect(demo.cell(2)).toHaveAttribute('data-selected', 'edit')
})

test('Tab leads from a selected cell past the texts of all cells; in a text it indents, and Escape leaves', async ({
  page,
  demo,
}) => {
  await demo.open()
  await select(page, demo.cell(3))
  const inText = () => page.evaluate(() => document.activeElement?.closest('.code') !== null)
  for (let stop = 0; stop < 20; stop++) {
    await page.keyboard.press('Tab')
    expect(await inText()).toBe(false)
  }
  await select(page, demo.cell(3))
  await page.keyboard.press('Enter')
  await page.keyboard.press('Control+Home')
  await page.keyboard.press('Tab')
  await expect.poll(sources(demo)).toContainEqual(expect.stringMatching(/^ {4}weather/))
  await page.keyboard.press('Escape')
  await expect(demo.cell(3)).toBeFocused()
  await page.keyboard.press('Tab')
  expect(await inText()).toBe(false)
})

test('brackets are marked only while one types', async ({ page, demo }) => {
  await demo.open()
  await demo.cell(3).locator('.cm-content').click()
  await page.keyboard.press('Control+End')
  const bracket = demo.cell(3).locator('.cm-matchingBracket').first()
  const clear = 'rgba(0, 0, 0, 0)'
  await expect(bracket).not.toHaveCSS('background-color', clear)
  await page.keyboard.press('Escape')
  await expect(bracket).toHaveCSS('background-color', clear)
})

test('the list of completions is set like the page', async ({ page, demo }) => {
  await demo.open()
  await demo.cell(3).locator('.cm-content').click()
  await page.keyboard.press('Control+End')
  await page.keyboard.type('\nran')
  const list = page.locator('.cm-tooltip-autocomplete')
  await expect(list).toHaveCSS('border-radius', '8px')
  await expect(list.locator('ul')).toHaveCSS('font-family', /JetBrains Mono/)
  await expect(list.locator('[aria-selected]')).toHaveCSS('line-height', '24px')
})

test('Markdown is coloured once its language is there', async ({ page, demo }) => {
  await demo.open()
  await select(page, demo.cell(0))
  await page.keyboard.press('Enter')
  await expect(demo.cell(0).locator('.cm-content .tok-heading').first()).toBeVisible()
})
