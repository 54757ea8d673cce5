import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import type { TableName, TablePlace } from '../protocol.ts'
import { openWarehouse, type Warehouse } from '../warehouse/index.ts'
import { Bench } from '../worker/testing/start.ts'
import { type CellEnd, Cells, testPython } from './cells.ts'
import { setupEngine, startSpark, type SparkServer } from './index.ts'

// On a busy machine the first queries of an engine take long.
vi.setConfig({ testTimeout: 900_000 })

const project = mkdtempSync(join(tmpdir(), 'dagbook-names-'))
const cache = join(import.meta.dirname, '../../../../.cache/engine')
const running: Cells[] = []
let server: SparkServer
let warehouse: Warehouse

beforeAll(async () => {
  const files = await setupEngine({ python: testPython, cache, log: () => {} })
  server = await startSpark({ python: testPython, files, project })
  warehouse = await openWarehouse(project)
}, 1_200_000)

afterEach(() => {
  for (const cells of running.splice(0)) cells.stop()
})

afterAll(async () => {
  await server.stop()
  rmSync(project, { recursive: true, force: true })
})

/** Cells of a notebook, one after the other; each sees the tables of those above. `draft` null: they write the project's. */
class Notebook {
  readonly #cells: Cells
  readonly above = new Map<TableName, TablePlace>()
  #runs = 0

  constructor(draft: string | null) {
    this.#cells = new Cells({ project, warehouse, address: server.address, draft })
    running.push(this.#cells)
  }

  async run(code: string, above: ReadonlyMap<TableName, TablePlace> = this.above): Promise<CellEnd> {
    const end = await this.#cells.run(`${this.#cells.draft}${++this.#runs}`, code, { above })
    for (const [name, place] of end.made) this.above.set(name, place)
    return end
  }

  async shown(code: string): Promise<readonly unknown[]> {
    const { shown, error } = await this.run(code)
    expect(error).toBeNull()
    return shown
  }
}

describe('a view that lasts', () => {
  test('shows its tables as they are at the place of the reader, through other views too', async () => {
    const notebook = new Notebook('places')
    await notebook.shown('spark.sql("CREATE TABLE main.places.t AS SELECT 1 AS a")')
    await notebook.shown(`
spark.sql("CREATE VIEW places.v AS SELECT * FROM places.t")
spark.sql("CREATE VIEW places.w (x COMMENT 'AS ever') COMMENT 'two' AS SELECT a + 10 AS y FROM places.v -- end")`)
    const early = new Map(notebook.above)
    const read =
      'rows(spark.table("places.v").select("v.a").orderBy("a")); rows(spark.sql("SELECT w.x FROM places.w ORDER BY x"))'
    expect(await notebook.shown(read)).toEqual([[[1]], [[11]]])
    // What the run itself writes shows at once, and a column that came later is none of the view's.
    expect(
      await notebook.shown(
        `spark.sql("INSERT INTO places.t VALUES (2)"); spark.sql("ALTER TABLE places.t ADD COLUMN b INT"); ${read}`,
      ),
    ).toEqual([
      [[1], [2]],
      [[11], [12]],
    ])
    expect((await notebook.run(read, early)).shown).toEqual([[[1]], [[11]]])
    expect(
      await notebook.shown(`spark.sql("ALTER VIEW places.v AS SELECT a * 100 AS a FROM places.t"); ${read}`),
    ).toEqual([
      [[100], [200]],
      [[110], [210]],
    ])
    expect((await notebook.run('spark.table("places.v").collect()', new Map())).error?.[1]).toContain(
      '`main`.`places`.`v` cannot be found',
    )
  })

  test('is made, kept, replaced and dropped as Spark does', async () => {
    const notebook = new Notebook('made')
    const failing = async (sql: string): Promise<string> => {
      const { error, made } = { made: [], ...(await notebook.run(`spark.sql("${sql}")`)) }
      expect([...made]).toEqual([])
      return String(error?.[1])
    }
    await notebook.shown(
      'spark.sql("CREATE VIEW made.v AS SELECT 1 AS a"); spark.sql("CREATE VIEW made.w AS TABLE made.v")',
    )
    expect(await failing('CREATE VIEW made.v AS SELECT 2 AS a')).toContain('`made`.`v` because it already exists')
    expect(await failing('CREATE TABLE made.v AS SELECT 2 AS a')).toContain('already exists')
    expect(await failing('CREATE OR REPLACE VIEW made.v AS TABLE made.w')).toContain('The view v reads itself')
    expect(await failing('CREATE VIEW made.x AS SELECT nope')).toContain('nope')
    expect(await failing('DROP TABLE made.v')).toContain('VIEW')
    expect(
      await notebook.shown(`
spark.sql("CREATE VIEW IF NOT EXISTS made.v AS SELECT 3 AS a"); rows(spark.table("made.w"))
spark.sql("CREATE OR REPLACE VIEW made.v AS SELECT 4 AS a"); rows(spark.table("made.w"))`),
    ).toEqual([[[1]], [[4]]])
    const dropped = await notebook.run('spark.sql("DROP VIEW made.v"); spark.table("made.w").collect()')
    expect(dropped.error?.[1]).toContain('`made`.`v` cannot be found')
    expect(
      await notebook.shown('spark.sql("CREATE TABLE made.v AS SELECT 5 AS a"); rows(spark.table("made.w"))'),
    ).toEqual([[[5]]])
  })

  test('of a job or a draft that was saved is the project’s, and survives processes', async () => {
    const job = new Notebook(null)
    await job.shown(
      'spark.sql("CREATE TABLE main.lasting.t AS SELECT 1 AS a"); spark.sql("CREATE VIEW lasting.v AS TABLE lasting.t")',
    )
    expect(await warehouse.list()).toEqual(expect.arrayContaining(['main.lasting.t', 'main.lasting.v']))
    expect(await new Notebook(null).shown('rows(spark.sql("SELECT * FROM lasting.v"))')).toEqual([[[1]]])
    const draft = new Notebook('lasting')
    const saved = async (): Promise<void> => {
      const table = 'main.lasting.v'
      const { location } = draft.above.get(table)!
      await warehouse.promote('lasting', [{ table, location, expectedStamp: await warehouse.stamp(table) }])
    }
    await draft.shown('spark.sql("CREATE OR REPLACE VIEW lasting.v AS SELECT a + 1 AS a FROM lasting.t")')
    expect(await new Notebook(null).shown('rows(spark.table("lasting.v"))')).toEqual([[[1]]])
    await saved()
    expect(await new Notebook(null).shown('rows(spark.table("lasting.v"))')).toEqual([[[2]]])
    await draft.shown('spark.sql("DROP VIEW lasting.v"); spark.sql("CREATE TABLE lasting.v AS SELECT 9 AS a")')
    await saved()
    expect(await new Notebook(null).shown('rows(spark.table("lasting.v"))')).toEqual([[[9]]])
  })
})

describe('lists', () => {
  test('have the user’s names, and the tables of the place of the cell', async () => {
    await new Notebook(null).shown(`
for n in ("base1", "base2"): spark.sql(f"CREATE TABLE main.lists.{n} AS SELECT 1 AS a")`)
    const notebook = new Notebook('lists')
    await notebook.shown('spark.sql("CREATE TABLE lists.mine AS SELECT 1 AS a"); spark.sql("DROP TABLE lists.base2")')
    const [sql, like, catalog, temporary] = await notebook.shown(`
spark.sql("CREATE SCHEMA main.lists_empty"); spark.sql("CREATE VIEW lists.v AS SELECT 1 AS a")
rows(spark.sql("SHOW TABLES IN lists")); rows(spark.sql("SHOW TABLES IN main.lists LIKE 'b*|MINE'"))
show([[t.name, t.catalog, t.namespace, t.tableType] for t in spark.catalog.listTables("lists")])
spark.range(1).createOrReplaceTempView("tv"); show([t.name for t in spark.catalog.listTables("lists") if t.isTemporary])`)
    expect(sql).toEqual(['base1', 'mine', 'v'].map((name) => ['lists', name, false]))
    expect(like).toEqual(['base1', 'mine'].map((name) => ['lists', name, false]))
    expect(catalog).toEqual([
      ['base1', 'main', ['lists'], 'MANAGED'],
      ['mine', 'main', ['lists'], 'MANAGED'],
      ['v', 'main', ['lists'], 'VIEW'],
    ])
    expect(temporary).toEqual(['tv'])
    const [schemas, databases, exist, got, columns, tables] = await notebook.shown(`
rows(spark.sql("SHOW SCHEMAS LIKE 'list*'")); show([d.name for d in spark.catalog.listDatabases("lists*")])
show([spark.catalog.databaseExists("lists"), spark.catalog.databaseExists("no"), spark.catalog.tableExists("lists.mine"),
      spark.catalog.tableExists("lists.base2"), spark.catalog.currentCatalog(), spark.catalog.currentDatabase()])
show([spark.catalog.getTable("lists.mine").name, spark.catalog.getTable("lists.mine").namespace, spark.catalog.getDatabase("lists").name])
show([c.name for c in spark.catalog.listColumns("lists.mine")])
rows(spark.sql("SELECT table_name, table_type FROM information_schema.tables WHERE table_schema = 'lists' ORDER BY 1"))`)
    expect(schemas).toEqual([['lists'], ['lists_empty']])
    expect(databases).toEqual(['lists', 'lists_empty'])
    expect(exist).toEqual([true, false, true, false, 'main', 'default'])
    expect(got).toEqual(['mine', ['lists'], 'lists'])
    expect(columns).toEqual(['a'])
    expect(tables).toEqual([
      ['base1', 'MANAGED'],
      ['mine', 'MANAGED'],
      ['v', 'VIEW'],
    ])
  })

  test('and descriptions never tell the engine’s names', async () => {
    const notebook = new Notebook('told')
    await notebook.shown(`
spark.sql("CREATE TABLE main.told.t (id INT NOT NULL COMMENT 'its', d DATE) PARTITIONED BY (d) COMMENT 'c'")
spark.sql("CREATE VIEW told.v (x) AS SELECT id FROM told.t")`)
    const shown = await notebook.shown(`
for what in ("DESCRIBE told.t", "DESCRIBE EXTENDED told.v", "SHOW COLUMNS IN told.t", "SHOW TBLPROPERTIES told.t", "EXPLAIN TABLE told.v"):
    rows(spark.sql(what))
show([c[1] for c in spark.sql("DESCRIBE EXTENDED told.t").collect() if c[0] in ("Name", "Catalog")])
show([c[1] for c in spark.sql("DESCRIBE EXTENDED told.v").collect() if c[0] in ("Catalog", "Database", "Table")])
rows(spark.sql("SHOW CREATE TABLE told.t")); rows(spark.sql("SHOW CREATE TABLE told.v"))
rows(spark.sql("DESCRIBE DETAIL told.t").select("name"))`)
    expect(JSON.stringify(shown).replaceAll(/file:[^\]"]*/g, '')).not.toMatch(/told\d*__|view_[0-9a-f]{16}|base__/)
    expect(shown.slice(5)).toEqual([
      ['main.told.t'],
      ['main', 'told', 'v'],
      [
        [
          "CREATE TABLE main.told.t (\n  `id` INT NOT NULL COMMENT 'its',\n  `d` DATE)\nUSING delta\nPARTITIONED BY (`d`)\nCOMMENT 'c'",
        ],
      ],
      [['CREATE VIEW main.told.v\n(x)\nAS\nSELECT id FROM told.t']],
      [['main.told.t']],
    ])
  })
})

describe('a DeltaTable', () => {
  const start =
    'from delta.tables import DeltaTable; import pyspark.sql.functions as F; d = DeltaTable.forName(spark, "delta.t")\n'

  test('deletes, updates and merges in the version of its run', async () => {
    await new Notebook(null).shown('spark.sql("CREATE TABLE main.delta.t AS SELECT id, 0L AS k FROM range(5)")')
    const notebook = new Notebook('delta')
    const [changed, operations, merged] = await notebook.shown(`${start}
d.delete("id = 1"); d.delete(F.col("id") == 2)
d.update(F.col("id") == 3, {"k": F.lit(30)}); d.update("id = 4", {"k": "k + 40"})
rows(d.toDF().orderBy("id")); show([r.operation for r in d.history(4).collect()])
source = spark.createDataFrame([(3, 7), (9, 9)], "id long, k long")
(d.alias("t").merge(source.alias("s"), "t.id = s.id").whenMatchedUpdate(set={"k": "s.k"}).whenNotMatchedInsertAll()
    .whenNotMatchedBySourceDelete("t.id = 0").execute())
rows(spark.table("delta.t").orderBy("id"))`)
    expect(changed).toEqual([
      [0, 0],
      [3, 30],
      [4, 40],
    ])
    expect(operations).toEqual(['UPDATE', 'UPDATE', 'DELETE', 'DELETE'])
    expect(merged).toEqual([
      [3, 7],
      [4, 40],
      [9, 9],
    ])
    expect(await new Notebook(null).shown('show(spark.table("delta.t").count())')).toEqual([5])
    expect((await notebook.run(`${start}DeltaTable.forName(spark, "delta.no").delete()`)).error?.[1]).toContain(
      '`delta`.`no`',
    )
  })

  test('is made, described, restored and cleaned, by name and by path', async () => {
    const notebook = new Notebook('ways')
    const shown = await notebook.shown(`${start.replace('d = ', 'd = lambda: ')}
(DeltaTable.createIfNotExists(spark).tableName("ways.t").addColumn("id", "INT", nullable=False)
    .addColumn("s", "STRING", comment="it's").property("a", "b").partitionedBy("s").execute())
rows(spark.sql("DESCRIBE ways.t").limit(2)); d = DeltaTable.forName(spark, "ways.t")
spark.sql("INSERT INTO ways.t VALUES (1, 'x')"); show(d.detail().first().name)
d.restoreToVersion(0); show(d.toDF().count()); d.optimize().executeCompaction(); d.vacuum()
folder = "delta-files"
spark.range(3).write.format("parquet").save(folder); show(bool(DeltaTable.isDeltaTable(spark, folder)))
DeltaTable.convertToDelta(spark, f"parquet.\`{folder}\`"); show(bool(DeltaTable.isDeltaTable(spark, folder)))
p = DeltaTable.forPath(spark, folder); p.delete("id = 1"); rows(p.toDF().orderBy("id")); show(p.history().count())
DeltaTable.createOrReplace(spark).tableName("ways.t").addColumns(p.toDF().schema).execute(); show(spark.table("ways.t").columns)`)
    expect(shown).toEqual([
      [
        ['id', 'int', null],
        ['s', 'string', "it's"],
      ],
      'main.ways.t',
      0,
      false,
      true,
      [[0], [2]],
      2,
      ['id'],
    ])
  })
})

describe('a worker', () => {
  let asked = 0
  const benches: Bench[] = []
  const newBench = async (): Promise<Bench> => {
    asked = 0
    const engine = (): Promise<string> => {
      asked += 1
      return Promise.resolve(server.address)
    }
    const place = (table: TableName): Promise<TablePlace> => warehouse.basePlace(table)
    const bench = await Bench.start({ host: { engine, place, tables: () => warehouse.list() }, python: testPython })
    benches.push(bench)
    return bench
  }

  afterEach(async () => {
    for (const bench of benches.splice(0)) await bench.stop()
  })

  test('connects when PySpark looks for a session, before anybody said spark, and not by an import', async () => {
    const bench = await newBench()
    await bench.run(
      'from pyspark.sql.functions import udf, col\nfrom pyspark.sql.types import DoubleType\nc = col("a") + 1',
    )
    expect(asked).toBe(0)
    const made = await bench.run('@udf("double")\ndef gross(x):\n    return x * 1.5')
    expect([made.error, asked]).toEqual([null, 1])
    expect((await bench.run('spark.range(2, 3).select(gross("id")).first()[0]')).text).toBe('3.0')
    const builder = await newBench()
    await builder.run(
      'import pyspark.sql as ps\ns = getattr(ps, "Spark" + "Session").builder.appName("x").getOrCreate()',
    )
    expect((await builder.run('[s is spark, s.range(3).count()]')).text).toBe('[True, 3]')
  })

  test('puts parameters into the text of SQL cells, and only there', async () => {
    const bench = await newBench()
    const parameters = { r: 'north', n: '7' }
    const sql = `SELECT '\${r}' AS a, '$r' AS b, :r AS c, $n + \${ n } AS d, '\\$r $no' AS e -- \${no}`
    const filled = await bench.run(sql, { kind: 'sql', parameters })
    expect([filled.error, filled.parameters.map(({ name }) => name).sort()]).toEqual([null, ['n', 'r']])
    expect((await bench.run('list(_sqldf.first())', { parameters })).text).toBe(
      "['north', 'north', 'north', 14, '$r $no']",
    )
    const unknown = await bench.run("SELECT '\${missing}'", { kind: 'sql', parameters })
    expect(unknown.error?.message).toContain('No parameter missing is known here')
    expect((await bench.run(`spark.sql("SELECT '$r'").first()[0]`, { parameters })).text).toBe("'$r'")
  })

  test('has what SHOW and DESCRIBE answer as _sqldf', async () => {
    const bench = await newBench()
    await bench.run('CREATE TABLE main.frames.t AS SELECT 1 AS a', { kind: 'sql' })
    await bench.run('SHOW TABLES IN frames', { kind: 'sql' })
    expect((await bench.run('[r.tableName for r in _sqldf.collect()]')).text).toBe("['t']")
    await bench.run('DESCRIBE frames.t', { kind: 'sql' })
    expect((await bench.run('_sqldf.first().col_name')).text).toBe("'a'")
  })
})

test('the engine that made itself ready leaves nothing behind', () => {
  const engine = join(project, '.dagbook/engine')
  const scratch = readdirSync(engine).map((name) => readdirSync(join(engine, name, 'scratch')))
  expect(scratch.flat().filter((name) => name.startsWith('warm'))).toEqual([])
})
