import type { Page } from '@playwright/test'
import { expect, select, test } from './demo.ts'

test('a click on a node leads to its cell, and a selected cell is lit in the graph', async ({ page, demo }) => {
  await demo.open()
  await page.locator('.react-flow__node').filter({ hasText: 'Worst airlines' }).click()
  await expect(demo.cell(9)).toHaveAttribute('data-selected', 'command')
  await expect(demo.cell(9)).toBeInViewport()
  const node = (title: string) => page.locator('.node').filter({ hasText: title })
  await expect(node('Worst airlines')).toHaveAttribute('data-light', 'selected')
  await expect(node('Clean flights')).toHaveAttribute('data-light', 'up')
  await expect(node('Load weather')).toHaveAttribute('data-dim', '')
})

test('Markdown is no node, and a table stands once, at the box that makes it', async ({ page, demo }) => {
  await demo.open()
  await expect(page.locator('.react-flow__node')).toHaveCount(11)
  await expect(page.locator('.node').filter({ hasText: 'main.air.daily' })).toHaveCount(1)
  await expect(page.locator('.edge-label')).toHaveCount(0)
})

test('an edge tells why it is there, with the code of both ends', async ({ page, demo }) => {
  await demo.open()
  await page.locator('[data-id="c3→c6"] .react-flow__edge-interaction').click({ force: true })
  const why = page.getByRole('region', { name: 'Why this edge exists' })
  await expect(why).toContainText('The second reads weather, which the first makes.')
  await expect(why.locator('mark')).toHaveText(['weather', 'weather'])
  await why.getByText('Join the weather, line 1').click()
  await expect(demo.cell(6)).toHaveAttribute('data-selected', 'edit')
})

test('states in the graph follow the runs', async ({ page, demo }) => {
  await demo.open()
  const node = page.locator('.node').filter({ hasText: 'Worst airlines' })
  await expect(node).toHaveAttribute('data-state', 'stale')
  await select(page, demo.cell(9))
  await page.keyboard.press('Control+Enter')
  await expect(node).toHaveAttribute('data-state', 'fresh')
})

test('a new cell moves the others little and swaps none', async ({ page, demo }) => {
  await demo.open()
  await expect(page.locator('.react-flow__node')).toHaveCount(11)
  const places = (): Promise<Record<string, number>> =>
    page
      .locator('.react-flow__node')
      .evaluateAll((nodes: HTMLElement[]) =>
        Object.fromEntries(nodes.map((node) => [node.dataset.id ?? '', node.getBoundingClientRect().x] as const)),
      )
  const before = await places()
  await select(page, demo.cell(6))
  await page.keyboard.press('b')
  await page.keyboard.press('Enter')
  await page.keyboard.type('extra = joined.count()')
  await expect(page.locator('.react-flow__node')).toHaveCount(12)
  const after = await places()
  const moved = Object.keys(before).map((id) => Math.abs(after[id]! - before[id]!))
  expect(moved.reduce((sum, one) => sum + one, 0) / moved.length).toBeLessThanOrEqual(50)
})

test('the graph is a list too', async ({ page, demo }) => {
  await demo.open()
  await page.getByRole('button', { name: 'As a list' }).click()
  const list = page.getByRole('list', { name: 'Graph as a list' })
  await expect(list.getByRole('listitem')).toHaveCount(11)
  await expect(list.getByRole('listitem').filter({ hasText: /^freshDays/ })).toContainText(
    'after Join the weather (main.air.joined)',
  )
  await list.getByRole('button', { name: 'fresh Days' }).click()
  await expect(demo.cell(7)).toHaveAttribute('data-selected', 'command')
})

test('arrow keys walk along the edges', async ({ page, demo }) => {
  await demo.open()
  const node = (id: string) => page.locator(`.react-flow__node[data-id="${id}"]`)
  await node('c3').focus()
  await page.keyboard.press('ArrowDown')
  await expect(node('c6')).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(demo.cell(6)).toHaveAttribute('data-selected', 'command')
})

test('the same graph is shown as the tasks of the job', async ({ page, demo }) => {
  await demo.open()
  await page.getByRole('radio', { name: 'Tasks' }).click()
  await expect(page.locator('.react-flow__node').filter({ hasText: 'clean_flights' })).toBeVisible()
  await page.getByRole('button', { name: 'Show all of it' }).click()
  await expect(page.locator('.react-flow__node')).toHaveCount(10)
})

test('finding in the graph leads to the cell', async ({ page, demo }) => {
  await demo.open()
  await page.getByLabel('Find in the graph').fill('publish')
  await expect(page.locator('.node[data-found]')).toHaveCount(1)
  await page.keyboard.press('Enter')
  await expect(demo.cell(12)).toHaveAttribute('data-selected', 'command')
})

test('on a narrow page the graph is a tab', async ({ page, demo }) => {
  await page.setViewportSize({ width: 720, height: 900 })
  await demo.open()
  await expect(page.locator('.react-flow')).toHaveCount(0)
  await page.getByRole('tab', { name: 'Graph' }).click()
  await page.locator('.react-flow__node').filter({ hasText: 'Days' }).click()
  await expect(demo.cell(7)).toBeInViewport()
})

test('the graph folds away and comes back', async ({ page, demo }) => {
  await demo.open()
  await page.getByRole('button', { name: 'Hide the graph' }).click()
  await expect(page.locator('.react-flow')).toHaveCount(0)
  await page.getByRole('button', { name: 'Show the graph' }).click()
  await expect(page.locator('.react-flow__node')).toHaveCount(11)
})

test('edges that others imply are drawn for the selected box only, or all on demand', async ({ page, demo }) => {
  await demo.open()
  await expect(page.locator('.react-flow__node')).toHaveCount(11)
  await expect(page.locator('.implied g')).toHaveCount(0)
  await page.getByRole('button', { name: 'All edges' }).click()
  const all = await page.locator('.implied g').count()
  expect(all).toBeGreaterThan(0)
  await page.locator('.implied .implied-reach').first().dispatchEvent('click')
  await expect(page.getByRole('region', { name: 'Why this edge exists' })).toBeVisible()
})

/** Where all boxes of the graph stand on the screen, and what they may fill. */
async function places(page: Page) {
  await page.locator('.react-flow__panel.zoom').waitFor()
  const of = (what: string) =>
    page
      .locator(what)
      .evaluateAll((elements) => elements.map((element) => element.getBoundingClientRect().toJSON() as DOMRect))
  const [boxes, [panel], [zoom]] = await Promise.all([of('.react-flow__node'), of('.flow'), of('.zoom')])
  return { boxes, panel: panel!, foot: zoom!.top }
}

/** How many boxes one sees whole, not under the buttons at the foot. */
const whole = (page: Page) => async () => {
  const { boxes, panel, foot } = await places(page)
  return boxes.filter(
    (box) => box.left >= panel.left && box.right <= panel.right && box.top >= panel.top && box.bottom <= foot,
  ).length
}

const panAway = async (page: Page) => {
  await page.locator('.flow').hover({ position: { x: 250, y: 40 } })
  await page.mouse.wheel(0, 1500)
  await expect.poll(whole(page)).not.toBe(11)
}

test('another notebook is looked at as a whole, wherever one looked in the one before', async ({ page, demo }) => {
  await demo.open()
  await expect.poll(whole(page)).toBe(11)
  await panAway(page)
  await page.locator('.notebook-name').click()
  await page.getByRole('menuitem', { name: /report/ }).click()
  await expect(page.locator('.notebook-name')).toContainText('report')
  await expect(page.locator('.react-flow__node')).toHaveCount(11)
  await expect.poll(whole(page)).toBe(11)
})

test('the graph fits again when its panel changes, until one has moved it', async ({ page, demo }) => {
  await demo.open()
  await expect.poll(whole(page)).toBe(11)
  const middle = async () => {
    const { boxes, panel } = await places(page)
    const [left, right] = [Math.min(...boxes.map((box) => box.left)), Math.max(...boxes.map((box) => box.right))]
    return Math.abs(left + right - panel.left - panel.right) < 40
  }
  await page.setViewportSize({ width: 1800, height: 1000 })
  await expect.poll(middle).toBe(true)
  await panAway(page)
  await page.setViewportSize({ width: 1440, height: 900 })
  await expect.poll(middle).toBe(false)
  await expect.poll(whole(page)).not.toBe(11)
})

test('the node of a new cell comes into view, above the buttons at the foot', async ({ page, demo }) => {
  await page.setViewportSize({ width: 1440, height: 600 })
  await demo.open()
  await select(page, demo.cell(13))
  await page.keyboard.press('b')
  await page.keyboard.press('Enter')
  await page.keyboard.type('last = check')
  const node = page.locator('.react-flow__node').filter({ has: page.locator('[data-light=selected]') })
  await expect(node).toContainText('last = check')
  const above = async () => {
    const [box, foot] = [await node.boundingBox(), await page.locator('.zoom').boundingBox()]
    return box!.y + box!.height <= foot!.y
  }
  await expect.poll(above).toBe(true)
  await expect(node).toBeInViewport({ ratio: 0.99 })
})

test('a graph of any size is first shown so that it can be read, around the selected cell', async ({ page, demo }) => {
  await page.setViewportSize({ width: 1024, height: 640 })
  await demo.open('500')
  await page.locator('.react-flow__node').first().waitFor()
  const letters = await page
    .locator('.node-state')
    .first()
    .evaluate((line: HTMLElement) => {
      const scale = line.getBoundingClientRect().width / line.offsetWidth
      return parseFloat(getComputedStyle(line).fontSize) * scale
    })
  expect(letters).toBeGreaterThanOrEqual(9.9)
  await expect(page.locator('.react-flow__node').filter({ hasText: 'Load 1' }).first()).toBeInViewport({ ratio: 0.99 })
})

test('the overview of a long graph shows something', async ({ page, demo }) => {
  await demo.open('500')
  const mark = page.locator('.react-flow__minimap-node').first()
  await mark.waitFor()
  const thickness = await mark.evaluate((node: SVGGraphicsElement) => {
    const scale = node.getScreenCTM()!.a
    return parseFloat(getComputedStyle(node).strokeWidth) * scale
  })
  expect(thickness).toBeGreaterThan(1)
})

test('in the narrowest panel every button is within reach', async ({ page, demo }) => {
  await page.setViewportSize({ width: 1024, height: 640 })
  await demo.open()
  const divider = (await page.locator('.divider').boundingBox())!
  await page.mouse.move(divider.x, 300)
  await page.mouse.down()
  await page.mouse.move(1010, 300, { steps: 4 })
  await page.mouse.up()
  const panel = (await page.locator('.graph').boundingBox())!
  expect(panel.width).toBeLessThan(280)
  for (const button of await page.locator('.graph-bar button').all()) {
    const box = (await button.boundingBox())!
    expect(box.x + box.width).toBeLessThanOrEqual(1024)
  }
  await page.getByRole('button', { name: 'Hide the graph' }).click()
  await expect(page.locator('.react-flow')).toHaveCount(0)
})
