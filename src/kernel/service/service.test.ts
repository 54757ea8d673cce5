import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { testPython, workerPath } from '../../../test/support/python.ts'
import { notebookText } from '../../../test/support/session.ts'
import { requests, type DocumentPatch, type DocumentView, type RunPatch } from '../contract/index.ts'
import { findProject } from '../project/index.ts'
import { KernelService } from './service.ts'
import { Workbench } from './workbench.ts'

let close: () => Promise<void> = async () => undefined
afterEach(() => close())

/** A service on a project with one notebook, and that notebook opened. */
async function opened(...cells: string[]): Promise<{ service: KernelService; view: DocumentView }> {
  const folder = await mkdtemp(join(tmpdir(), 'dagbook-service-'))
  await writeFile(join(folder, 'notebook.py'), notebookText(cells))
  const installation = { python: testPython, workerPath, cache: join(folder, 'cache') }
  const service = new KernelService(await Workbench.open(await findProject(folder), installation), null)
  close = async () => {
    await service.close()
    await rm(folder, { recursive: true, force: true })
  }
  return { service, view: await service.handle('document/open', { path: 'notebook.py' }) }
}

/** Runs the whole notebook and waits until all of it has settled. */
async function runAll(service: KernelService, { doc, cells }: DocumentView): Promise<void> {
  const settled = new Set<string>()
  const done = new Promise<void>((resolve) => {
    service.on('run/changed', (patch: RunPatch) => {
      for (const { id, run } of patch.cells) if (run?.state === 'fresh') settled.add(id)
      if (settled.size === cells.length) resolve()
    })
  })
  await service.handle('run/all', { doc })
  await done
}

async function diagnosticsOf(service: KernelService, code: string): Promise<DocumentView['diagnostics']> {
  const { diagnostics } = await service.handle('document/open', { path: 'notebook.py' })
  return diagnostics.filter((one) => one.code === code)
}

test('an export waits until what runs taught is noted', async () => {
  const { service, view } = await opened(
    'import builtins\na = [1]\nbuiltins.keep = a',
    'b = [builtins.keep]',
    'b[0].append(2)',
    'print(a, b)',
  )
  const { doc, rev } = view
  expect((await service.handle('export/preview', { doc })).refused).toEqual([])
  await runAll(service, view)
  const [told] = await diagnosticsOf(service, 'unforeseen-mutation')
  expect((await service.handle('export/preview', { doc })).refused).toEqual([
    expect.stringMatching(/line 1: When this cell ran, it changed a and b\. .* note to Dagbook\.$/),
  ])
  await expect(service.handle('export/write', { doc, files: [] })).resolves.toEqual({ written: [] })

  const { cell, code, where, message } = told!
  const { fixes } = await service.handle('diagnostic/fixes', { doc, cell, code, where, message })
  await service.handle('document/edit', { doc, rev, edits: fixes[0]!.edits })
  expect((await service.handle('export/preview', { doc })).refused).toEqual([])
})

test('a page learns what a remark means and what would mend it, in the words of the contract', async () => {
  const { service, view } = await opened('total = sum(orders)', 'orders = [1]')
  const [told] = view.diagnostics
  expect(told).toMatchObject({ code: 'defined-below', fixable: true })
  const { cell, code, where, message } = told!
  const answer = await service.handle('diagnostic/fixes', { doc: view.doc, cell, code, where, message })
  expect(requests['diagnostic/fixes'].result.parse(answer)).toEqual(answer)
  expect(answer).toMatchObject({ title: 'A name that is defined further down', fixes: [{}, {}] })

  const patches: DocumentPatch[] = []
  service.on('document/changed', (patch: DocumentPatch) => patches.push(patch))
  await service.handle('document/edit', { doc: view.doc, rev: view.rev, edits: answer.fixes[0]!.edits })
  expect(patches.at(-1)!.diagnostics).toEqual([])
})

test('a remark that is gone has no fixes any more', async () => {
  const { service, view } = await opened('x = 1')
  const wanted = {
    doc: view.doc,
    cell: view.cells[0]!.id,
    code: 'undefined-name',
    where: { start: 0, end: 1 },
    message: 'm',
  }
  await expect(service.handle('diagnostic/fixes', wanted)).rejects.toThrow('The notebook changed since this was said.')
})

test('a package is pinned to the version that cells can import', async () => {
  const { service, view } = await opened('# MAGIC %pip install pandas')
  const { cell, code, where, message } = view.diagnostics[0]!
  const { fixes } = await service.handle('diagnostic/fixes', { doc: view.doc, cell, code, where, message })
  expect(fixes[0]!.edits).toEqual([
    { op: 'change', cell, source: expect.stringMatching(/^install pandas==\d+\.\d+/) as string },
  ])
})
