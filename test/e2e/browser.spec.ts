import { expect, test } from '@playwright/test'

const PAGE = '<body style="margin: 0; background: white"><p style="font: 40px sans-serif; margin: 0">Wagon</p></body>'

test('the test browser draws text', async ({ page }) => {
  await page.goto(`data:text/html,${encodeURIComponent(PAGE)}`)
  await expect(page.getByText('Wagon')).toBeVisible()

  // Without a font a browser lays text out and paints nothing: the picture must change when the text goes.
  const clip = { x: 0, y: 0, width: 300, height: 80 }
  const written = await page.screenshot({ clip })
  await page.getByText('Wagon').evaluate((element) => (element.style.color = 'white'))
  expect(written.equals(await page.screenshot({ clip }))).toBe(false)
})
