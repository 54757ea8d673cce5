import type { Reporter, SerializedError, TestModule } from 'vitest/node'
import { leaveTally } from './tally.ts'

/** Counts the tests of vitest. A file that does not load and an error outside of tests count as one failure each. */
export default class VitestTally implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    const broken = modules.filter((module) => module.errors().length > 0).length
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const suites = modules.flatMap((module) => [...module.children.allSuites()])
    const brokenSuites = suites.filter((suite) => suite.errors().length > 0).length
    const withState = (state: string) => tests.filter((test) => test.result().state === state)
    leaveTally({
      passed: withState('passed').length,
      // A test that is still pending when all is over was never finished.
      failed: withState('failed').length + withState('pending').length + broken + brokenSuites + errors.length,
      skipped: withState('skipped').map((test) => ({ name: test.fullName, reason: reasonOf(test.result()) })),
    })
  }
}

const reasonOf = (result: object): string =>
  'note' in result && typeof result.note === 'string' ? result.note : 'no reason given'
