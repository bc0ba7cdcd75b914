import { logger } from '../lambda/logger.ts';

/** The statuses of a job in Personalize's API, and what each means to the machine. The API gives a free string. */
const PHASES = {
  'CREATE PENDING': 'pending',
  'CREATE IN_PROGRESS': 'pending',
  ACTIVE: 'succeeded',
  'CREATE FAILED': 'failed',
} as const;

/** The phase of a job by its status. A status that nobody knows is neither success nor failure: it is pending, with a
 * warning, until the deadline (ISO 8601) has come. */
export function phaseOf(status: string, deadline: string): 'pending' | 'succeeded' | 'failed' | 'timed-out' {
  const phase = Object.hasOwn(PHASES, status) ? PHASES[status as keyof typeof PHASES] : undefined;
  if (phase === undefined) logger.warn('unknown status', { status });
  if (phase === 'succeeded' || phase === 'failed') return phase;
  return Date.now() >= Date.parse(deadline) ? 'timed-out' : 'pending';
}
