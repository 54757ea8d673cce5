import { expect, test } from 'vitest'
import { Bench } from './testing/start.ts'

const lines = Array.from({ length: 300 }, (_, i) => `line ${i}\n`).join('')

test.each([
  ['os._exit', 'import os\nos._exit(7)'],
  ['os.abort', 'import os\nos.abort()'],
  ['kill -9', 'import os, signal\nos.kill(os.getpid(), signal.SIGKILL)'],
  ['a segmentation fault', 'import ctypes\nctypes.string_at(0)'],
])('what was printed before %s arrives', async (_, end) => {
  const bench = await Bench.start()
  await expect(bench.run(`for i in range(300): print("line", i)\n${end}`)).rejects.toMatchObject({ code: 'DB-1202' })
  expect(bench.stdout).toBe(lines)
  await bench.stop()
})

test('the end of a long print arrives before an end that is asked for', async () => {
  const bench = await Bench.start()
  const source = 'import os\nfor i in range(20_000): print(i)\nprint("last", end="")\nos._exit(1)'
  await expect(bench.run(source)).rejects.toMatchObject({ code: 'DB-1202' })
  expect(bench.stdout.slice(-10)).toBe('19999\nlast')
  await bench.stop()
})
