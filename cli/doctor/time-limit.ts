import { actionOf } from '../explain.ts';
import { CallTimeoutError } from './unknown.ts';

/** How long one call may take, with its retries, and all of them together. */
export interface Limits {
  callMs: number;
  runMs: number;
}

/** The command ends within 10 s. It takes up to three calls after one another, and a second or two to load. */
export const LIMITS: Limits = { callMs: 2_500, runMs: 7_500 };

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
    try {
      return await Promise.race([send(command, { ...options, abortSignal }), timeoutOf(abortSignal, callMs)]);
    } catch (error) {
      // The SDK reports the abortion by an error of its own.
      const thrown = abortSignal.aborted ? timeoutError(callMs) : (error as Error);
      throw Object.assign(thrown, { action: actionOf(client.constructor.name, command.constructor.name) });
    }
  };
  return client;
}

function timeoutOf(signal: AbortSignal, callMs: number): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(timeoutError(callMs));
    signal.addEventListener('abort', () => reject(timeoutError(callMs)), { once: true });
  });
}

const timeoutError = (callMs: number) => new CallTimeoutError(`its time limit of ${callMs / 1000} s has passed.`);
