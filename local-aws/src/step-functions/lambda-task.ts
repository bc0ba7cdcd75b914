import { setImmediate as macrotask } from 'node:timers/promises';
import { cut } from '../protocols/cut.ts';
import { FunctionError, type InvokeFunction } from '../protocols/invoke-function.ts';
import type { State } from './definition.ts';
import { type History, type NewEvent, notTruncated, payloadText } from './history.ts';
import type { Recorder } from './recorder.ts';

/** The maximum of a state's input or output, in bytes of UTF-8:
 * https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
export const payloadLimit = 262_144;

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html, `cause` of a failure */
const MAX_CAUSE_CHARACTERS = 32_768;

export interface LambdaTaskOptions {
  states: Map<string, State>;
  history: History;
  recorder: Recorder;
  invoke: InvokeFunction;
  /** Rejects when the execution is stopped. Functions that still run are ignored. */
  stopped: Promise<never>;
}

/** An error as the engine matches it: `name` against `ErrorEquals`, `message` as `Cause`. */
export class TaskError extends Error {
  readonly isRetryable: boolean;
  readonly isCatchable: boolean;

  constructor(name: string, cause: string, isTerminal = false) {
    super(cause);
    this.name = name;
    this.isRetryable = !isTerminal;
    this.isCatchable = !isTerminal;
  }
}

/** Runs the function of a Task, and writes the events of each attempt into the history. */
export function lambdaTask({ states, history, recorder, invoke, stopped }: LambdaTaskOptions) {
  return async function runTask(stateName: string, input: unknown): Promise<unknown> {
    // After this, the entry of the state has been written, even inside a Map.
    await Promise.race([macrotask(), stopped]);
    recorder.flush();
    const attempt = recorder.claimAttempt(stateName, input);
    // After a Map has failed, the engine starts further iterations, and AWS does not.
    if (!attempt) throw new TaskError('States.Runtime', `State '${stateName}' is not running`, true);
    const append = (event: NewEvent) => {
      recorder.flush();
      if (!attempt.settled && !attempt.lane.ended) history.append(attempt.lane, event);
    };
    const state = states.get(stateName);
    append(scheduledEvent(state, input));
    append({ type: 'LambdaFunctionStarted' });
    try {
      const answer = invoke(String(state?.Resource), JSON.parse(payloadText(input)));
      const output = resultText(await Promise.race([answer, stopped]), state);
      append({
        type: 'LambdaFunctionSucceeded',
        lambdaFunctionSucceededEventDetails: { output, outputDetails: notTruncated },
      });
      attempt.settled = true;
      return JSON.parse(output);
    } catch (thrown) {
      const error = asTaskError(thrown);
      append({
        type: 'LambdaFunctionFailed',
        lambdaFunctionFailedEventDetails: { error: error.name, cause: error.message },
      });
      attempt.settled = true;
      throw error;
    }
  };
}

function scheduledEvent(state: State | undefined, input: unknown): NewEvent {
  const resource = String(state?.Resource);
  return {
    type: 'LambdaFunctionScheduled',
    lambdaFunctionScheduledEventDetails: { resource, input: payloadText(input), inputDetails: notTruncated },
  };
}

function resultText(result: unknown, state: State | undefined): string {
  const text = JSON.stringify(result) ?? 'null';
  if (Buffer.byteLength(text) <= payloadLimit) return text;
  throw dataLimitExceeded(`The state/task '${state?.Resource}'`);
}

/** The error of a payload above the maximum. No Retry or Catch applies. */
export function dataLimitExceeded(source: string): TaskError {
  const cause = `${source} returned a result with a size exceeding the maximum number of bytes service limit.`;
  return new TaskError('States.DataLimitExceeded', cause, true);
}

function asTaskError(thrown: unknown): TaskError {
  if (thrown instanceof TaskError) return thrown;
  if (thrown instanceof FunctionError)
    return new TaskError(thrown.payload.errorType, cut(JSON.stringify(thrown.payload), MAX_CAUSE_CHARACTERS));
  const cause = 'The cause could not be determined because Lambda did not return an error type.';
  return new TaskError('Lambda.Unknown', `${cause} Returned payload: ${JSON.stringify(String(thrown))}`);
}
