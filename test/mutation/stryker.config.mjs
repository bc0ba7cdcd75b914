/** Changes `src` in one place at a time and runs the unit tests: a change that no test sees is a survivor.
 * @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  mutate: [
    'src/**/*.ts',
    // Compiled into validators before the tests run, so that a change here would not reach them.
    '!src/state.ts',
    '!src/plan/request.ts',
    // Data: its test compares it with the type and with documents.
    '!src/notify/notification-schema.ts',
  ],
  mutator: { excludedMutations: ['StringLiteral'] },
  testRunner: 'vitest',
  vitest: { configFile: 'test/mutation/vitest.config.ts' },
  plugins: ['@stryker-mutator/vitest-runner'],
  concurrency: 2,
  coverageAnalysis: 'perTest',
  reporters: ['clear-text', 'progress'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false, allowEmojis: false },
  tempDirName: '.local/mutation',
  ignorePatterns: ['.local', '.serverless', 'coverage', 'reports'],
  incrementalFile: '.local/mutation-incremental.json',
  // StrykerJS rewrites the tsconfig through TypeScript's JavaScript API, which TypeScript 7 has no more. Nothing here needs it.
  tsconfigFile: 'none',
  thresholds: { high: 90, low: 85, break: 85 },
};
