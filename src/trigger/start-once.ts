import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { DescribeExecutionCommand, type SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { ExecutionNameTakenError } from '../lambda/errors.ts';
import { logger } from '../lambda/logger.ts';
import type { Execution } from './event-to-execution.ts';

/** The function's result. Its invocation is asynchronous, so only logs and tests see it. */
export interface StartedExecution {
  executionName: string;
  alreadyStarted: boolean;
}

/** An existing execution, as far as is needed to tell whether it had the same request. */
interface Existing {
  input?: string | undefined;
  startDate?: Date | undefined;
}

/** How much the clocks of two services may differ. */
const CLOCK_TOLERANCE_MILLISECONDS = 5_000;

/** Step Functions may not find an execution right after it refused its name: how long to wait before each further attempt. */
const PAUSES_MILLISECONDS = [200, 400, 800, 1_600];

/** Starts an execution once. A duplicate starts nothing: the name is taken, and the execution has the same request. Anyone
 * who may start executions can compute a name and take it for another request. Then the execution starts under its other
 * name.
 * @throws ExecutionNameTakenError if that is taken, too; the SDK's error when a call fails */
export async function startOnce(
  execution: Execution,
  stateMachineArn: string,
  sfn: SFNClient,
  pauses: readonly number[] = PAUSES_MILLISECONDS,
): Promise<StartedExecution> {
  const { name, otherName } = execution;
  for (const executionName of [name, otherName]) {
    const outcome = await start(executionName, execution, stateMachineArn, sfn, pauses);
    if (outcome !== 'taken') {
      logger.info(outcome === 'started' ? 'execution started' : 'execution already started', { executionName });
      return { executionName, alreadyStarted: outcome === 'repeated' };
    }
    await reportTaken(executionName, stateMachineArn);
  }
  throw new ExecutionNameTakenError(
    `The executions ${name} and ${otherName} exist, but not for this event. Check who started them, and start the export yourself.`,
  );
}

async function start(
  name: string,
  execution: Execution,
  stateMachineArn: string,
  sfn: SFNClient,
  pauses: readonly number[],
): Promise<'started' | 'repeated' | 'taken'> {
  const input = JSON.stringify(execution.input);
  try {
    // If an execution with this name and input is running, Step Functions answers with that one.
    const { startDate } = await sfn.send(new StartExecutionCommand({ stateMachineArn, name, input }));
    return isTooOld({ startDate }, execution) ? 'taken' : 'started';
  } catch (error) {
    if ((error as Error).name !== 'ExecutionAlreadyExists') throw error;
  }
  const existing = await describe(`${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`, sfn, pauses);
  return isSame(existing, execution) && !isTooOld(existing, execution) ? 'repeated' : 'taken';
}

async function describe(executionArn: string, sfn: SFNClient, pauses: readonly number[]): Promise<Existing> {
  for (const milliseconds of pauses) {
    try {
      return await sfn.send(new DescribeExecutionCommand({ executionArn }));
    } catch (error) {
      if ((error as Error).name !== 'ExecutionDoesNotExist') throw error;
      await pause(milliseconds);
    }
  }
  return await sfn.send(new DescribeExecutionCommand({ executionArn }));
}

/** Whether the execution started before the event happened. */
function isTooOld({ startDate }: Existing, { happenedAt }: Execution): boolean {
  if (startDate === undefined || happenedAt === undefined) return false;
  // No event comes from the future: an execution that has just started is not too old.
  const happened = Math.min(Date.parse(happenedAt), Date.now());
  return startDate.getTime() + CLOCK_TOLERANCE_MILLISECONDS < happened;
}

/** Whether the execution has the same request, by the request's own fields. A file that can no longer be read is identified
 * by its bucket, key and version or sequencer. */
function isSame(existing: Existing, { input, isUnreadFile }: Execution): boolean {
  const { origin, ...request } = objectIn(existing.input);
  const { origin: ownOrigin, ...ownRequest } = objectIn(JSON.stringify(input));
  return isEqual(request, ownRequest) || (isUnreadFile === true && isSameFile(origin, ownOrigin));
}

function isEqual(one: object, other: object): boolean {
  if (JSON.stringify(one) === JSON.stringify(other)) return true;
  try {
    return isDeepStrictEqual(one, other);
  } catch {
    return false; // Nested too deeply for the call stack.
  }
}

function isSameFile(origin: unknown, ownOrigin: unknown): boolean {
  const fileIn = (one: unknown) => {
    const { trigger, bucket, key, versionId, sequencer } = Object(one) as Record<string, unknown>;
    return { trigger, bucket, key, versionId, sequencer };
  };
  return isDeepStrictEqual(fileIn(origin), fileIn(ownOrigin));
}

/** The input of an execution as an object; one without fields if it is something else. */
function objectIn(json = 'null'): Record<string, unknown> {
  const value: unknown = JSON.parse(json);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

async function reportTaken(executionName: string, stateMachineArn: string): Promise<void> {
  logger.warn('execution name is taken by another request', { executionName });
  // Loaded only here: this hardly ever happens, and every cold start would read the library.
  const { countTakenName } = await import('./trigger-metrics.ts');
  countTakenName(stateMachineArn);
}
