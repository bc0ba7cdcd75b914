import { requiredNumber } from '../lambda/environment.ts';

/** The shortest and the longest wait between two polls of a job, in seconds. */
export interface PollBounds {
  shortestSeconds: number;
  longestSeconds: number;
}

/** The bounds that the deployment sets. */
export function pollBounds(): PollBounds {
  return {
    shortestSeconds: requiredNumber('POLL_SHORTEST_SECONDS'),
    longestSeconds: requiredNumber('POLL_LONGEST_SECONDS'),
  };
}
