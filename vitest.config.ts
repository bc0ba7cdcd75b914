import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    coverage: { include: ['handlers/**', 'src/**', 'local/**', 'scripts/**'], reporter: ['text-summary', 'html'] },
    testTimeout: 20_000,
  },
});
