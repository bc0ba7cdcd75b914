import { expect } from 'vitest';
import { type ExportDefaults, planExports } from '../../../src/plan/plan-exports.ts';
import { defaults, now } from '../builders.ts';

/** What PlanExports makes of a request, with the deployment's defaults. */
export function plan(request: unknown, overrides: Partial<ExportDefaults> = {}) {
  return planExports({ request, executionName: 'run-1', startedAt: now }, { ...defaults, ...overrides });
}

/** The one export that is planned. */
export async function planned(request: object, overrides: Partial<ExportDefaults> = {}) {
  const { exports } = await plan(request, overrides);
  expect(exports).toHaveLength(1);
  return exports[0];
}
