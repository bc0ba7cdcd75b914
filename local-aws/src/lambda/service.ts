import type { CallReader } from '../protocols/api-request.ts';
import { AwsError } from '../protocols/aws-json.ts';
import type { InvokeFunction } from '../protocols/invoke-function.ts';
import { invokeCalls } from './api.ts';
import { type AsynchronousOptions, asynchronousInvocations } from './asynchronous-invocations.ts';
import { type FunctionSpec, type FunctionsOptions, startFunctions } from './functions.ts';

export interface LambdaOptions extends FunctionsOptions, AsynchronousOptions {
  /** Changes how every function runs, to make it fail. */
  around?: (invoke: InvokeFunction) => InvokeFunction;
}

export interface LambdaService {
  /** Reads the calls of Lambda's API. */
  read: CallReader;
  /** Invokes a function and waits for its result. */
  invoke: InvokeFunction;
  /** Queues an invocation, which Lambda retries, and returns at once.
   * @throws AwsError `ResourceNotFoundException` when there is no such function. */
  invokeAsynchronously(functionArn: string, event: unknown): void;
  /** Loads every function now, as provisioned concurrency does. */
  warm(): void;
  /** Ends the functions, those that run too, and drops the invocations that wait for a retry. */
  close(): Promise<void>;
}

/** Runs the packaged functions, and answers `Invoke`. */
export function lambdaService(specs: readonly FunctionSpec[], options: LambdaOptions): LambdaService {
  const { around = (invoke) => invoke } = options;
  const functions = startFunctions(specs, options);
  const invoke = around(functions.invoke);
  const asynchronous = asynchronousInvocations(invoke, options);
  const functionArns = specs.map(({ functionArn }) => functionArn);
  const invokeAsynchronously = (functionArn: string, event: unknown) => {
    if (functionArns.includes(functionArn)) return asynchronous.invoke(functionArn, event);
    throw new AwsError('ResourceNotFoundException', `Function not found: ${functionArn}`, 404);
  };
  return {
    read: invokeCalls({ functionArns, invoke, invokeAsynchronously }),
    invoke,
    invokeAsynchronously,
    warm: functions.warm,
    async close() {
      // A function may run for 15 minutes, so it is ended before it is waited for.
      await Promise.all([asynchronous.close(), functions.close()]);
    },
  };
}
