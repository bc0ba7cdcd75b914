import type { Counts } from './execution-counts.ts';
import { usual } from './polling-durations.ts';
import { planner } from './polling-policies.ts';
import { jobs, simulate } from './polling-simulation.ts';
import * as price from './prices.ts';

/** What is needed of a job's time: as of the benchmark of polling, ±20 %. */
const durations = usual['uniform ±20 %'] as (typeof usual)[string];
const SETTING = { runs: 2_000, seed: 1, transitionsASecond: 1 / 6 };
const TRANSITIONS_PER_POLL = 3;

/** What an export of one dataset uses. */
export interface Use {
  polls: number;
  transitions: number;
  invocations: number;
  /** How long after its job's end it is seen to have ended. */
  lagSeconds: number;
}

/** An export whose job takes so many minutes, with so many past jobs of its dataset; the planner's mean over 2,000 jobs.
 * @param counted an execution with one poll, counted in its history */
export function useOf(minutes: number, past: number, counted: Counts, triesToCreate = 0): Use {
  const sample = jobs(durations, 60 * minutes, past, SETTING);
  const { polls, meanLag: lagSeconds } = simulate(planner, sample, SETTING);
  const more = polls - counted.polls + triesToCreate;
  const invocations = Object.values(counted.invocations).reduce((a, b) => a + b, 0);
  // One more invocation starts the execution, where an event or a schedule does.
  return {
    polls,
    lagSeconds,
    transitions: counted.transitions + TRANSITIONS_PER_POLL * more,
    invocations: invocations + more + 1,
  };
}

/** What that costs, in USD, with nothing free. */
export function costOf({ transitions, invocations }: Use) {
  const stepFunctions = transitions * price.TRANSITION;
  const gbSeconds = invocations * price.FUNCTION_GB * price.INVOCATION_SECONDS;
  const lambda = gbSeconds * price.LAMBDA_GB_SECOND + invocations * price.LAMBDA_REQUEST;
  const others =
    price.SNS_PUBLISH +
    price.SNS_EMAIL +
    price.S3_LIST +
    (invocations * price.LOG_BYTES * price.LOGS_GB) / 1e9 +
    price.KMS_REQUESTS * price.KMS_REQUEST +
    invocations * price.XRAY_TRACE;
  return { stepFunctions, lambda, others, sum: stepFunctions + lambda + others };
}

/** How many exports a month the free tiers of Step Functions and Lambda cover, each. */
export function freeExports({ transitions, invocations }: Use) {
  const gbSeconds = invocations * price.FUNCTION_GB * price.INVOCATION_SECONDS;
  return {
    stepFunctions: Math.floor(price.FREE_TRANSITIONS / transitions),
    lambda: Math.floor(Math.min(price.FREE_LAMBDA.requests / invocations, price.FREE_LAMBDA.gbSeconds / gbSeconds)),
  };
}
