import { requiredNumber } from '../lambda/environment.ts';
import type { PollBounds } from './polling.ts';

/** The deployment's bounds for the interval between two looks at a job. */
export function pollBounds(): PollBounds {
  return {
    shortestSeconds: requiredNumber('POLL_SHORTEST_SECONDS'),
    longestSeconds: requiredNumber('POLL_LONGEST_SECONDS'),
  };
}
