import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Effect } from '../effect.ts'
import { analyzeSql, loadSql } from './index.ts'

beforeAll(loadSql)

const namespace = { catalog: 'Main', schema: 'sales' }
const analyze = (sql: string) => analyzeSql(sql, namespace)

/** `r main.sales.t`: reads; `w`: writes; `u`: updates; `?v`: unless there is a temp view v. Lookups and settings are left out. */
function show({ mode, resource, view, like }: Effect): string {
  const known = `${view === undefined ? '' : ` ?${view}`}${like === undefined ? '' : ` like ${like}`}`
  return `${mode[0]} ${resource.replace(/^table:(?!\*)/, '')}${known}`
}
const isLookup = ({ mode, resource }: Effect) => mode === 'read' && resource.startsWith('session:')
const shown = (effects: readonly Effect[]) => effects.filter((effect) => !isLookup(effect)).map(show)
const effectsOf = (sql: string) => shown(analyze(sql).effects).filter((effect) => effect !== 'w name:_sqldf')

const cases: [sql: string, ...effects: string[]][] = [
  // Queries.
  ['SELECT 1'],
  ['SELECT * FROM main.sales.orders', 'r main.sales.orders'],
  ['select * from Sales.`Order s`', 'r main.sales.order s'],
  ['SELECT * FROM orders', 'r main.sales.orders ?orders'],
  ['SELECT * FROM a.b.c x JOIN a.b.d AS y USING (id)', 'r a.b.c', 'r a.b.d'],
  ['SELECT * FROM a.b.c, a.b.d y, (a.b.e JOIN a.b.f ON e.x = f.x)', 'r a.b.c', 'r a.b.d', 'r a.b.e', 'r a.b.f'],
  ['SELECT * FROM a.b.c LEFT ANTI JOIN a.b.d ON c.x = d.x', 'r a.b.c', 'r a.b.d'],
  ['SELECT * FROM a.b.c NATURAL FULL OUTER JOIN a.b.d', 'r a.b.c', 'r a.b.d'],
  [
    'SELECT (SELECT max(x) FROM a.b.c) FROM a.b.d WHERE y IN (SELECT y FROM a.b.e) AND EXISTS (SELECT 1 FROM a.b.f)',
    'r a.b.c',
    'r a.b.d',
    'r a.b.e',
    'r a.b.f',
  ],
  ['SELECT * FROM (SELECT * FROM a.b.c) t', 'r a.b.c'],
  ['SELECT * FROM ((SELECT * FROM a.b.c) UNION ALL SELECT * FROM a.b.d)', 'r a.b.c', 'r a.b.d'],
  ['(SELECT 1 FROM a.b.c) EXCEPT (SELECT 1 FROM a.b.d) INTERSECT TABLE a.b.e', 'r a.b.c', 'r a.b.d', 'r a.b.e'],
  ['SELECT * EXCEPT (a, b) FROM a.b.c', 'r a.b.c'],
  ['TABLE a.b.c', 'r a.b.c'],
  ['VALUES (1, 2)'],
  ['SELECT * FROM VALUES (1, current_date), (2, CURRENT_DATE) AS t(x, y), a.b.c', 'r a.b.c'],
  ['FROM a.b.c SELECT x', 'r a.b.c'],
  ['FROM a.b.c |> WHERE x > 1 |> JOIN a.b.d USING (x) |> AGGREGATE sum(y) GROUP BY z', 'r a.b.c', 'r a.b.d'],
  [
    'SELECT extract(year FROM d), trim(BOTH x FROM y), substring(a FROM 2 FOR 3), overlay(a PLACING b FROM 3) FROM a.b.c',
    'r a.b.c',
  ],
  ['SELECT a IS DISTINCT FROM b, a IS NOT DISTINCT FROM c FROM a.b.c', 'r a.b.c'],
  ['SELECT * FROM a.b.c LATERAL VIEW OUTER explode(m) t AS k, v LATERAL VIEW explode(v) u AS w', 'r a.b.c'],
  ['SELECT * FROM a.b.c, LATERAL (SELECT * FROM a.b.d WHERE d.x = c.x)', 'r a.b.c', 'r a.b.d'],
  ['SELECT * FROM a.b.c PIVOT (sum(x) FOR y IN (1, 2)) p UNPIVOT (a FOR b IN (c, d))', 'r a.b.c'],
  ['SELECT * FROM a.b.c TABLESAMPLE (10 PERCENT) REPEATABLE (3) t WHERE x', 'r a.b.c'],
  [
    'SELECT * FROM a.b.c VERSION AS OF 3 t JOIN a.b.d TIMESTAMP AS OF current_timestamp() - INTERVAL 1 DAY AS u ON t.x = u.x',
    'r a.b.c',
    'r a.b.d',
  ],
  ["SELECT * FROM a.b.c FOR TIMESTAMP AS OF '2024-01-01', a.b.d@v3, a.b.e", 'r a.b.c', 'r a.b.d', 'r a.b.e'],
  ['SELECT x, row_number() OVER (PARTITION BY y ORDER BY z) r FROM a.b.c QUALIFY r = 1', 'r a.b.c'],
  ['SELECT x, sum(y) FROM a.b.c GROUP BY ALL HAVING sum(y) > 1 ORDER BY ALL LIMIT 3', 'r a.b.c'],
  ['SELECT x, y FROM a.b.c GROUP BY x, y WITH ROLLUP', 'r a.b.c'],
  ['SELECT raw:owner.name, raw:items[0]::int FROM a.b.c', 'r a.b.c'],
  ['SELECT transform(xs, x -> x + 1), m["k"], {fn now()} FROM a.b.c', 'r a.b.c'],
  ['SELECT \'FROM x.y.z\' AS "FROM q" -- FROM c.c.c\n/* FROM d.d.d /* nested */ FROM e.e.e */ FROM a.b.c', 'r a.b.c'],
  ['SELECT /*+ BROADCAST(c) */ * FROM a.b.c', 'r a.b.c'],
  ["SELECT r'\\' FROM a.b.c -- '", 'r a.b.c'],
  ["SELECT 'it\\'s' FROM a.b.c", 'r a.b.c'],
  ['SELECT 1.5e3, 2L, .5, a.1b FROM s.2024_orders', 'r main.s.2024_orders'],
  ['SELECT * FROM main.sales.`a``b`', 'r main.sales.a`b'],
  ['SELECT * FROM main.information_schema.tables', 'r table:*'],
  ['SELECT * FROM global_temp.v', 'r view:global_temp.v'],
  // Common table expressions.
  ['WITH x AS (SELECT * FROM a.b.c), y AS (SELECT * FROM x) SELECT * FROM y JOIN x', 'r a.b.c'],
  ['WITH x AS (SELECT 1) SELECT * FROM s.x', 'r main.s.x'],
  ['SELECT * FROM (WITH x AS (SELECT 1) SELECT * FROM x) JOIN x', 'r main.sales.x ?x'],
  ['WITH x AS (SELECT * FROM x) SELECT * FROM X', 'r main.sales.x ?x'],
  ['WITH RECURSIVE x(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM x) SELECT * FROM x'],
  ['WITH x AS (WITH y AS (SELECT * FROM a.b.c) SELECT * FROM y) SELECT * FROM x, y', 'r a.b.c', 'r main.sales.y ?y'],
  ['WITH x AS (SELECT 1) SELECT (SELECT max(n) FROM x WHERE EXISTS (TABLE x))'],
  // Table functions and files.
  ["SELECT * FROM read_files('/Volumes/raw/in', format => 'csv')", 'r path:/Volumes/raw/in'],
  ["SELECT * FROM STREAM read_files('/in')", 'r path:/in'],
  ['SELECT * FROM STREAM(a.b.c) JOIN STREAM a.b.d', 'r a.b.c', 'r a.b.d'],
  ["SELECT * FROM table_changes('a.b.c', 2)", 'r a.b.c'],
  ["SELECT * FROM vector_search(index => 'a.b.c', query => 'x')", 'r a.b.c'],
  ['SELECT * FROM range(10) r JOIN explode(array(1)) e'],
  ['SELECT * FROM f(TABLE(a.b.c) PARTITION BY x, TABLE a.b.d, (SELECT 1 FROM a.b.e))', 'r a.b.c', 'r a.b.d', 'r a.b.e'],
  ['SELECT * FROM TABLE(f(1))'],
  ['SELECT * FROM delta.`/data/x` d JOIN parquet.`s3://b/x`', 'r path:/data/x', 'r path:s3://b/x'],
  ['SELECT * FROM csv.notes', 'r main.csv.notes'],
  // Names that are only known at run time, and such that are not.
  ["SELECT * FROM IDENTIFIER('a.' || 'b.c')", 'r a.b.c'],
  ['SELECT * FROM IDENTIFIER(:t)', 'r table:*', 'r param:t'],
  ['SELECT * FROM ${schema}.orders', 'r table:* like ${}${schema}.orders', 'r param:schema'],
  ['SELECT * FROM main.sales.orders_$env', 'r table:* like main.sales.orders_${env}', 'r param:env'],
  ['SELECT * FROM delta.`${root}/x`', 'r path:*', 'r param:root'],
  [
    "SELECT * FROM a.b.c WHERE x = :day AND y = '${other}' AND c:z = $old AND getArgument('w') = 1",
    'r a.b.c',
    'r param:day',
    'r param:other',
    'r param:old',
    'r param:w',
  ],
  ['SELECT CAST(x AS STRUCT<a:INT, b :STRING>), a::int FROM a.b.c', 'r a.b.c'],
  // Changing rows.
  ['INSERT INTO a.b.c SELECT * FROM a.b.d', 'u a.b.c', 'r a.b.d'],
  ['INSERT INTO TABLE a.b.c (x, y) VALUES (1, 2)', 'u a.b.c'],
  ['INSERT INTO a.b.c BY NAME SELECT * FROM a.b.d', 'u a.b.c', 'r a.b.d'],
  ['INSERT INTO a.b.c TABLE a.b.d', 'u a.b.c', 'r a.b.d'],
  ['INSERT INTO a.b.c WITH x AS (SELECT * FROM a.b.d) SELECT * FROM x', 'u a.b.c', 'r a.b.d'],
  ['WITH x AS (SELECT * FROM a.b.d) INSERT INTO a.b.c SELECT * FROM x', 'r a.b.d', 'u a.b.c'],
  ['INSERT WITH SCHEMA EVOLUTION INTO a.b.c SELECT * FROM a.b.d', 'u a.b.c', 'r a.b.d'],
  ['INSERT OVERWRITE a.b.c SELECT * FROM a.b.c', 'w a.b.c', 'r a.b.c'],
  ['INSERT OVERWRITE TABLE a.b.c PARTITION (d = 1) SELECT * FROM a.b.d', 'u a.b.c', 'r a.b.d'],
  ['INSERT INTO a.b.c REPLACE WHERE d = 1 SELECT * FROM a.b.d', 'u a.b.c', 'r a.b.d'],
  ["INSERT OVERWRITE DIRECTORY '/out' USING csv SELECT * FROM a.b.d", 'w path:/out', 'r a.b.d'],
  ['FROM a.b.c INSERT INTO a.b.d SELECT x INSERT OVERWRITE a.b.e SELECT y', 'r a.b.c', 'u a.b.d', 'w a.b.e'],
  [
    'MERGE INTO a.b.c t USING a.b.d s ON t.x = s.x WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *',
    'u a.b.c',
    'r a.b.d',
  ],
  [
    'MERGE WITH SCHEMA EVOLUTION INTO a.b.c USING (SELECT * FROM a.b.d) s ON c.x = s.x AND s.y IN (SELECT y FROM a.b.e) ' +
      'WHEN NOT MATCHED BY SOURCE THEN DELETE',
    'u a.b.c',
    'r a.b.d',
    'r a.b.e',
  ],
  ['UPDATE a.b.c AS t SET x = (SELECT max(x) FROM a.b.d), y = 2 WHERE t.x IS NOT NULL', 'u a.b.c', 'r a.b.d'],
  ['DELETE FROM a.b.c WHERE x IN (SELECT x FROM a.b.d)', 'u a.b.c', 'r a.b.d'],
  ["COPY INTO a.b.c FROM '/in/x' FILEFORMAT = CSV FILES = ('a')", 'u a.b.c', 'r path:/in/x'],
  ["COPY INTO a.b.c FROM (SELECT _c0 FROM '/in/x') FILEFORMAT = CSV", 'u a.b.c', 'r path:/in/x'],
  ["LOAD DATA INPATH '/in/x' OVERWRITE INTO TABLE a.b.c", 'r path:/in/x', 'u a.b.c'],
  // Tables.
  ['CREATE TABLE a.b.c (x INT, y STRING DEFAULT "z") USING delta PARTITIONED BY (x)', 'w a.b.c'],
  ['CREATE OR REPLACE TABLE a.b.c AS SELECT * FROM a.b.c', 'w a.b.c', 'r a.b.c'],
  ["CREATE TABLE a.b.c COMMENT 'x' TBLPROPERTIES ('k' = 'v') AS (SELECT * FROM a.b.d)", 'w a.b.c', 'r a.b.d'],
  ['CREATE TABLE a.b.c CLUSTER BY (x) AS WITH y AS (TABLE a.b.d) SELECT * FROM y', 'w a.b.c', 'r a.b.d'],
  ['CREATE TABLE IF NOT EXISTS a.b.c AS SELECT 1', 'u a.b.c'],
  ['CREATE TABLE t AS TABLE a.b.d', 'w main.sales.t', 'r a.b.d'],
  ["CREATE TABLE a.b.c LIKE a.b.d LOCATION '/x'", 'w a.b.c', 'r a.b.d', 'u path:/x'],
  ['CREATE OR REPLACE TABLE a.b.c SHALLOW CLONE a.b.d VERSION AS OF 3', 'w a.b.c', 'r a.b.d'],
  ["CREATE TABLE a.b.c USING csv OPTIONS (path '/in', header 'true')", 'w a.b.c', 'r path:/in'],
  ['CREATE OR REFRESH STREAMING TABLE a.b.c AS SELECT * FROM STREAM a.b.d', 'u a.b.c', 'r a.b.d'],
  ['DROP TABLE IF EXISTS a.b.c', 'w a.b.c'],
  ['DROP VIEW v', 'w main.sales.v ?v'],
  ['TRUNCATE TABLE a.b.c', 'w a.b.c'],
  ['ALTER TABLE a.b.c ADD COLUMNS (z INT)', 'u a.b.c'],
  ['ALTER TABLE a.b.c RENAME TO a.b.d', 'u a.b.c', 'w a.b.d'],
  ['OPTIMIZE a.b.c WHERE d > 1 ZORDER BY (x, y)', 'u a.b.c'],
  ['VACUUM a.b.c RETAIN 100 HOURS', 'u a.b.c'],
  ["VACUUM '/data/x'", 'u path:/data/x'],
  ['OPTIMIZE delta.`/data/x`', 'u path:/data/x'],
  ['ANALYZE TABLE a.b.c COMPUTE STATISTICS', 'u a.b.c'],
  ['RESTORE TABLE a.b.c TO VERSION AS OF 3', 'u a.b.c'],
  ['MSCK REPAIR TABLE a.b.c', 'u a.b.c'],
  ["COMMENT ON TABLE a.b.c IS 'FROM x'", 'u a.b.c'],
  ['GRANT SELECT ON TABLE a.b.c TO `x y`', 'u a.b.c'],
  // Views.
  ['CREATE OR REPLACE VIEW a.b.v AS SELECT * FROM a.b.c', 'w a.b.v', 'r a.b.c'],
  ['CREATE OR REPLACE TEMP VIEW v AS SELECT * FROM a.b.c', 'w view:v', 'r a.b.c'],
  ["CREATE TEMPORARY VIEW V (x COMMENT 'y') COMMENT 'z' AS (SELECT * FROM a.b.c)", 'w view:v', 'r a.b.c'],
  ['CREATE GLOBAL TEMP VIEW v AS SELECT * FROM a.b.c', 'w view:global_temp.v', 'r a.b.c'],
  ["CREATE TEMP VIEW v USING csv OPTIONS (path = '/in')", 'w view:v', 'r path:/in'],
  ['CREATE MATERIALIZED VIEW a.b.v AS SELECT * FROM a.b.c', 'w a.b.v', 'r a.b.c'],
  ['ALTER VIEW a.b.v AS SELECT * FROM a.b.c', 'u a.b.v', 'r a.b.c'],
  ['CACHE LAZY TABLE v AS SELECT * FROM a.b.c', 'w view:v', 'r a.b.c'],
  ['CACHE TABLE a.b.c', 'r a.b.c'],
  // Looking at things.
  ['DESCRIBE a.b.c', 'r a.b.c'],
  ['DESC TABLE EXTENDED a.b.c x', 'r a.b.c'],
  ['DESCRIBE HISTORY a.b.c LIMIT 1', 'r a.b.c'],
  ['DESCRIBE DETAIL delta.`/x`', 'r path:/x'],
  ['DESCRIBE QUERY SELECT * FROM a.b.c', 'r a.b.c'],
  ['DESCRIBE SCHEMA EXTENDED s', 'r main.s'],
  ['SHOW CREATE TABLE a.b.c', 'r a.b.c'],
  ['SHOW COLUMNS IN a.b.c', 'r a.b.c'],
  ['SHOW TBLPROPERTIES a.b.c', 'r a.b.c'],
  ["SHOW TABLES IN main.sales LIKE 'a*'", 'r main.sales'],
  ['SHOW VIEWS', 'r main.sales'],
  ['SHOW SCHEMAS IN dev', 'r dev'],
  ['SHOW CATALOGS', 'r table:*'],
  ["COMMENT ON SCHEMA s IS 'x'", 'u main.s'],
  ['ALTER SCHEMA s SET OWNER TO x', 'u main.s'],
  ['CREATE CATALOG dev', 'u dev'],
  ['EXPLAIN EXTENDED INSERT INTO a.b.c SELECT * FROM a.b.d', 'r a.b.c', 'r a.b.d'],
  ['GRANT USE SCHEMA ON SCHEMA main.sales TO x', 'u main.sales'],
  ['REVOKE ALL PRIVILEGES ON CATALOG dev FROM `a b`', 'u dev'],
  ['GRANT READ VOLUME ON VOLUME a.b.c TO x', 'u path:/Volumes/a/b/c'],
  ['GRANT SELECT ON a.b.c TO x', 'u a.b.c'],
  ['GRANT EXECUTE ON FUNCTION f TO x'],
  ['SHOW VOLUMES IN s', 'r main.s'],
  ['SHOW SHARES'],
  ['COMMENT ON COLUMN a.b.c.d IS "x"', 'u a.b.c'],
  ['CACHE SELECT x FROM a.b.c WHERE y', 'r a.b.c'],
  ['GENERATE symlink_format_manifest FOR TABLE a.b.c', 'u a.b.c'],
  ['SYNC TABLE a.b.c FROM hive_metastore.b.c DRY RUN', 'u a.b.c', 'r hive_metastore.b.c'],
  ['SYNC SCHEMA a.b FROM hive_metastore.b', 'u a.b', 'r hive_metastore.b'],
  ["PUT '/tmp/x' INTO '/Volumes/a/b/c/x' OVERWRITE", 'r path:/tmp/x', 'w path:/Volumes/a/b/c/x'],
  ["REMOVE '/Volumes/a/b/c/x'", 'w path:/Volumes/a/b/c/x'],
  ['CREATE BLOOMFILTER INDEX ON TABLE a.b.c FOR COLUMNS (x OPTIONS (fpp=0.1))', 'u a.b.c'],
  // What a metastore keeps besides.
  ['CREATE SHARE IF NOT EXISTS s COMMENT "x"', 'u share s'],
  ['ALTER SHARE s ADD TABLE a.b.c COMMENT "y"', 'u share s', 'r a.b.c'],
  ['GRANT SELECT ON SHARE s TO RECIPIENT r', 'u share s'],
  ['CREATE RECIPIENT r USING ID "x"', 'u recipient r'],
  ['ALTER GROUP `a b` ADD USER `c@d`', 'u group a b'],
  ['CREATE OR REPLACE POLICY p ON SCHEMA a.b ROW FILTER f TO x FOR TABLES', 'u policy p', 'u a.b'],
  ['DROP POLICY p ON TABLE a.b.c', 'u policy p', 'u a.b.c'],
  ["CREATE EXTERNAL LOCATION l URL 's3://b/x' WITH (CREDENTIAL c)", 'u location l', 'u path:s3://b/x'],
  ['CREATE STORAGE CREDENTIAL c', 'u storage c'],
  ['CREATE OR REPLACE PROCEDURE p(IN x INT) LANGUAGE SQL AS BEGIN DELETE FROM a.b.c; SET x = 1; END', 'u session:udf'],
  ['ALTER FUNCTION f OWNER TO x', 'u session:udf'],
  // Pipelines.
  ['CREATE STREAMING LIVE TABLE t AS SELECT * FROM STREAM(a.b.c)', 'w main.sales.t', 'r a.b.c'],
  [
    'CREATE INCREMENTAL LIVE TABLE t (CONSTRAINT c EXPECT (x > 0) ON VIOLATION DROP ROW) AS SELECT * FROM a.b.c',
    'w main.sales.t',
    'r a.b.c',
  ],
  ['CREATE LIVE TABLE t AS SELECT * FROM LIVE.u', 'w main.sales.t', 'r main.sales.u ?u'],
  ['CREATE TEMPORARY LIVE VIEW v AS SELECT * FROM live.u', 'w view:v', 'r main.sales.u ?u'],
  [
    'APPLY CHANGES INTO LIVE.t FROM STREAM(LIVE.u) KEYS (id) SEQUENCE BY ts STORED AS SCD TYPE 2',
    'u main.sales.t ?t',
    'r main.sales.u ?u',
  ],
  [
    'CREATE FLOW f AS AUTO CDC INTO a.b.t FROM STREAM a.b.u KEYS (id) APPLY AS DELETE WHEN op = "d" SEQUENCE BY ts',
    'u a.b.t',
    'r a.b.u',
  ],
  ['CREATE FLOW f COMMENT "x" AS INSERT INTO ONCE a.b.t BY NAME SELECT * FROM a.b.u', 'u a.b.t', 'r a.b.u'],
  ['CREATE OR REFRESH MATERIALIZED VIEW a.b.v AS SELECT * FROM a.b.c', 'u a.b.v', 'r a.b.c'],
  ['SELECT * FROM live.u', 'r main.sales.u ?u', 'r main.live.u'],
  // The session.
  ['USE CATALOG dev', 'r dev', 'w session:catalog', 'w session:schema'],
  ['USE SCHEMA x', 'r main.x', 'w session:schema'],
  ['USE x', 'r main.x', 'w session:schema'],
  ['USE dev.x', 'r dev.x', 'w session:catalog', 'w session:schema'],
  ['SET CATALOG dev', 'r dev', 'w session:catalog', 'w session:schema'],
  ['SET spark.sql.shuffle.partitions = 8', 'u session:conf'],
  ["SET TIME ZONE 'UTC'", 'u session:conf'],
  ['SET var.x = 8', 'u session:conf'],
  ['SET var.x = y; SELECT * FROM a.${var.x}_z.c', 'u session:conf', 'r a.y_z.c'],
  ['RESET', 'u session:conf'],
  ['DECLARE OR REPLACE VARIABLE x INT DEFAULT (SELECT max(y) FROM a.b.c)', 'w session:variable.x', 'r a.b.c'],
  ['SET VAR x = (SELECT max(y) FROM a.b.c)', 'u session:variable.x', 'r a.b.c'],
  ['SET VARIABLE (x, session.y) = (SELECT 1, 2)', 'u session:variable.x', 'u session:variable.y'],
  ['DROP TEMPORARY VARIABLE IF EXISTS x', 'w session:variable.x'],
  ['DECLARE x INT; SELECT X + 1', 'w session:variable.x'],
  ['CREATE FUNCTION f(x INT) RETURNS INT RETURN SELECT max(y) FROM a.b.c', 'u session:udf', 'r a.b.c'],
  ['CREATE SCHEMA IF NOT EXISTS main.sales', 'u main.sales'],
  ['DROP SCHEMA sales CASCADE', 'w main.sales'],
  ['CREATE VOLUME main.sales.raw', 'r main.sales', 'w path:/Volumes/main/sales/raw'],
  // What nobody understands is everything.
  ['FROBNICATE a.b.c', 'u table:*'],
  ["EXECUTE IMMEDIATE 'DROP TABLE x'", 'u table:*'],
  ['SELECT * FROM', 'u table:*'],
  ['CALL a.b.p(1)', 'u table:*'],
  ['MERGE INTO a.b.c', 'u a.b.c', 'u table:*'],
  // Several statements.
  ['SELECT * FROM a.b.c; ;SELECT * FROM a.b.d;', 'r a.b.c', 'r a.b.d'],
  ['CREATE OR REPLACE TABLE a.b.c AS SELECT * FROM a.b.d; SELECT * FROM a.b.c', 'w a.b.c', 'r a.b.d'],
  ['INSERT INTO a.b.c VALUES (1); SELECT * FROM a.b.c', 'u a.b.c', 'r a.b.c'],
  ['CREATE TEMP VIEW v AS SELECT * FROM a.b.c; SELECT * FROM V', 'w view:v', 'r a.b.c'],
  ['USE SCHEMA x; SELECT * FROM t', 'r main.x', 'w session:schema', 'r main.x.t ?t'],
  ['USE CATALOG dev; SELECT * FROM t', 'r dev', 'w session:catalog', 'w session:schema', 'r dev.default.t ?t'],
  [
    'USE IDENTIFIER(:s); SELECT * FROM t',
    'w session:catalog',
    'w session:schema',
    'r param:s',
    'r table:* ?t like ${}.t',
  ],
  ['USE IDENTIFIER(:s); SELECT * FROM a.b.c', 'w session:catalog', 'w session:schema', 'r param:s', 'r a.b.c'],
  ['SELECT * FROM IDENTIFIER(:c || ".s." || :t || "_x")', 'r table:* like ${c}.s.${t}_x', 'r param:c', 'r param:t'],
  ['SELECT * FROM ${c}.${s}.${t}', 'r table:*', 'r param:c', 'r param:s', 'r param:t'],
  ['SELECT * FROM ${some.setting}.orders', 'r table:*'],
  ['SELECT * FROM orders_${env}', 'r main.sales', 'r view:*', 'r param:env'],
  [
    'CREATE VIEW ${c}.s.v AS SELECT * FROM a.b.c; SELECT * FROM ${c}.s.v',
    'u table:* like ${c}.s.v',
    'r table:* like ${c}.s.v',
    'r a.b.c',
    'r param:c',
  ],
  [
    'BEGIN DECLARE x INT DEFAULT 1; IF x > (SELECT max(y) FROM a.b.c) THEN INSERT OVERWRITE a.b.d SELECT 1; ELSE DELETE FROM a.b.e; ' +
      'END IF; FOR r AS SELECT * FROM a.b.f DO DROP TABLE a.b.g; END FOR; END; SELECT * FROM a.b.h',
    'r a.b.c',
    'u a.b.d',
    'u a.b.e',
    'r a.b.f',
    'u a.b.g',
    'r a.b.h',
  ],
  [
    'BEGIN IF x THEN MERGE INTO a.b.c USING a.b.d ON true WHEN MATCHED THEN UPDATE SET x = CASE WHEN y THEN 1 ELSE 2 END; END IF; END',
    'u a.b.c',
    'r a.b.d',
  ],
]

describe('effects', () => {
  test.each(cases)('%s', (sql, ...effects) => {
    expect(effectsOf(sql).sort()).toEqual([...new Set(effects)].sort())
    expect(analyze(sql).broken).toBe(false)
  })

  test('are in text order, and each stands where the text says it', () => {
    for (const [sql] of cases) {
      const { effects, statements } = analyze(`/* 😀 */ -- é\n${sql}`)
      const text = `/* 😀 */ -- é\n${sql}`
      for (const { effects: own } of statements) {
        expect(own.map(({ where }) => where.start)).toEqual(own.map(({ where }) => where.start).sort((a, b) => a - b))
      }
      for (const { resource, where } of effects) {
        const said = text.slice(where.start, where.end).toLowerCase()
        if (/^table:.*[^*]$/.test(resource) && !/^(identifier|show)|\$/.test(said)) {
          expect(said.replace(/``/g, '\0').replace(/[`']/g, '').replaceAll('\0', '`')).toContain(
            resource
              .replace(/^table:/, '')
              .split(/[. ]/)
              .at(-1),
          )
        }
        if (resource.startsWith('param:')) expect(said).toContain(resource.slice('param:'.length))
        expect(said).toBe(said.trim())
        expect(said).not.toBe('')
      }
    }
  })

  test('on what cannot be told come with a finding', () => {
    for (const [sql, ...effects] of cases) {
      const unresolved = analyze(sql).findings.some(({ code }) => /^unresolved-(sql|table)$/.test(code))
      const asked = /^(?:SHOW|CREATE SCHEMA|DROP SCHEMA)|information_schema/.test(sql)
      if (!asked) expect([sql, unresolved]).toEqual([sql, effects.some((effect) => /(table|view):\*$/.test(effect))])
    }
  })
})

describe('a SQL text', () => {
  test('that ends in a query defines _sqldf, which carries what the query reads', () => {
    const { effects, carried, query } = analyze('INSERT INTO a.b.d VALUES (1); SELECT * FROM a.b.c WHERE x = :p')
    expect(query).toBe(true)
    expect(shown(effects)).toEqual(['u a.b.d', 'r a.b.c', 'r param:p', 'w name:_sqldf'])
    expect(carried.map(({ of, effects: own }) => [of, shown(own)])).toEqual([['name:_sqldf', ['r a.b.c', 'r param:p']]])
    const own = analyze('CREATE TABLE a.b.c AS SELECT 1; SELECT * FROM a.b.c').carried[0]!
    expect(shown(own.effects)).toEqual(['r a.b.c'])
    expect(analyze('SELECT 1; INSERT INTO a.b.d VALUES (1)')).toMatchObject({ query: false, carried: [] })
    expect(analyze('SHOW TABLES')).toMatchObject({ query: true, carried: [] })
  })

  test('that defines a temp view carries what the view reads, also behind another view of it', () => {
    const { carried } = analyze(
      'CREATE TEMP VIEW v AS SELECT * FROM a.b.c; CREATE TEMP VIEW w AS SELECT * FROM v JOIN a.b.d',
    )
    expect(carried.map(({ of, effects }) => [of, shown(effects)])).toEqual([
      ['view:v', ['r a.b.c']],
      ['view:w', ['r view:v', 'r a.b.c', 'r a.b.d']],
    ])
  })

  test('that defines a permanent view carries what it reads with the view', () => {
    const { carried, statements } = analyze(
      'CREATE VIEW v AS SELECT * FROM a.b.c; SELECT * FROM v; ALTER VIEW a.b.w AS TABLE a.b.d',
    )
    expect(carried.map(({ of, effects }) => [of, shown(effects)])).toEqual([
      ['table:main.sales.v', ['r a.b.c']],
      ['table:a.b.w', ['r a.b.d']],
    ])
    expect(shown(statements[1]!.effects)).toEqual(['r main.sales.v ?v', 'r a.b.c'])
    expect(analyze('CREATE MATERIALIZED VIEW a.b.v AS SELECT * FROM a.b.c').carried).toEqual([])
  })

  test('looks names up in the session, and depends on its settings', () => {
    const all = (sql: string) => analyze(sql).effects.map(show)
    expect(all('INSERT INTO t SELECT * FROM s.u')).toEqual([
      'r session:conf',
      'r session:schema',
      'r session:catalog',
      'u main.sales.t ?t',
      'r main.s.u',
    ])
    expect(all('DESCRIBE a.b.c')).toEqual(['r a.b.c', 'w name:_sqldf'])
    expect(analyze('USE SCHEMA X; USE CATALOG y').namespace).toEqual({ catalog: 'y', schema: 'default' })
    expect(analyze('USE SCHEMA IDENTIFIER(:x)').namespace).toBe(null)
  })

  test('says where it asks for parameters, and which ways to ask are old', () => {
    const sql = "SELECT :day, '${old}', $older, ':no', a:no, ${spark.conf.key} FROM t WHERE ts > '12:30'"
    const { parameters, findings } = analyze(sql)
    expect(parameters.map(({ name, where }) => [name, sql.slice(where.start, where.end)])).toEqual([
      ['day', ':day'],
      ['old', '${old}'],
      ['older', '$older'],
    ])
    expect(findings.map(({ code, where }) => [code, sql.slice(where.start, where.end)])).toEqual([
      ['deprecated-parameter', '${old}'],
      ['deprecated-parameter', '$older'],
    ])
  })

  test('can name tables by parameters whose values are known', () => {
    const { effects } = analyzeSql("SELECT * FROM IDENTIFIER(:s || '.orders')", namespace, { s: 'Raw' })
    expect(shown(effects)).toContain('r main.raw.orders')
  })

  test('may declare widgets', () => {
    expect(analyze("CREATE WIDGET TEXT day DEFAULT '2024'").widgets).toMatchObject([
      { name: 'day', default: '2024', widget: 'text' },
    ])
    expect(effectsOf("CREATE WIDGET TEXT day DEFAULT '2024'")).toEqual(['w param:day'])
  })

  test('has kinds of statements', () => {
    const kinds = analyze(
      'SELECT 1; INSERT INTO t VALUES (1); USE x; SHOW TABLES; CREATE TEMP VIEW v AS SELECT 1',
    ).statements
    expect(kinds.map(({ kind }) => kind)).toEqual(['query', 'write', 'session', 'other', 'session'])
  })

  test.each([
    "SELECT 'a",
    'SELECT `a',
    'SELECT /* a',
    'SELECT (1',
    'SELECT 1)',
    'SELECT (1; SELECT 2)',
    'BEGIN SELECT 1;',
  ])('%s is broken, and says where', (sql) => {
    const { broken, effects, findings } = analyze(sql)
    expect([broken, effects, findings.map(({ code }) => code)]).toEqual([true, [], ['syntax-error']])
    expect(findings[0]!.where.end).toBeGreaterThan(findings[0]!.where.start)
  })

  test('is the same without comments and formatting, and another with other words', () => {
    const normalized = (sql: string) => analyze(sql).normalized
    expect(normalized('SELECT  a.b -- c\n/* d */ FROM t ;\n')).toBe(normalized('SELECT a.b FROM t'))
    for (const other of [
      'SELECT a.c FROM t',
      'SELECT a.B FROM t',
      "SELECT 'a.b' FROM t",
      'SELECT /*+ X */ a.b FROM t',
    ]) {
      expect(normalized(other)).not.toBe(normalized('SELECT a.b FROM t'))
    }
    expect(normalized("SELECT 'a  b'")).not.toBe(normalized("SELECT 'a b'"))
    expect(normalized('SELECT a > = b')).not.toBe(normalized('SELECT a >= b'))
  })
})

describe('any text', () => {
  const words = [
    ...new Set(cases.flatMap(([sql]) => sql.match(/\w+|\s+|[^\w\s]/g) ?? [])),
    '\n',
    '😀',
    '${',
    '$$',
    '`',
    "'",
    '/*',
    '--',
  ]
  const soup = fc.array(fc.constantFrom(...words), { maxLength: 40 }).map((parts) => parts.join(' '))
  const mutated = fc
    .tuple(
      fc.constantFrom(...cases.map(([sql]) => sql)),
      fc.nat(),
      fc.nat(8),
      fc.oneof(fc.constantFrom(...words), fc.string()),
    )
    .map(([sql, at, cut, put]) => sql.slice(0, at % sql.length) + put + sql.slice((at % sql.length) + cut))

  test('is analysed however deep its brackets are', () => {
    const sql = `SELECT * FROM ${'('.repeat(50_000)}a.b.c${')'.repeat(50_000)}`
    expect(effectsOf(sql)).toEqual(['u table:*'])
    expect(effectsOf(sql.replaceAll('('.repeat(49_900), '').replaceAll(')'.repeat(49_900), ''))).toEqual(['r a.b.c'])
  })

  test('is analysed without an error, the same each time, with spans inside it', () => {
    fc.assert(
      fc.property(fc.oneof(mutated, soup, fc.string()), (sql) => {
        const analysis = analyze(sql)
        expect(analyze(sql)).toEqual(analysis)
        const spans = [...analysis.effects, ...analysis.findings, ...analysis.carried.flatMap(({ effects }) => effects)]
        for (const { where } of spans) {
          expect(where.start).toBeGreaterThanOrEqual(0)
          expect(where.end).toBeGreaterThan(where.start)
          expect(where.end).toBeLessThanOrEqual(sql.length)
        }
      }),
      { numRuns: 300 },
    )
  })
})
