import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RunPatch } from '../../src/kernel/contract/index.ts'
import { defaultNamespace } from '../../src/kernel/analysis/index.ts'
import { openWarehouse, startWorker } from '../../src/kernel/engine/index.ts'
import { OpenDocument, Session, type SessionHost } from '../../src/kernel/session/index.ts'
import { testPython, workerPath } from './python.ts'

/** A session on a notebook of Python cells in a folder of its own, without an engine. */
export interface TestSession {
  readonly session: Session
  readonly folder: string
  /** What the session told about runs, in order. */
  readonly told: RunPatch[]
  /** Processes that were started for it. */
  readonly workers: () => number
  /** Ids of the cells in document order. */
  ids(): string[]
  /** Key → state. */
  states(): Record<string, string>
  /** Replaces the source of the cell at an index. */
  change(index: number, source: string): Promise<void>
  run(index: number): Promise<void>
  runAll(): Promise<void>
  close(): Promise<void>
}

/** A notebook file of Python cells. */
export function notebookText(cells: readonly string[]): string {
  return `# Databricks notebook source\n${cells.join('\n\n# COMMAND ----------\n\n')}\n`
}

export async function openTestSession(cells: readonly string[], host: Partial<SessionHost> = {}): Promise<TestSession> {
  const folder = await mkdtemp(join(tmpdir(), 'dagbook-session-'))
  const path = join(folder, 'notebook.py')
  await writeFile(path, notebookText(cells))
  const warehouse = await openWarehouse(folder)
  const told: RunPatch[] = []
  let workers = 0
  const session = await Session.open(
    'd1',
    await OpenDocument.open(path),
    {
      project: folder,
      context: { namespace: defaultNamespace, files: () => null },
      tables: warehouse,
      draft: 'test',
      engine: () => Promise.reject(new Error('This test has no engine.')),
      startWorker: (workerHost) => {
        workers += 1
        return startWorker({ python: testPython, workerPath, cwd: folder, resultsFolder: folder, host: workerHost })
      },
      ...host,
    },
    { document: () => undefined, drafts: () => undefined, run: (patch) => told.push(patch) },
  )
  const ids = (): string[] => session.view().cells.map(({ id }) => id)
  return {
    session,
    folder,
    told,
    workers: () => workers,
    ids,
    states: () => Object.fromEntries(session.results().map(({ key, state }) => [key, state])),
    change: async (index, source) => {
      await session.edit(session.document.rev, [{ op: 'change', cell: ids()[index]!, source }])
    },
    run: async (index) => {
      await session.runCells([ids()[index]!])
      await session.idle()
    },
    runAll: async () => {
      await session.runAll()
      await session.idle()
    },
    close: async () => {
      await session.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
