import { defineConfig } from 'vitest/config';

// Most of the tests' time is waiting: for jobs, for the seconds of a Wait state, for a packaging process.
const maxWorkers = 3;

export default defineConfig({
  test: {
    coverage: { include: ['handlers/**', 'src/**', 'local/**'], reporter: ['text-summary', 'html'] },
    testTimeout: 30_000,
    maxWorkers,
    env: { POWERTOOLS_LOG_LEVEL: 'SILENT', POWERTOOLS_METRICS_DISABLED: 'true' },
    projects: [
      // These share one process: they mock at the SDK's edge and leave nothing behind.
      { extends: true, test: { name: 'unit', include: ['test/{unit,statemachine}/**/*.test.ts'], isolate: false } },
      // These wait for real jobs in real seconds: on a machine busy with something else one may come too late, once.
      { extends: true, test: { name: 'local', include: ['test/{cli,local,package}/**/*.test.ts'], retry: 1 } },
    ],
  },
});
