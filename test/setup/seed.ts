import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    seed: number;
  }
}

/** Gives the tests the seed that vitest prints and `--sequence.seed` sets. */
export function setup(project: TestProject): void {
  project.provide('seed', project.vitest.config.sequence.seed);
}
