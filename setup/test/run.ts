import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readTally, tallyTo, type Tally } from './tally.ts'

/** One step of `npm test`: a program of an npm package that ends with 0 when all is well. */
interface Step {
  readonly name: string
  readonly programs: readonly (readonly string[])[]
  /** Whether a reporter of ours counts its tests; without, the step counts as one. */
  readonly counted: boolean
}

const root = fileURLToPath(new URL('../..', import.meta.url))
const LIMIT_MINUTES = 40
const NOTHING: Tally = { passed: 0, failed: 0, failures: [], skipped: [] }

const STEPS: readonly Step[] = [
  { name: 'types', programs: [['typescript/bin/tsc'], ['typescript/bin/tsc', '-p', 'setup']], counted: false },
  { name: 'lint', programs: [['eslint/bin/eslint.js', '.', '--max-warnings', '0']], counted: false },
  { name: 'format', programs: [['prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.']], counted: false },
  {
    name: 'unit and property tests',
    programs: [['vitest/vitest.mjs', 'run', '--reporter=default', '--reporter=./setup/test/vitest-tally.ts']],
    counted: true,
  },
  {
    name: 'end-to-end tests',
    programs: [['@playwright/test/cli.js', 'test', '--reporter=list,./setup/test/playwright-tally.ts']],
    counted: true,
  },
]

/** Runs a program, its output going to ours. Resolves to true if it ended well and in time. */
function runs([program = '', ...args]: readonly string[], env: NodeJS.ProcessEnv): Promise<boolean> {
  return new Promise((resolve) => {
    const file = join(root, 'node_modules', program)
    const child = spawn(process.execPath, [file, ...args], { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] })
    const limit = setTimeout(() => {
      console.log(`Stopped after ${LIMIT_MINUTES} minutes.`)
      child.kill('SIGKILL')
    }, LIMIT_MINUTES * 60_000)
    child.on('error', (error) => console.log(error.message))
    child.on('close', (code) => {
      clearTimeout(limit)
      resolve(code === 0)
    })
  })
}

async function runStep(step: Step): Promise<Tally> {
  const file = join(root, '.cache', 'test', `${step.name.replaceAll(' ', '-')}.json`)
  const env = tallyTo(file)
  const ended = await Promise.all(step.programs.map((program) => runs(program, env)))
  const well = ended.every(Boolean)
  if (!step.counted) return { ...NOTHING, passed: well ? 1 : 0, failed: well ? 0 : 1 }
  const counted = readTally(file) ?? NOTHING
  return !well && counted.failed === 0 ? { ...counted, failed: 1 } : counted
}

const tallies: Tally[] = []
for (const step of STEPS) {
  console.log(`\n── ${step.name}`)
  const began = Date.now()
  const tally = await runStep(step)
  console.log(`── ${step.name}: ${tally.failed === 0 ? 'ok' : 'FAILED'}, ${Math.round((Date.now() - began) / 1000)} s`)
  tallies.push(tally)
}

const skipped = tallies.flatMap((tally) => tally.skipped)
if (skipped.length > 0) console.log('\nSkipped:')
for (const { name, reason } of skipped) console.log(`  ${name}: ${reason}`)
const failures = tallies.flatMap((tally) => tally.failures)
// Once more at the end: a log that is cut keeps its last lines.
if (failures.length > 0) console.log('\nFailed:')
for (const { name, error } of failures) console.log(`  ${name}\n${error.replaceAll(/^/gm, '    ')}`)
const total = (of: 'passed' | 'failed') => tallies.reduce((sum, tally) => sum + tally[of], 0)
const counts = [`${total('passed')} passed`, `${total('failed')} failed`]
if (skipped.length > 0) counts.push(`${skipped.length} skipped`)
console.log(`\n${counts.join(', ')}`)
process.exitCode = total('failed') > 0 ? 1 : 0
