import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { tableFromIPC } from '@uwdata/flechette'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TableOutput } from '../protocol.ts'
import { setupEngine, startSpark, type SparkServer } from '../spark/index.ts'
import { Bench, noHost, python } from './testing/start.ts'

const project = mkdtempSync(join(tmpdir(), 'dagbook-display-'))
let server: SparkServer
let bench: Bench

beforeAll(async () => {
  const cache = join(import.meta.dirname, '../../../../.cache/engine')
  const files = await setupEngine({ python, cache, log: () => {} })
  server = await startSpark({ python, files, project })
  bench = await Bench.start({ host: { ...noHost, engine: () => Promise.resolve(server.address) } })
})

afterAll(async () => {
  await bench.stop()
  await server.stop()
  rmSync(project, { recursive: true, force: true })
})

/** The rows of the one table that the last run showed. */
function shownRows(): unknown[] {
  expect(bench.outputs).toHaveLength(1)
  const table = bench.outputs[0]!.data['application/vnd.dagbook.table+json'] as TableOutput
  return tableFromIPC(readFileSync(join(bench.folder, 'results', table.file))).toArray()
}

test('a struct that is NULL is shown though its fields never are', async () => {
  const { error } = await bench.run(`
from pyspark.sql.types import *
inner = StructType([StructField("n", IntegerType(), False)])
kind = StructType([StructField("s", inner, True), StructField("l", ArrayType(inner, True), True)])
display(spark.createDataFrame([((1,), [(2,), None]), (None, None)], kind))`)
  expect(error).toBeNull()
  expect(shownRows()).toEqual([
    { s: { n: 1 }, l: [{ n: 2 }, null] },
    { s: null, l: null },
  ])
})

test('NaN and NULL of a frame stay two things', async () => {
  await bench.run(`display(spark.sql("SELECT * FROM VALUES (1.5D), (double('NaN')), (NULL) AS t(x)"))`)
  expect(shownRows()).toEqual([{ x: 1.5 }, { x: NaN }, { x: null }])
})

test('what a command gives back has no columns and shows nothing', async () => {
  const made = await bench.run('spark.sql("CREATE OR REPLACE TEMP VIEW shown AS SELECT 1")')
  expect(made).toMatchObject({ state: 'ok', text: '', error: null })
  expect(bench.outputs).toEqual([])
})
