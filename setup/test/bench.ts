import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Runs each test/bench/*.bench.ts in a process of its own, one after the other. Such a file prints its figures. */
const folder = fileURLToPath(new URL('../../test/bench', import.meta.url))
const words = process.argv.slice(2)
const files = readdirSync(folder)
  .filter((file) => file.endsWith('.bench.ts') && (words.length === 0 || words.some((word) => file.includes(word))))
  .sort()

for (const file of files) {
  console.log(`── ${file.replace('.bench.ts', '')}`)
  const { status } = spawnSync(process.execPath, [join(folder, file)], { stdio: ['ignore', 'inherit', 'inherit'] })
  if (status !== 0) {
    console.log(`${file} failed`)
    process.exitCode = 1
  }
}
