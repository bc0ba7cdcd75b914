import { defineConfig } from 'vitest/config';

// The unit tests alone and in one order: the mutation tester chooses among them by what each one covers.
export default defineConfig({
  test: {
    include: ['test/unit/**/*.test.ts'],
    // About files that no mutant changes.
    exclude: ['test/unit/docs.test.ts', 'test/unit/scripts/**'],
    globalSetup: ['test/setup/seed.ts'],
    setupFiles: ['test/setup/fast-check.ts'],
    sequence: { seed: 1 },
    isolate: false,
    testTimeout: 30_000,
    env: { POWERTOOLS_LOG_LEVEL: 'SILENT', POWERTOOLS_METRICS_DISABLED: 'true' },
  },
});
