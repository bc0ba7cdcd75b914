import type { Counts } from './execution-counts.ts';
import { usual } from './polling-durations.ts';
import { planner } from './polling-policies.ts';
import { jobs, simulate } from './polling-simulation.ts';
import * as price from './prices.ts';

/** Durations of jobs, as in the benchmark of polling: ±20 %. */
const durations = usual['uniform ±20 %'] as (typeof usual)[string];
const SETTING = { runs: 2_000, seed: 1, transitionsASecond: 1 / 6 };
const TRANSITIONS_PER_POLL = 3;

/** What an export of one dataset uses. */
export interface Use {
  polls: number;
  transitions: number;
  invocations: number;
  /** How long after the end of its job the pipeline notices that it has ended. */
  lagSeconds: number;
}

/** What an export uses on average over 2,000 jobs, with the real planner.
 * @param past how many past jobs of the dataset are known
 * @param counted an execution with one poll, counted in its history
 * @param retriesToCreate how often the creation of the job is tried again because a quota is full */
export function useOf(minutes: number, past: number, counted: Counts, retriesToCreate = 0): Use {
  const sample = jobs(durations, 60 * minutes, past, SETTING);
  const { polls, meanLag: lagSeconds } = simulate(planner, sample, SETTING);
  const more = polls - counted.polls + retriesToCreate;
  // The function start-export, which starts the execution for an event, is one more invocation.
  return {
    polls,
    lagSeconds,
    transitions: counted.transitions + TRANSITIONS_PER_POLL * more,
    invocations: counted.invocations + more + 1,
  };
}

/** The costs in USD, without the free tiers. */
export function costOf({ transitions, invocations }: Use) {
  const stepFunctions = transitions * price.TRANSITION;
  const lambda = gbSecondsOf(invocations) * price.LAMBDA_GB_SECOND + invocations * price.LAMBDA_REQUEST;
  const others =
    price.SNS_PUBLISH +
    price.SNS_EMAIL +
    price.S3_LIST +
    price.VERIFY_REQUESTS +
    (invocations * price.LOG_BYTES * price.LOGS_GB) / 1e9 +
    price.KMS_REQUESTS * price.KMS_REQUEST +
    invocations * price.XRAY_TRACE;
  return { stepFunctions, lambda, others, sum: stepFunctions + lambda + others };
}

/** One of the invocations verifies the export. */
function gbSecondsOf(invocations: number): number {
  return (invocations - 1) * price.FUNCTION_GB * price.INVOCATION_SECONDS + price.VERIFY_GB * price.VERIFY_SECONDS;
}

/** What verifying an export of this size takes, and costs in USD. One call reads for 14 minutes. */
export function verificationOf(gigabytes: number, megabytesPerSecond: number) {
  const seconds = (1000 * gigabytes) / megabytesPerSecond;
  const calls = Math.ceil(seconds / (14 * 60));
  const lambda = seconds * price.VERIFY_GB * price.LAMBDA_GB_SECOND + calls * price.LAMBDA_REQUEST;
  const stepFunctions = 2 * calls * price.TRANSITION;
  return { seconds, calls, lambda, stepFunctions, sum: lambda + stepFunctions + price.VERIFY_REQUESTS };
}

/** How many exports per month the free tier of Step Functions covers, and how many that of Lambda. */
export function freeExports({ transitions, invocations }: Use) {
  const gbSeconds = gbSecondsOf(invocations);
  return {
    stepFunctions: Math.floor(price.FREE_TRANSITIONS / transitions),
    lambda: Math.floor(Math.min(price.FREE_LAMBDA.requests / invocations, price.FREE_LAMBDA.gbSeconds / gbSeconds)),
  };
}
