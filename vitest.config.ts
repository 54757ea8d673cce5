import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['src/**/*.test.{ts,tsx}', 'setup/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['test/e2e/**', 'node_modules/**', 'out/**'],
    setupFiles: ['test/support/one-seed.ts'],
    // Each worker may start Python and Spark processes of its own.
    maxWorkers: 2,
    // They end what hangs; a machine that is busy with other things may be ten times slower than ours.
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
})
