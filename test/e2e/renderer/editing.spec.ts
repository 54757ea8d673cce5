import { expect, select, sources, test } from './demo.ts'

test('news from elsewhere comes into a cell that nobody types in, and never over typed text', async ({
  page,
  demo,
}) => {
  await demo.open()
  // Someone else's edits are there just before ours.
  await demo.kernel((kernel) => {
    const request = kernel.request.bind(kernel)
    kernel.request = (method, params) => {
      if (method === 'document/edit') {
        kernel.request = request
        kernel.editElsewhere([{ op: 'change', cell: 'c3', source: 'theirs = 1' }])
        kernel.editElsewhere([{ op: 'change', cell: 'c2', source: 'flights = other' }])
      }
      return request(method, params)
    }
  })
  await demo.cell(3).locator('.cm-content').click()
  await page.keyboard.press('Control+End')
  await page.keyboard.type('\nmine = 1')
  await expect(demo.cell(2).locator('.code')).toContainText('flights = other')
  await expect.poll(sources(demo)).toContainEqual(expect.stringMatching(/mine = 1$/))
  await expect(demo.cell(3).locator('.code')).toContainText('mine = 1')
})

test('two pages that type in one cell at once both keep every letter', async ({ page, demo }) => {
  await demo.open()
  await demo.kernel((kernel) => {
    const request = kernel.request.bind(kernel)
    let times = 0
    kernel.request = ((method: 'document/edit', params: { doc: string; rev: number; edits: [] }) => {
      // The other page types at the start of the cell, just before our edit arrives.
      if (method === 'document/edit' && times++ < 3) {
        const source = `theirs_${times}\n${kernel.sources()[3]}`
        kernel.editElsewhere([{ op: 'change', cell: 'c3', source }])
      }
      return request(method, params)
    }) as typeof kernel.request
  })
  await demo.cell(3).locator('.cm-content').click()
  await page.keyboard.press('Control+End')
  await page.keyboard.type(' and mine', { delay: 60 })
  const both = /^theirs_3\ntheirs_2\ntheirs_1\n[^]* and mine$/
  await expect.poll(sources(demo)).toContainEqual(expect.stringMatching(both))
  await expect(demo.cell(3).locator('.cm-content')).toContainText(' and mine')
  await expect(demo.cell(3).locator('.cm-content')).toContainText('theirs_3')
})

test('a deleted cell that comes back stands as the kernel says, not as stale', async ({ page, demo }) => {
  await demo.open()
  await demo.kernel((kernel) => {
    const request = kernel.request.bind(kernel)
    // This kernel knows that the run still fits.
    kernel.request = (async (method: 'document/open', params: { path: string }) => {
      const answer = await request(method, params)
      if (method !== 'document/open') return answer
      const cells = answer.cells.map((cell) =>
        cell.id === 'c3' ? { ...cell, run: { ...cell.run, state: 'fresh' } } : cell,
      )
      return { ...answer, cells }
    }) as typeof kernel.request
  })
  await select(page, demo.cell(3))
  await page.keyboard.press('d')
  await page.keyboard.press('d')
  await expect(demo.cell(3)).toHaveCount(0)
  await page.keyboard.press('z')
  await expect(demo.cell(3)).toHaveAttribute('data-state', 'fresh')
})

test('fast typing loses no letter while the kernel answers every edit', async ({ page, demo }) => {
  await demo.open()
  await demo.cell(3).locator('.cm-content').click()
  await page.keyboard.press('Control+End')
  const text = '\n' + Array.from({ length: 12 }, (_, at) => `value_${at} + `).join('')
  await page.keyboard.type(text, { delay: 12 })
  await expect.poll(sources(demo)).toContainEqual(expect.stringContaining(text.trim()))
})

test('text that the kernel will not take stays in the page, and the page says so', async ({ page, demo }) => {
  await demo.open()
  await demo.kernel((kernel) =>
    kernel.refuseNext({ code: 'DB-1010', what: 'Line 3 would start a new cell.', todo: 'Change the line.', place: {} }),
  )
  await demo.cell(3).locator('.cm-content').click()
  await page.keyboard.press('Control+End')
  await page.keyboard.insertText('\n# COMMAND')
  await expect(demo.cell(3).getByText('This text is only in the page')).toBeVisible()
  await page.keyboard.type('S')
  await expect.poll(sources(demo)).toContainEqual(expect.stringContaining('# COMMANDS'))
  await expect(demo.cell(3).getByText('This text is only in the page')).toHaveCount(0)
})

test('a cell is not shown as fresh from the first letter on, and neither is what reads from it', async ({
  page,
  demo,
}) => {
  await demo.open()
  await demo.kernel((kernel) => (kernel.request = () => new Promise<never>(() => undefined)))
  await demo.cell(3).locator('.cm-content').click()
  await page.keyboard.type('x')
  await expect(demo.cell(3)).toHaveAttribute('data-state', 'stale')
  await expect(demo.cell(6)).toHaveAttribute('data-state', 'stale')
  await expect(demo.cell(8)).toHaveAttribute('data-state', 'fresh')
})

test('undo in a cell survives scrolling away and back', async ({ page, demo }) => {
  await demo.open('120')
  const first = page.locator('#cell-c2 .cm-content')
  await first.click()
  await page.keyboard.press('Control+Home')
  await page.keyboard.type('typed ')
  await page.locator('.notebook').evaluate((column) => column.scrollTo(0, column.scrollHeight))
  await expect(page.locator('#cell-c119 .cm-content')).toBeVisible()
  await page.locator('.notebook').evaluate((column) => column.scrollTo(0, 0))
  await first.click()
  await page.keyboard.press('Control+z')
  await expect(first).not.toContainText('typed')
})

test('a title is edited in place', async ({ page, demo }) => {
  await demo.open()
  await demo.cell(3).getByText('Load weather', { exact: true }).click()
  await page.keyboard.press('Control+a')
  await page.keyboard.type('Weather by the hour')
  await page.keyboard.press('Enter')
  await expect(demo.cell(3)).toHaveAccessibleName(/^Weather by the hour, Python/)
})

test('Markdown is shown as it reads, without scripts, and a click leads into its text', async ({ demo }) => {
  await demo.open()
  await demo.kernel((kernel) =>
    kernel.editElsewhere([
      {
        op: 'change',
        cell: 'c4',
        source: '# Hi <img src=x onerror="document.title=1"> <script>document.title=2</script>',
      },
    ]),
  )
  await expect(demo.cell(4).getByRole('heading', { name: 'Hi' })).toBeVisible()
  expect(await demo.cell(4).locator('script, [onerror]').count()).toBe(0)
  await demo.cell(4).getByRole('heading').click()
  await expect(demo.cell(4)).toHaveAttribute('data-selected', 'edit')
})

test('parameters are inputs that can go back to their default', async ({ page, demo }) => {
  await demo.open()
  await page.getByLabel('Month').selectOption('12')
  await expect(demo.cell(2)).toHaveAttribute('data-state', 'stale')
  await page.getByRole('button', { name: 'Reset month' }).click()
  await expect(page.getByLabel('Month')).toHaveValue('7')
  await page.getByLabel('Late after (minutes)').fill('45')
  await page.keyboard.press('Enter')
  const sent = await demo.kernel((kernel) =>
    kernel.log.filter(({ method }) => method === 'parameter/set').map(({ params }) => params),
  )
  expect(sent.at(-1)).toMatchObject({ name: 'late_after', value: '45' })
})

test('between cells one can add a cell of each kind', async ({ page, demo }) => {
  await demo.open()
  await page.locator('.add-bar').nth(4).hover()
  await page.locator('.add-bar').nth(4).getByText('SQL').click()
  await page.keyboard.type('SELECT 1')
  await expect.poll(sources(demo)).toContain('SELECT 1')
  await expect(page.locator('.cell').nth(4)).toHaveAttribute('data-kind', 'sql')
})

test('a notebook of 500 cells has at most 40 editors alive', async ({ page, demo }) => {
  await demo.open('500')
  await expect(page.locator('.cell')).toHaveCount(500)
  for (const y of [4000, 12_000, 30_000, 60_000]) {
    await page.locator('.notebook').evaluate((column, to) => column.scrollTo(0, to), y)
    await expect.poll(() => page.locator('.cm-editor').count()).toBeGreaterThan(0)
    expect(await page.locator('.cm-editor').count()).toBeLessThanOrEqual(40)
  }
})

test('a live editor takes the same room as the text that stood there', async ({ page, demo }) => {
  await demo.open('120')
  const heights = () =>
    page
      .locator('.cell .code-frame')
      .evaluateAll((frames) => frames.slice(0, 6).map((frame) => frame.getBoundingClientRect().height))
  await expect(page.locator('#cell-c1 .cm-editor')).toBeVisible()
  const live = await heights()
  const lines = await page
    .locator('.cell .code-frame')
    .evaluateAll((frames) => frames.slice(0, 6).map((frame) => frame.querySelectorAll('.cm-line').length))
  expect(live).toEqual(lines.map((count) => count * 20 + 18))
  await select(page, demo.cell(1))
})
