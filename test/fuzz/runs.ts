import { afterEach, expect } from 'vitest';

/** How often each property runs: `npm run fuzz` sets more. */
export const numRuns = Number(process.env.FUZZ_RUNS ?? 150);

const members = Reflect.ownKeys(Object.prototype).length;

/** After each test of the file: no input has changed what every object is. */
export function expectCleanPrototype(): void {
  afterEach(() => {
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(Reflect.ownKeys(Object.prototype)).toHaveLength(members);
  });
}
