import fc from 'fast-check';

/** How often, from which seed; and where in it, to see a counterexample again. */
export interface Runs {
  runs: number;
  seed: number;
  path?: string;
}

/** How a property fared; with `failure` where it does not hold. */
export interface Outcome {
  runs: number;
  failure?: { message: string; counterexample: string; path: string };
}

/** What `check` throws for whatever `specs` makes: a property that runs as it is told to. */
export function property<Spec>(specs: fc.Arbitrary<Spec>, check: (spec: Spec) => Promise<void>) {
  return async ({ runs, seed, path }: Runs): Promise<Outcome> => {
    const details = await fc.check(fc.asyncProperty(specs, check), { numRuns: runs, seed, ...(path && { path }) });
    if (!details.failed) return { runs: details.numRuns };
    const { message = 'interrupted' } = (details.errorInstance ?? {}) as Partial<Error>;
    const counterexample = fc.stringify(details.counterexample?.[0]);
    return { runs: details.numRuns, failure: { message, counterexample, path: details.counterexamplePath ?? '' } };
  };
}
