import { test as base, type Locator, type Page } from '@playwright/test'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const repository = join(import.meta.dirname, '../../..')

/** A running Dagbook, as a person starts it: the built command line, the real kernel, a project of its own. */
export interface App {
  /** The project, a folder that goes away after the test. */
  readonly folder: string
  /** The notebook that is open. */
  readonly file: string
  /** The address that Dagbook printed, with its token. */
  readonly url: string
}

/** What a test of the whole app has at hand. */
interface Fixtures {
  /** Starts Dagbook on a notebook with this text and opens the page. */
  openNotebook: (text: string) => Promise<App>
  /** The same on a copy of the example, without anything that ran before. */
  openExample: () => Promise<App>
  /** A cell by its title. */
  cell: (title: string) => Locator
  /** Its box in the graph. */
  node: (title: string) => Locator
}

export const test = base.extend<Fixtures & { start: (name: string, fill: Fill) => Promise<App> }>({
  start: async ({ page }, use) => {
    const started: { child: ChildProcess; folder: string }[] = []
    await use(async (name, fill) => {
      const folder = await mkdtemp(join(tmpdir(), 'dagbook-app-'))
      await fill(folder)
      const file = join(folder, name)
      const child = spawn(
        process.execPath,
        [join(repository, 'out/main/cli.js'), 'open', '--web', '--no-browser', '--json', file],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      )
      started.push({ child, folder })
      const url = await printedUrl(child)
      await page.goto(url)
      await page.locator('.notebook .cell').first().waitFor()
      return { folder, file, url }
    })
    for (const { child, folder } of started) {
      if (child.exitCode === null) {
        child.kill('SIGTERM')
        await once(child, 'exit')
      }
      await rm(folder, { recursive: true, force: true })
    }
  },
  openNotebook: async ({ start }, use) => {
    await use((text) => start('notebook.py', (folder) => writeFile(join(folder, 'notebook.py'), text)))
  },
  openExample: async ({ start }, use) => {
    await use(() =>
      start('late_flights.py', (folder) =>
        cp(join(repository, 'examples/flights'), folder, {
          recursive: true,
          filter: (path) => !path.endsWith('.dagbook'),
        }),
      ),
    )
  },
  cell: async ({ page }, use) => {
    await use((title) => page.getByRole('group', { name: new RegExp(`^${title}, `) }))
  },
  node: async ({ page }, use) => {
    await use((title) => page.locator('.node').filter({ has: page.getByText(title, { exact: true }) }))
  },
})

type Fill = (folder: string) => Promise<void>

export { expect } from '@playwright/test'

async function printedUrl(child: ChildProcess): Promise<string> {
  let text = ''
  for await (const line of createInterface({ input: child.stdout! })) {
    text += line
    const url = /"url":\s*"([^"]+)"/.exec(text)?.[1]
    if (url !== undefined) return url
  }
  throw new Error(`Dagbook ended before it printed its address: ${text}`)
}

/** The text of a notebook of Python cells, as Databricks writes it. */
export function notebookText(cells: Readonly<Record<string, string>>): string {
  const parts = Object.entries(cells).map(([title, source]) => `# DBTITLE 1,${title}\n${source}\n`)
  return `# Databricks notebook source\n${parts.join('\n# COMMAND ----------\n\n')}`
}

/** Replaces the text of a cell, as one types it. */
export async function typeInto(page: Page, cell: Locator, text: string): Promise<void> {
  await cell.locator('.cm-content').click()
  await page.keyboard.press('Control+a')
  await page.keyboard.insertText(text)
}
