import { decimal128, float64, int64, timestamp, utf8 } from '@uwdata/flechette'
import type { Scene } from './scene.ts'
import { show, stdout } from './scene.ts'
import { demoTable } from './tables.ts'

const carriers = ['UA', 'AA', 'B6', 'DL', 'EV', 'MQ', 'WN', '9E']
const goals = ['IAH', 'MIA', 'BQN', 'ATL', 'ORD', 'FLL', 'IAD', 'MCO', 'LAX', 'SFO']
const origins = ['EWR', 'LGA', 'JFK']
const pick = <T>(list: readonly T[], row: number) => list[(row * 7 + (row >> 3)) % list.length]!
const wave = (row: number) => Math.round(Math.sin(row * 0.7) * 40 + ((row * 31) % 23) - 4)

/** A notebook of 14 cells about flights that were late. */
export function flights(): Scene {
  const pages = new Map<string, Uint8Array>()
  const first = demoTable(
    pages,
    'flights.arrows',
    10_000,
    [
      {
        name: 'time_hour',
        type: 'timestamp',
        arrow: timestamp(2, null),
        value: (row) => new Date(Date.UTC(2013, 0, 1, 5 + (row >> 4))),
      },
      { name: 'carrier', type: 'string', arrow: utf8(), value: (row) => pick(carriers, row) },
      { name: 'flight', type: 'bigint', arrow: int64(), value: (row) => BigInt(1000 + ((row * 37) % 4000)) },
      { name: 'origin', type: 'string', arrow: utf8(), value: (row) => pick(origins, row) },
      { name: 'dest', type: 'string', arrow: utf8(), value: (row) => (row % 19 === 5 ? '' : pick(goals, row)) },
      {
        name: 'dep_delay',
        type: 'double',
        arrow: float64(),
        value: (row) => (row % 13 === 4 ? null : row % 17 === 6 ? NaN : wave(row)),
      },
      {
        name: 'fare',
        type: 'decimal(10,2)',
        arrow: decimal128(10, 2),
        value: (row) => 89.5 + ((row * 53) % 400) + (row % 100) / 100,
      },
      {
        name: 'tailnum',
        type: 'string',
        arrow: utf8(),
        value: (row) => (row % 11 === 3 ? null : `N${14000 + ((row * 71) % 900)}`),
      },
    ],
    true,
  )
  const daily = demoTable(pages, 'daily.arrows', 365, [
    {
      name: 'day',
      type: 'date',
      arrow: utf8(),
      value: (row) => new Date(Date.UTC(2013, 0, 1 + row)).toISOString().slice(0, 10),
    },
    { name: 'flights', type: 'bigint', arrow: int64(), value: (row) => BigInt(840 + ((row * 29) % 170)) },
    { name: 'late', type: 'bigint', arrow: int64(), value: (row) => BigInt(60 + ((row * 17) % 140)) },
    { name: 'mean_delay', type: 'double', arrow: float64(), value: (row) => Math.round(wave(row) * 10) / 10 },
  ])
  const worst = demoTable(pages, 'worst.arrows', 5, [
    { name: 'carrier', type: 'string', arrow: utf8(), value: (row) => carriers[row] },
    { name: 'flights', type: 'bigint', arrow: int64(), value: (row) => BigInt(58665 - row * 9120) },
    { name: 'late_share', type: 'double', arrow: float64(), value: (row) => 0.31 - row * 0.042 },
  ])
  const chart = {
    $schema: 'https://vega.github.io/schema/vega-lite/v5.json',
    width: 'container',
    height: 220,
    title: 'Mean delay by hour of departure',
    data: {
      values: Array.from({ length: 19 }, (_, at) => ({
        hour: at + 5,
        delay: Math.round((2 + at * at * 0.085 + Math.sin(at) * 1.6) * 10) / 10,
      })),
    },
    mark: { type: 'bar', cornerRadiusEnd: 2, tooltip: true },
    encoding: {
      x: { field: 'hour', type: 'ordinal', title: 'hour', axis: { labelAngle: 0 } },
      y: { field: 'delay', type: 'quantitative', title: 'minutes' },
    },
  }
  return {
    name: 'late_flights',
    pages,
    parameters: [
      {
        name: 'month',
        label: 'Month',
        widget: 'dropdown',
        choices: ['1', '2', '3', '6', '7', '12'],
        default: '7',
        value: '7',
      },
      { name: 'late_after', label: 'Late after (minutes)', widget: 'text', choices: [], default: '15', value: '20' },
      {
        name: 'origins',
        label: 'Airports',
        widget: 'multiselect',
        choices: origins,
        default: 'EWR,JFK,LGA',
        value: 'EWR,JFK,LGA',
      },
    ],
    diagnostics: [
      {
        code: 'lazy-read-after-write',
        severity: 'warning',
        cell: 12,
        line: 2,
        where: { start: 46, end: 55 },
        message: '`published` is read again here after its table was written above.',
      },
      {
        code: 'unresolved-path',
        severity: 'info',
        cell: 2,
        line: 1,
        where: { start: 29, end: 51 },
        message: 'The path is taken from the project.',
      },
    ],
    cells: [
      {
        kind: 'markdown',
        source:
          '# Which flights are late, and why\n\nEvery flight that left **New York** in 2013, with the weather at the hour it left. The question: is it the airline, the hour or the wind?\n\nThe result is a table of days, `main.air.daily`, that the [dashboard](https://example.org) reads each morning.',
      },
      {
        kind: 'python',
        title: 'Settings',
        state: 'fresh',
        ms: 12,
        source:
          'dbutils.widgets.dropdown("month", "7", ["1", "2", "3", "6", "7", "12"])\ndbutils.widgets.text("late_after", "15")\ndbutils.widgets.multiselect("origins", "EWR,JFK,LGA", ["EWR", "JFK", "LGA"])\n\nmonth = int(dbutils.widgets.get("month"))\nlate_after = int(dbutils.widgets.get("late_after"))',
      },
      {
        kind: 'python',
        title: 'Load flights',
        state: 'fresh',
        ms: 2140,
        source: 'flights = spark.read_parquet("data/flights.parquet").where(F.col("month") == month)\ndisplay(flights)',
        outputs: [first],
      },
      {
        kind: 'python',
        title: 'Load weather',
        state: 'fresh',
        ms: 830,
        source: 'weather = spark.read_parquet("data/weather.parquet")\nprint(f"{weather.count():,} hours of weather")',
        outputs: [stdout('26,115 hours of weather\n')],
      },
      {
        kind: 'markdown',
        source: '## Clean\n\nA flight without a departure time was cancelled; it is counted apart, not as on time.',
      },
      {
        kind: 'python',
        title: 'Clean flights',
        state: 'fresh',
        ms: 410,
        source:
          'def is_late(delay):\n    """Late is later than the parameter says."""\n    return delay > late_after\n\nclean = (\n    flights.where("dep_time IS NOT NULL")\n    .withColumn("late", is_late(F.col("dep_delay")))\n)\nclean.createOrReplaceTempView("clean_flights")',
      },
      {
        kind: 'python',
        title: 'Join the weather',
        state: 'fresh',
        ms: 1620,
        source:
          'joined = clean.join(weather, ["origin", "time_hour"], "left")\njoined.write.mode("overwrite").saveAsTable("main.air.joined")\nprint("\\x1b[32mwrote\\x1b[0m main.air.joined")',
        outputs: [
          stdout('\rwriting  20%\rwriting  60%\rwriting 100%\n\x1b[32mwrote\x1b[0m main.air.joined, 28,485 rows\n'),
        ],
      },
      {
        kind: 'sql',
        title: 'Days',
        state: 'fresh',
        ms: 1240,
        source:
          "CREATE OR REPLACE TABLE main.air.daily AS\nSELECT date(time_hour) AS day, count(*) AS flights,\n       count_if(late) AS late, avg(dep_delay) AS mean_delay\nFROM main.air.joined\nWHERE origin IN (SELECT explode(split(:origins, ',')))\nGROUP BY day ORDER BY day",
        outputs: [daily],
      },
      {
        kind: 'python',
        title: 'By hour',
        state: 'fresh',
        ms: 690,
        source:
          'by_hour = clean.groupBy("hour").agg(F.avg("dep_delay").alias("delay")).toPandas()\nalt.Chart(by_hour).mark_bar().encode(x="hour:O", y="delay")',
        outputs: [show('application/vnd.vegalite.v5+json', chart)],
      },
      {
        kind: 'sql',
        title: 'Worst airlines',
        state: 'stale',
        ms: 350,
        source:
          'SELECT carrier, count(*) AS flights, avg(late) AS late_share\nFROM clean_flights GROUP BY carrier\nORDER BY late_share DESC LIMIT 5',
        outputs: [worst],
      },
      {
        kind: 'python',
        title: 'Wind or hour?',
        state: 'stale',
        ms: 5300,
        source: 'model = fit(joined, target="late", features=["wind_speed", "hour", "carrier"])\nmodel.summary()',
        outputs: [
          show(
            'text/html',
            '<table><thead><tr><th style="text-align:left">feature</th><th>weight</th><th>p</th></tr></thead><tbody><tr><td style="text-align:left">hour</td><td>0.182</td><td>&lt; 0.001</td></tr><tr><td style="text-align:left">wind_speed</td><td>0.041</td><td>0.003</td></tr><tr><td style="text-align:left">carrier = EV</td><td>0.310</td><td>&lt; 0.001</td></tr></tbody></table>',
          ),
        ],
      },
      { kind: 'markdown', source: '## Publish' },
      {
        kind: 'python',
        title: 'Check before publishing',
        state: 'stale',
        ms: 120,
        source:
          'published = spark.table("main.air.daily")\nassert published.count() > 0, "no days at all"\nsummary = {"days": published.count(), "model": model}',
      },
      {
        kind: 'python',
        title: 'Tell the team',
        state: 'waiting',
        mode: 'manual',
        because: [12],
        source: 'post_to_chat(f"Daily delays are there: {summary}")',
      },
    ],
  }
}
