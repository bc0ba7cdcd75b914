import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import ShuffledProjects from './test/setup/shuffled-projects.ts';

const validators = ['test/setup/validators.ts'];
const localPackage = ['test/setup/local-package.ts'];
const gigabytes = ['test/**/*.gigabyte.test.ts', 'local-aws/test/**/*.gigabyte.test.ts'];

type ProjectOptions = NonNullable<TestProjectInlineConfiguration['test']>;
const project = (name: string, options: ProjectOptions): TestProjectInlineConfiguration => ({
  extends: true,
  test: { name, include: [`test/${name}/**/*.test.ts`], exclude: gigabytes, ...options },
});

export default defineConfig({
  test: {
    // The slowest first: the quick ones then fill the workers at the end.
    projects: [
      project('end-to-end', { globalSetup: localPackage, testTimeout: 60_000 }),
      project('cli', { globalSetup: localPackage, testTimeout: 60_000 }),
      project('package', { globalSetup: [...localPackage, 'test/setup/parameter-sets.ts'] }),
      project('statemachine', { globalSetup: validators }),
      project('local-aws', { include: ['local-aws/test/**/*.test.ts'] }),
      project('unit', { globalSetup: validators }),
      project('fuzz', { globalSetup: validators }),
      // From here on not part of `npm test`: minutes of transfers …
      project('gigabyte', { include: gigabytes, exclude: [], globalSetup: localPackage, testTimeout: 600_000 }),
      // Commands that run the whole pipeline, each for seconds.
      project('commands', { globalSetup: localPackage, testTimeout: 60_000 }),
      // Runs the documentation with tools that may not be installed.
      project('release', { globalSetup: localPackage }),
      project('console', { globalSetup: localPackage, testTimeout: 60_000 }),
    ],
    coverage: {
      include: ['handlers/*.ts', 'src/**/*.ts', 'local-aws/src/**/*.{ts,tsx,mjs}'],
      reporter: ['text-summary', 'html'],
    },
    globalSetup: ['test/setup/seed.ts'],
    setupFiles: ['test/setup/fast-check.ts'],
    // Tests run in an order of their own each time; `--sequence.seed=<number>` repeats one.
    sequence: { shuffle: true, sequencer: ShuffledProjects },
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // A busy machine is slow, not wrong.
    expect: { poll: { timeout: 15_000 } },
    // Half of the tests' time is waiting: for jobs, for the seconds of a Wait state, for a packaging process.
    maxWorkers: 5,
    // The files of a worker share its process: they mock at the SDK's edge, if at all, and leave nothing behind.
    isolate: false,
    env: { POWERTOOLS_LOG_LEVEL: 'SILENT', POWERTOOLS_METRICS_DISABLED: 'true' },
  },
});
