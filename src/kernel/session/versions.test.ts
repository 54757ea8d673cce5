import { expect, test } from 'vitest'
import { defaultNamespace } from '../analysis/index.ts'
import { readNotebook } from '../notebook/index.ts'
import type { RunRecord } from './record.ts'
import { Stamps } from './stamps.ts'
import { Learned, understand, type Understanding } from './understanding.ts'
import { Versions } from './versions.ts'

/** A notebook of Python cells; their ids are a, b, c… */
function notebookOf(...sources: readonly string[]): Understanding {
  const text = `# Databricks notebook source\n${sources.join('\n\n# COMMAND ----------\n\n')}\n`
  const notebook = readNotebook(new TextEncoder().encode(text), 'notebook.py')
  const cells = notebook.cells.map((cell, index) => ({ id: 'abcdef'[index]!, cell }))
  return understand(notebook, cells, { namespace: defaultNamespace, files: () => null }, new Learned())
}

function runUnder(key: string, run: string): RunRecord {
  const nothing = { writes: new Map(), deletes: [], views: [], tables: new Map(), text: '', outputs: [] }
  return { run, key, state: 'ok', ...nothing, error: null, ms: 1, finished: '' }
}

async function versionsOf(understanding: Understanding): Promise<Versions> {
  const stamps = new Stamps({ project: '.', tableStamp: () => Promise.resolve(null) })
  const versions = new Versions(stamps, new Map())
  await versions.adopt(understanding)
  return versions
}

test('a run fits as long as what the cell reads is of the same run', async () => {
  const versions = await versionsOf(notebookOf('c = [0]', 'a = [c]'))
  await versions.add('a', runUnder(versions.key('a'), 'r1'))
  await versions.add('b', runUnder(versions.key('b'), 'r2'))
  expect(versions.record('b')?.run).toBe('r2')
  await versions.add('a', runUnder(versions.key('a'), 'r3'))
  expect(versions.record('b')).toBeUndefined()
})

test('a run that ended when its input was not fresh any more does not fit the cell without that input', async () => {
  const versions = await versionsOf(notebookOf('c = [0]', 'a = [c]'))
  await versions.add('b', runUnder(versions.key('b'), 'r1'))
  await versions.adopt(notebookOf('pass', 'a = [c]'))
  expect(versions.record('b')).toBeUndefined()
})
