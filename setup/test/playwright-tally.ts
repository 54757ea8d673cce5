import type { FullResult, Reporter, Suite, TestCase } from '@playwright/test/reporter'
import { leaveTally } from './tally.ts'

/** Counts the tests of Playwright. An error outside of tests counts as one failure. */
export default class PlaywrightTally implements Reporter {
  private tests: TestCase[] = []
  private errors = 0

  onBegin(_config: unknown, suite: Suite): void {
    this.tests = suite.allTests()
  }

  onError(): void {
    this.errors += 1
  }

  onEnd(result: FullResult): void {
    const skipped = this.tests.filter((test) => test.outcome() === 'skipped')
    const wanted = skipped.filter((test) => test.expectedStatus === 'skipped')
    const passed = this.tests.filter((test) => ['expected', 'flaky'].includes(test.outcome()))
    // Tests that never ran because the run was cut short are failures, not skips.
    const failed = this.tests.length - passed.length - wanted.length + this.errors
    leaveTally({
      passed: passed.length,
      failed: failed === 0 && result.status !== 'passed' ? 1 : failed,
      skipped: wanted.map((test) => ({ name: test.titlePath().filter(Boolean).join(' > '), reason: reasonOf(test) })),
    })
  }

  printsToStdio(): boolean {
    return false
  }
}

const reasonOf = (test: TestCase): string =>
  test.annotations.find(({ type }) => type === 'skip' || type === 'fixme')?.description ?? 'no reason given'
