import type { FullResult, Reporter, Suite, TestCase, TestError } from '@playwright/test/reporter'
import { firstLines, leaveTally } from './tally.ts'

/** Counts the tests of Playwright. An error outside of tests counts as one failure. */
export default class PlaywrightTally implements Reporter {
  private tests: TestCase[] = []
  private readonly errors: TestError[] = []

  onBegin(_config: unknown, suite: Suite): void {
    this.tests = suite.allTests()
  }

  onError(error: TestError): void {
    this.errors.push(error)
  }

  onEnd(result: FullResult): void {
    const skipped = this.tests.filter((test) => test.outcome() === 'skipped')
    const wanted = skipped.filter((test) => test.expectedStatus === 'skipped')
    const passed = this.tests.filter((test) => ['expected', 'flaky'].includes(test.outcome()))
    // Tests that never ran because the run was cut short are failures, not skips.
    const failed = this.tests.filter((test) => !passed.includes(test) && !wanted.includes(test))
    const failures = [
      ...failed.map((test) => ({ name: nameOf(test), error: firstLines(errorOf(test)) })),
      ...this.errors.map(({ message = '' }) => ({ name: 'outside of the tests', error: firstLines(message) })),
    ]
    leaveTally({
      passed: passed.length,
      failed: failures.length === 0 && result.status !== 'passed' ? 1 : failures.length,
      failures,
      skipped: wanted.map((test) => ({ name: nameOf(test), reason: reasonOf(test) })),
    })
  }

  printsToStdio(): boolean {
    return false
  }
}

const nameOf = (test: TestCase) => test.titlePath().filter(Boolean).join(' > ')

const errorOf = (test: TestCase) => test.results.at(-1)?.error?.message ?? 'It did not run.'

const reasonOf = (test: TestCase): string =>
  test.annotations.find(({ type }) => type === 'skip' || type === 'fixme')?.description ?? 'no reason given'
