import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { openWarehouse, type Warehouse } from '../warehouse/index.ts'
import { Cells, testPython } from './cells.ts'
import { setupEngine, startSpark, type EngineFiles, type SparkServer } from './index.ts'

// On a busy machine the first queries of an engine take long.
vi.setConfig({ testTimeout: 900_000 })

const project = mkdtempSync(join(tmpdir(), 'dagbook-spark-'))
const cache = join(import.meta.dirname, '../../../../.cache/engine')
const running: Cells[] = []
let files: EngineFiles
let server: SparkServer
let warehouse: Warehouse
let base: Cells

beforeAll(async () => {
  files = await setupEngine({ python: testPython, cache, log: () => {} })
  server = await startSpark({ python: testPython, files, project })
  warehouse = await openWarehouse(project)
  base = new Cells({ project, warehouse, address: server.address, draft: null })
}, 1_200_000)

afterEach(() => {
  for (const cells of running.splice(0)) cells.stop()
})

afterAll(async () => {
  base.stop()
  await server.stop()
  rmSync(project, { recursive: true, force: true })
})

function newCells(draft: string | null): Cells {
  const cells = new Cells({ project, warehouse, address: server.address, draft })
  running.push(cells)
  return cells
}

/** Runs code on the project's tables, as a job does, and gives what it showed. */
async function runOnBase(code: string): Promise<readonly unknown[]> {
  const { shown, error } = await base.run('base', code)
  expect(error).toBeNull()
  return shown
}

describe('names', () => {
  test('one, two and three levels, back-quotes and capitals name the same table, in SQL and in frames', async () => {
    const shown = await runOnBase(`
spark.range(2).write.saveAsTable("names1")
for name in ("names1", "default.names1", "main.default.names1", "\`MAIN\`.Default.\`Names1\`"):
    rows(spark.table(name).orderBy("id"))
    rows(spark.sql(f"SELECT * FROM {name} ORDER BY id"))
    rows(spark.read.table(name).orderBy("names1.id"))
rows(spark.sql("SELECT names1.id, main.default.names1.id FROM main.default.names1 ORDER BY 1"))
`)
    expect(shown.slice(0, 12)).toEqual(Array(12).fill([[0], [1]]))
    expect(shown[12]).toEqual([
      [0, 0],
      [1, 1],
    ])
    expect(await warehouse.list()).toContain('main.default.names1')
  })

  test('every way to write reaches the table', async () => {
    const shown = await runOnBase(`
from pyspark.sql import functions as F, SparkSession
assert SparkSession.builder.getOrCreate() is spark
spark.sql("CREATE SCHEMA IF NOT EXISTS main.ways")
spark.sql("CREATE TABLE main.ways.t (id INT, s STRING)")
spark.sql("INSERT INTO main.ways.t VALUES (1, 'a'), (2, 'b')")
spark.createDataFrame([(3, "c")], "id int, s string").write.insertInto("ways.t")
spark.createDataFrame([(4, "d")], "id int, s string").writeTo("main.ways.t").append()
spark.createDataFrame([(5, "e")], "id int, s string").write.mode("append").saveAsTable("main.ways.t")
spark.sql("""MERGE INTO main.ways.t AS t USING (SELECT 1 AS id, 'z' AS s) AS u ON t.id = u.id
             WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *""")
source = spark.createDataFrame([(6, "f")], "id int, s string").alias("u")
source.mergeInto("main.ways.t", F.expr("t.id = u.id")).whenNotMatched().insertAll().merge()
spark.sql("UPDATE main.ways.t SET s = 'y' WHERE id = 2")
spark.sql("DELETE FROM main.ways.t WHERE id = 3")
rows(spark.table("main.ways.t").orderBy("id"))
spark.sql("CREATE TABLE main.ways.u AS SELECT id FROM main.ways.t WHERE id IN (SELECT max(id) FROM ways.t)")
rows(spark.table("ways.u"))
spark.createDataFrame([("x",)], "other string").write.mode("overwrite").option("overwriteSchema", True).saveAsTable("ways.u")
rows(spark.table("ways.u"))
spark.sql("CREATE OR REPLACE TABLE ways.u AS SELECT 1.5D AS third")
rows(spark.table("ways.u"))
show(spark.catalog.tableExists("main.ways.u")); show(spark.catalog.tableExists("ways.u"))
spark.sql("DROP TABLE ways.u")
show(spark.catalog.tableExists("main.ways.u"))
`)
    const letters = [1, 2, 4, 5, 6].map((id) => [id, { 1: 'z', 2: 'y', 4: 'd', 5: 'e', 6: 'f' }[id]])
    expect(shown).toEqual([letters, [[6]], [['x']], [[1.5]], true, true, false])
    expect(existsSync(join(project, '.dagbook/warehouse/main/ways/u'))).toBe(false)
  })

  test('USE moves where short names are looked up, and SHOW TABLES lists what the run knows', async () => {
    const shown = await runOnBase(`
spark.sql("CREATE SCHEMA IF NOT EXISTS main.moved")
spark.sql("USE CATALOG main"); spark.sql("USE SCHEMA moved")
spark.sql("CREATE TABLE t AS SELECT 1 AS a")
rows(spark.sql("SHOW TABLES"))
show(spark.catalog.currentDatabase()); show(spark.catalog.currentCatalog())
spark.sql("USE main.default")
rows(spark.table("moved.t"))
spark.catalog.setCurrentDatabase("moved")
rows(spark.table("t"))
spark.sql("USE default")
`)
    expect(shown).toEqual([[['moved', 't', false]], 'moved', 'main', [[1]], [[1]]])
  })

  test('a common table expression and an alias hide a table of the same name', async () => {
    const shown = await runOnBase(`
spark.sql("CREATE TABLE main.default.hidden AS SELECT 1 AS a")
rows(spark.sql("WITH hidden AS (SELECT 2 AS a) SELECT a FROM hidden"))
rows(spark.sql("SELECT hidden.a FROM main.default.hidden AS hidden"))
rows(spark.sql("SELECT * FROM {frame}", frame=spark.table("hidden")))
rows(spark.sql("SELECT a + :more FROM IDENTIFIER('main.default.hidden')", args={"more": 4}))
sql_frame = sql("SELECT a FROM IDENTIFIER(:which) WHERE a = :one", which="main.default.hidden", one="1")
rows(sql_frame)
`)
    expect(shown).toEqual([[[2]], [[1]], [[1]], [[5]], [[1]]])
  })
})

describe('versions', () => {
  test('a run works on its own version, and two versions are seen at once by one lazy frame', async () => {
    await runOnBase(`spark.sql("CREATE TABLE main.versions.t AS SELECT 1 AS id")`)
    const cells = newCells('two')
    const above = await cells.run(
      'w1',
      `df = spark.table("versions.t"); spark.sql("INSERT INTO versions.t VALUES (2)")`,
    )
    expect(above.made.get('main.versions.t')?.location).toContain('drafts')
    const count = 'show(df.count()); rows(spark.sql("SELECT count(*) FROM main.versions.t"))'
    expect((await cells.run('r1', count)).shown).toEqual([1, [[1]]])
    expect((await cells.run('r2', count, { above: above.made })).shown).toEqual([2, [[2]]])
    expect((await cells.run('r3', count)).shown).toEqual([1, [[1]]])
    expect(await runOnBase('show(spark.table("versions.t").count())')).toEqual([1])
  })

  test('a cell that appends, run three times, appends once', async () => {
    await runOnBase(`spark.sql("CREATE TABLE main.thrice.t AS SELECT 1 AS id")`)
    const cells = newCells('thrice')
    for (const run of ['a1', 'a2', 'a3']) {
      const { shown } = await cells.run(
        run,
        'spark.sql("INSERT INTO thrice.t VALUES (2)"); show(spark.table("thrice.t").count())',
      )
      expect(shown).toEqual([2])
    }
  })

  test('a cell that fails leaves the version above as it was', async () => {
    await runOnBase(`spark.sql("CREATE TABLE main.failing.t AS SELECT 1 AS id")`)
    const cells = newCells('failing')
    const failed = await cells.run('f1', 'spark.sql("DELETE FROM failing.t"); 1 / 0')
    expect(failed.error?.[0]).toBe('ZeroDivisionError')
    expect((await cells.run('f2', 'show(spark.table("failing.t").count())')).shown).toEqual([1])
  })

  test('a table that is dropped and made again in one cell is the new one', async () => {
    await runOnBase(`spark.sql("CREATE TABLE main.again.t AS SELECT 1 AS id")`)
    const cells = newCells('again')
    const made = await cells.run(
      'd1',
      `spark.sql("DROP TABLE again.t"); spark.sql("CREATE TABLE again.t AS SELECT 'x' AS s"); rows(spark.table("again.t"))`,
    )
    expect(made.shown).toEqual([[['x']]])
    const read = await newCells('again').run('d2', 'rows(spark.table("again.t"))', { above: made.made })
    expect(read.shown).toEqual([[['x']]])
    expect(await runOnBase('rows(spark.table("again.t"))')).toEqual([[[1]]])
  })

  test('what a run did to its tables is told', async () => {
    await runOnBase(`for n in "rwd": spark.sql(f"CREATE TABLE main.told.{n} AS SELECT 1 AS id")`)
    const end = await newCells('told').run(
      't1',
      `spark.table("told.r").count(); spark.sql("INSERT INTO told.w VALUES (2)"); spark.sql("DROP TABLE told.d")
spark.sql("DELETE FROM told.r WHERE id = 7"); spark.sql("CREATE TABLE told.n AS SELECT 1 AS id")`,
    )
    const told = Object.fromEntries(
      end.tables.map(({ name, written, location }) => [name, [written, location !== null]]),
    )
    expect(told).toEqual({
      'main.told.r': [false, true],
      'main.told.w': [true, true],
      'main.told.d': [true, false],
      'main.told.n': [true, true],
    })
  })

  test('a table with a location of its own is found again, and other formats than Delta are refused', async () => {
    const folder = join(project, 'elsewhere')
    const cells = newCells('located')
    const made = await cells.run(
      'o1',
      `spark.sql("CREATE TABLE main.located.t USING delta LOCATION '${folder}' AS SELECT 3 AS a")`,
    )
    expect(made.made.get('main.located.t')?.location).toBe(folder)
    expect((await cells.run('o2', 'rows(spark.table("located.t"))', { above: made.made })).shown).toEqual([[[3]]])
    for (const code of [
      'spark.sql("CREATE TABLE main.located.p USING parquet AS SELECT 1 AS a")',
      'spark.range(1).write.format("parquet").saveAsTable("located.p")',
    ]) {
      expect((await cells.run('o3', code)).error?.[1]).toContain('Tables are Delta here, not parquet')
    }
  })

  test('a promoted draft is what everybody reads then, also an engine that knew the table before', async () => {
    const read = 'rows(spark.table("promoted.t").orderBy("id"))'
    await base.run('p0', `spark.sql("CREATE TABLE main.promoted.t AS SELECT 1 AS id")`)
    const cells = newCells('promoted')
    for (const [run, code] of [
      ['p1', 'spark.sql("INSERT INTO promoted.t VALUES (2)")'],
      ['p2', 'spark.sql("DROP TABLE promoted.t"); spark.sql("CREATE TABLE promoted.t AS SELECT 7 AS id")'],
    ] as const) {
      const { made } = await cells.run(run, code)
      const expectedStamp = await warehouse.stamp('main.promoted.t')
      const { location } = made.get('main.promoted.t')!
      await warehouse.promote('promoted', [{ table: 'main.promoted.t', location, expectedStamp }])
      const expected = run === 'p1' ? [[1], [2]] : [[7]]
      expect((await base.run(`${run}b`, read)).shown).toEqual([expected])
    }
    const last = await base.run('p3', `spark.sql("INSERT INTO promoted.t VALUES (8)"); ${read}`)
    expect(last.shown).toEqual([[[7], [8]]])
  })
})

describe('temp views', () => {
  const define = `
spark.sql("CREATE OR REPLACE TEMP VIEW by_sql AS SELECT count(*) AS n FROM main.views.t")
spark.table("views.t").groupBy().count().createOrReplaceTempView("by_frame")
spark.sql("CREATE OR REPLACE TEMP VIEW of_view AS SELECT n + 10 AS n FROM by_sql")`
  const read = 'rows(spark.table("by_sql")); rows(spark.sql("SELECT * FROM by_frame")); rows(spark.table("of_view"))'

  test('show their tables as they are at the place of the reader', async () => {
    await runOnBase(`spark.sql("CREATE TABLE main.views.t AS SELECT 1 AS id")`)
    const cells = newCells('views')
    const { views } = await cells.run('v1', define)
    expect(views.map(({ name }) => name).sort()).toEqual(['by_frame', 'by_sql', 'of_view'])
    const known = { by_sql: 'v1', by_frame: 'v1', of_view: 'v1' }
    const { made } = await cells.run('v2', 'spark.sql("INSERT INTO views.t VALUES (2)")', { views: known })
    expect((await cells.run('v3', read, { views: known })).shown).toEqual([[[1]], [[1]], [[11]]])
    expect((await cells.run('v4', read, { views: known, above: made })).shown).toEqual([[[2]], [[2]], [[12]]])
    expect((await cells.run('v5', read, { views: known })).shown).toEqual([[[1]], [[1]], [[11]]])
  })

  test('of one name in two cells are told apart', async () => {
    const cells = newCells('names')
    await cells.run('n1', 'spark.sql("CREATE OR REPLACE TEMP VIEW v AS SELECT 1 AS a")')
    await cells.run('n2', 'spark.range(2).createOrReplaceTempView("v")', { views: { v: 'n1' } })
    const read_ = 'rows(spark.table("v"))'
    expect((await cells.run('n3', read_, { views: { v: 'n1' } })).shown).toEqual([[[1]]])
    expect((await cells.run('n4', read_, { views: { v: 'n2' } })).shown).toEqual([[[0], [1]]])
    expect((await cells.run('n5', read_, { views: {} })).error?.[1]).toContain('TABLE_OR_VIEW_NOT_FOUND')
    expect((await cells.run('n6', read_, { views: { v: 'lost' } })).missing).toEqual(['v'])
  })

  test('that are dropped, or whose definition fails, are told', async () => {
    const cells = newCells('dropped')
    await cells.run('x1', 'spark.range(1).createOrReplaceTempView("v")')
    const dropped = await cells.run('x2', 'show(spark.catalog.dropTempView("v"))', { views: { v: 'x1' } })
    expect([dropped.shown, dropped.views]).toEqual([[true], [{ name: 'v', dropped: true }]])
    const failing = `
try:
    spark.sql("CREATE OR REPLACE TEMP VIEW v AS SELECT nope FROM range(1)")
except Exception: pass
rows(spark.table("v"))`
    const failed = await cells.run('x3', failing, { views: { v: 'x1' } })
    expect([failed.shown, failed.views]).toEqual([[[[0]]], []])
  })
})

describe('errors', () => {
  test('say the user’s names', async () => {
    const cells = newCells('errors')
    await cells.run('e0', 'spark.sql("CREATE TABLE main.wrong.t AS SELECT 1 AS id")')
    const missing = await cells.run('e1', 'spark.table("wrong.nope").count()')
    expect(missing.error?.[1]).toContain('`main`.`wrong`.`nope` cannot be found')
    const above = (await cells.run('e2', 'spark.sql("CREATE OR REPLACE TABLE wrong.t AS SELECT 1 AS id")')).made
    const twice = await cells.run('e3', 'spark.sql("CREATE TABLE wrong.t AS SELECT 2 AS id")', { above })
    expect(twice.error?.[1]).toContain('`main`.`wrong`.`t` because it already exists')
    expect(twice.error?.[1]).not.toContain('errors__')
  })

  test('tell the line and the offset in the user’s SQL, behind rewritten names', async () => {
    await runOnBase('spark.sql("CREATE TABLE main.lines.t AS SELECT 1 AS id")')
    const cells = newCells('lines')
    const select = 'SELECT id\\nFROM main.lines.t, lines.t AS u\\nWHERE nope = 1'
    const unknown = await cells.run('l1', `sql("${select}")`)
    expect(unknown.error?.slice(2)).toEqual([3, select.replaceAll('\\n', '\n').indexOf('nope')])
    expect(unknown.error?.[1]).toMatch(/^\[UNRESOLVED_COLUMN[^\n]*$/)
    const syntax = 'SELECT id FROM main.lines.t\\nWHERE (id'
    const broken = await cells.run('l2', `sql("${syntax}")`)
    expect(broken.error?.slice(0, 3)).toEqual(['ParseException', expect.stringContaining('[PARSE_SYNTAX_ERROR]'), 2])
    expect((await cells.run('l3', 'spark.range(1).select("nope").collect()')).error?.[2]).toBeNull()
  })
})

describe('frames', () => {
  test('become Arrow with a limit', async () => {
    const shown = await runOnBase(`
for count in (2, 3, 4):
    table, more = engine.frame_to_arrow(spark.range(count), 3)
    show([table.num_rows, more])
show([engine.is_frame(spark.range(1)), engine.is_frame([])])`)
    expect(shown).toEqual([
      [2, false],
      [3, false],
      [3, true],
      [true, false],
    ])
  })
})

describe('the engine', () => {
  test('is up to date without a network once it was set up', async () => {
    const said: string[] = []
    const again = await setupEngine({ python: testPython, cache, log: (line) => said.push(line) })
    expect(again).toEqual(files)
    expect(said).toEqual([])
  })

  test('refuses who does not know its token', async () => {
    const script = `
import os, sys
from pyspark.sql.connect.session import SparkSession
try:
    SparkSession.builder.remote(sys.argv[1]).getOrCreate().sql("SELECT 1").collect()
    print("in")
except Exception as error:
    print("UNAUTHENTICATED" in str(error) or "Unauthenticated" in str(error), flush=True)
os._exit(0)`
    const child = spawn(testPython, ['-c', script, server.address.replace(/token=.*/, 'token=wrong')])
    let said = ''
    for await (const chunk of child.stdout) said += String(chunk)
    expect(said.trim()).toBe('True')
  })

  test('killed and started anew has the tables, the views and the frames of before', async () => {
    const own = mkdtempSync(join(tmpdir(), 'dagbook-restart-'))
    const first = await startSpark({ python: testPython, files, project: own })
    const tables = await openWarehouse(own)
    const cells = new Cells({ project: own, warehouse: tables, address: first.address, draft: null })
    running.push(cells)
    const made = await cells.run(
      'k1',
      `spark.sql("CREATE TABLE main.s.t AS SELECT 1 AS id"); df = spark.table("s.t"); df.createOrReplaceTempView("v")`,
    )
    expect(made.error).toBeNull()
    process.kill(first.pid, 'SIGKILL')
    expect(await first.ended).toBe('killed by SIGKILL')
    const second = await startSpark({ python: testPython, files, project: own })
    cells.address = second.address
    const { shown, error } = await cells.run(
      'k2',
      'rows(df); rows(spark.table("v")); rows(spark.sql("SELECT * FROM s.t"))',
    )
    expect([shown, error]).toEqual([[[[1]], [[1]], [[1]]], null])
    await second.stop()
    expect(readdirSync(own)).toEqual(['.dagbook'])
    rmSync(own, { recursive: true, force: true })
  })

  test('ends when its owner is killed', async () => {
    const own = mkdtempSync(join(tmpdir(), 'dagbook-owner-'))
    const start = `
      const { startSpark } = await import(${JSON.stringify(join(import.meta.dirname, 'index.ts'))})
      const server = await startSpark(${JSON.stringify({ python: testPython, files, project: own })})
      console.log(server.pid)
      setInterval(() => {}, 1000)`
    const owner = spawn(process.execPath, ['--input-type=module', '-e', start], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const lines = createInterface({ input: owner.stdout })
    const pid = Number((await lines[Symbol.asyncIterator]().next()).value)
    expect(isRunning(pid)).toBe(true)
    owner.kill('SIGKILL')
    for (let tries = 0; isRunning(pid) && tries < 100; tries++) await sleep(100)
    expect(isRunning(pid)).toBe(false)
    rmSync(own, { recursive: true, force: true })
  })
})

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
