import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'local-aws/test/**/*.test.ts'],
    coverage: { include: ['handlers/**', 'src/**', 'local-aws/src/**'], reporter: ['text-summary', 'html'] },
    globalSetup: ['test/setup/parameter-sets.ts'],
    testTimeout: 30_000,
    // Half of the tests' time is waiting: for jobs, for the seconds of a Wait state, for a packaging process.
    maxWorkers: 4,
    // The files of a worker share its process: they mock at the SDK's edge, if at all, and leave nothing behind.
    isolate: false,
    env: { POWERTOOLS_LOG_LEVEL: 'SILENT', POWERTOOLS_METRICS_DISABLED: 'true' },
  },
});
