import { afterAll, beforeAll, expect, test } from 'vitest'
import { Bench } from './testing/start.ts'

let bench: Bench
beforeAll(async () => {
  bench = await Bench.start()
})
afterAll(() => bench.stop())

test('a widget whose parameter the notebook does not have any more is gone', async () => {
  await bench.run('dbutils.widgets.text("p", "1")', { parameters: { p: '1' } })
  await bench.run('dbutils.widgets.text("q", "5")', { parameters: { q: '5' } })
  expect((await bench.run('dbutils.widgets.getAll()', { parameters: { q: '5' } })).text).toBe(`{'q': '5'}`)
  expect((await bench.run('dbutils.widgets.get("p")', { parameters: { q: '5' } })).error!.name).toBe(
    'InputWidgetNotDefined',
  )
})

test('widgets come in the order of the notebook, whatever ran first; one that nobody foresaw stays', async () => {
  const parameters = { a: '1', b: '2' }
  await bench.run('dbutils.widgets.text("b", "2")', { parameters })
  await bench.run('for n in ["c"]: dbutils.widgets.text(n, "3")', { parameters })
  await bench.run('dbutils.widgets.text("a", "1")', { parameters })
  expect((await bench.run('dbutils.widgets.getAll()', { parameters })).text).toBe(`{'a': '1', 'b': '2', 'c': '3'}`)
})
