import { logger } from '../lambda/logger.ts';

/** The phase for each status of a job in Personalize's API. The API's type is a free string. */
const PHASES = {
  'CREATE PENDING': 'pending',
  'CREATE IN_PROGRESS': 'pending',
  ACTIVE: 'succeeded',
  'CREATE FAILED': 'failed',
} as const;

/** The phase of a job by its status. An unknown status is neither success nor failure: it counts as pending, with a warning,
 * until the deadline (ISO 8601). */
export function phaseOf(status: string, deadline: string): 'pending' | 'succeeded' | 'failed' | 'timed-out' {
  const phase = Object.hasOwn(PHASES, status) ? PHASES[status as keyof typeof PHASES] : undefined;
  if (phase === undefined) logger.warn('unknown status', { status });
  if (phase === 'succeeded' || phase === 'failed') return phase;
  return Date.now() >= Date.parse(deadline) ? 'timed-out' : 'pending';
}
