import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    coverage: { include: ['handlers/**', 'src/**', 'local/**', 'scripts/**'], reporter: ['text-summary', 'html'] },
    testTimeout: 30_000,
    // Most of the tests' time is waiting: for jobs, for the seconds of a Wait state, for a packaging process.
    maxWorkers: 4,
  },
});
