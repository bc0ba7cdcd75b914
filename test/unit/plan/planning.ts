import { expect } from 'vitest';
import { type ExportDefaults, planExports } from '../../../src/plan/plan-exports.ts';
import { defaults, now } from '../builders.ts';

/** The plan for a request, with the deployment's defaults. */
export function plan(request: unknown, overrides: Partial<ExportDefaults> = {}) {
  return planExports({ request, executionName: 'run-1', startedAt: now }, { ...defaults, ...overrides });
}

/** The only export in the plan for a request. */
export async function planned(request: object, overrides: Partial<ExportDefaults> = {}) {
  const { exports } = await plan(request, overrides);
  expect(exports).toHaveLength(1);
  return exports[0];
}
