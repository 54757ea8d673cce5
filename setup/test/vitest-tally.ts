import type { Reporter, SerializedError, TestCase, TestModule } from 'vitest/node'
import { firstLines, leaveTally } from './tally.ts'

/** Counts the tests of vitest. A file that does not load and an error outside of tests count as one failure each. */
export default class VitestTally implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    const broken = modules.filter((module) => module.errors().length > 0)
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const suites = modules.flatMap((module) => [...module.children.allSuites()])
    const brokenSuites = suites.filter((suite) => suite.errors().length > 0)
    const withState = (state: string) => tests.filter((test) => test.result().state === state)
    const failures = [
      ...withState('failed').map((test) => failure(nameOf(test), test.result().errors)),
      // A test that is still pending when all is over was never finished.
      ...withState('pending').map((test) => failure(nameOf(test), [{ message: 'It never ended.' }])),
      ...broken.map((module) => failure(module.relativeModuleId, module.errors())),
      ...brokenSuites.map((suite) => failure(suite.fullName, suite.errors())),
      ...errors.map((error) => failure('outside of the tests', [error])),
    ]
    leaveTally({
      passed: withState('passed').length,
      failed: failures.length,
      failures,
      skipped: withState('skipped').map((test) => ({ name: test.fullName, reason: reasonOf(test.result()) })),
    })
  }
}

const nameOf = (test: TestCase) => `${test.module.relativeModuleId} > ${test.fullName}`

const failure = (name: string, errors: readonly { readonly message: string }[] = []) => ({
  name,
  error: firstLines(errors.map(({ message }) => message).join('\n')),
})

const reasonOf = (result: object): string =>
  'note' in result && typeof result.note === 'string' ? result.note : 'no reason given'
