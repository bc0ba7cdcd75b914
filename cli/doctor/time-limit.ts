import { actionOf } from '../explain.ts';
import { CallTimeoutError } from './unknown.ts';

/** How long one call may take, with its retries, and all of them together. */
export interface Limits {
  callMs: number;
  runMs: number;
}

/** By default the command ends within 10 s: it takes a second or two to load. */
export const CALL_SECONDS = 2.5;

/** The limits for calls of so many seconds. No check makes more than three calls after one another, except for pages. */
export function limitsFor(callSeconds: number): Limits {
  return { callMs: callSeconds * 1_000, runMs: 3 * callSeconds * 1_000 };
}

interface Client {
  constructor: { name: string };
  // biome-ignore lint/suspicious/noExplicitAny: each client's commands have their own types.
  send: (...args: any[]) => any;
}

/** Limits the time of each call of a client, and adds the IAM action to each error.
 * @param run aborts every call when the time of the run is over */
export function withTimeLimit<Client_ extends Client>(client: Client_, { callMs }: Limits, run: AbortSignal): Client_ {
  const send = client.send.bind(client);
  client.send = async (command: object, options?: object) => {
    const abortSignal = AbortSignal.any([run, AbortSignal.timeout(callMs)]);
    const action = actionOf(client.constructor.name, command.constructor.name);
    try {
      return await Promise.race([send(command, { ...options, abortSignal }), abortionOf(abortSignal)]);
    } catch (error) {
      // The SDK reports the abortion by an error of its own.
      const thrown = abortSignal.aborted ? timeoutError(action, run, callMs) : (error as Error);
      throw Object.assign(thrown, { action });
    }
  };
  return client;
}

function abortionOf(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

function timeoutError(action: string, run: AbortSignal, callMs: number): CallTimeoutError {
  const limit = run.aborted ? 'before the time of all calls was over' : `within ${callMs / 1000} s`;
  return new CallTimeoutError(`${action} did not answer ${limit}.`);
}
