import type { ExportDefaults } from '../../../src/plan/plan-exports.ts';
import { deployMachine, type Machine } from '../functions.ts';
import type { FakeAws } from './fake-aws.ts';

/** A machine against the fake; `errors`: what the functions failed with, each attempt. */
export function machine(aws: FakeAws, settings: Partial<ExportDefaults> = {}): Machine & { errors: string[] } {
  const errors: string[] = [];
  const deployed = deployMachine(aws.clients, settings, ({ lambdaFunctionFailedEventDetails: failed }) => {
    if (failed?.error) errors.push(failed.error);
  });
  return { ...deployed, errors };
}
