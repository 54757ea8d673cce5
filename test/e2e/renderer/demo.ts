import { test as base, type Locator, type Page } from '@playwright/test'
import type { DemoKernel } from '../../../src/renderer/demo/DemoKernel.ts'
import { buildPage, servePage } from './serve-page.ts'

/** What a test of the page has at hand. */
interface Demo {
  /** Opens the page on a made-up notebook: `flights`, `errors`, `empty`, or a number of cells. */
  open(name?: string): Promise<void>
  /** The cell with this number, from 0. */
  cell(index: number): Locator
  /** Everything that was asked of the kernel so far, by name. */
  asked: () => Promise<string[]>
  /** Runs a function on the made-up kernel. */
  kernel<T, A>(work: (kernel: DemoKernel, argument: A) => T, argument?: A): Promise<T>
  /** Errors of scripts and violations of the content security policy so far. */
  readonly complaints: readonly string[]
}

export const test = base.extend<{ demo: Demo }, { site: string }>({
  site: [
    async ({ browserName: _ }, use) => {
      const { url, server } = await servePage(await buildPage())
      await use(url)
      server.close()
    },
    { scope: 'worker', timeout: 180_000 },
  ],
  demo: async ({ page, site }, use) => {
    const complaints: string[] = []
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text())
    })
    await use({
      complaints,
      open: async (name = 'flights') => {
        await page.goto(`${site}/demo.html?demo=${name}`)
        await page.locator('.notebook').waitFor()
      },
      cell: (index) => page.locator(`#cell-c${index}`),
      asked: () => page.evaluate(() => window.demoKernel!.log.map(({ method }) => method)),
      // As text: the page's policy forbids it to make functions, not the test to bring one.
      kernel: <T, A>(work: (kernel: DemoKernel, argument: A) => T, argument?: A) =>
        page.evaluate<T>(`(${String(work)})(window.demoKernel, ${JSON.stringify(argument ?? null)})`),
    })
  },
})

export { expect } from '@playwright/test'

/** The text of a cell as the kernel has it, in a form to poll. */
export function sources(demo: Demo): () => Promise<string[]> {
  return () => demo.kernel((kernel) => kernel.sources())
}

/** Selects a cell without leading into its text. */
export async function select(page: Page, cell: Locator): Promise<void> {
  await cell.locator('.state-mark, .prose').first().click()
  await page.keyboard.press('Escape')
}
