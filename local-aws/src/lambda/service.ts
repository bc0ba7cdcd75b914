import { randomUUID } from 'node:crypto';
import { createWriteStream, type WriteStream } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { EventInvokeConfig } from '../events/delivery.ts';
import { FunctionError, type FunctionErrorPayload, type InvokeFunction } from './function-error.ts';

/** A function as the packaged template has it. */
export interface FunctionSpec {
  functionArn: string;
  functionName: string;
  roleArn: string;
  /** Path and export: `.build/functions/notify/index.handler`. */
  handler: string;
  timeoutSeconds: number;
  memorySize: number;
  environment: Record<string, string>;
  eventInvokeConfig?: EventInvokeConfig;
}

export interface LambdaOptions {
  /** Variables that the runtime sets beside the function's own. */
  runtimeEnvironment: (spec: FunctionSpec) => Record<string, string>;
  /** A folder for one log file a function. */
  logsDir: string;
}

/** Left to itself, V8 gives each busy thread tens of MB for it; with less, the functions are no slower. */
const YOUNG_GENERATION_MB = 6;

interface Pending {
  resolve: (result: unknown) => void;
  reject: (error: FunctionError) => void;
  timer: NodeJS.Timeout;
}

interface Environment {
  worker: Worker;
  pending: Map<string, Pending>;
  log: WriteStream;
}

/** Runs the built bundles, each in a thread with an environment of its own, so that what was packaged is what runs.
 * One thread serves all concurrent invocations of its function, where Lambda would start an environment for each. */
export function lambdaService(
  specs: FunctionSpec[],
  options: LambdaOptions,
): { invoke: InvokeFunction; warm(): void; close(): Promise<void> } {
  const environments = new Map<string, Environment>();

  const environmentOf = (spec: FunctionSpec): Environment => {
    const running = environments.get(spec.functionArn);
    if (running) return running;
    const started = startEnvironment(spec, options);
    started.worker.once('exit', () => environments.delete(spec.functionArn));
    environments.set(spec.functionArn, started);
    return started;
  };

  return {
    invoke: async (functionArn, event) => {
      const spec = specs.find((candidate) => candidate.functionArn === functionArn);
      if (!spec) throw failure('Lambda.ResourceNotFoundException', `Function not found: ${functionArn}`);
      return await invokeIn(environmentOf(spec), spec, event);
    },
    warm: () => {
      for (const spec of specs) environmentOf(spec);
    },
    close: async () => {
      await Promise.all([...environments.values()].map(({ worker }) => worker.terminate()));
    },
  };
}

function startEnvironment(spec: FunctionSpec, { runtimeEnvironment, logsDir }: LambdaOptions): Environment {
  const [, path = '', exportName = ''] = /^(.+)\.([^.]+)$/.exec(spec.handler) ?? [];
  const worker = new Worker(new URL('./function-worker.mjs', import.meta.url), {
    name: spec.functionName,
    workerData: { bundle: pathToFileURL(resolve(`${path}.mjs`)).href, exportName },
    env: { ...spec.environment, ...runtimeEnvironment(spec) },
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
    stdout: true,
    stderr: true,
  });
  const log = createWriteStream(join(logsDir, `${spec.functionName}.log`), { flags: 'a' });
  worker.stdout.pipe(log, { end: false });
  worker.stderr.pipe(log, { end: false });
  const pending: Environment['pending'] = new Map();
  const settle = (id: string, end: (waiting: Pending) => void) => {
    const waiting = pending.get(id);
    if (!waiting) return;
    pending.delete(id);
    clearTimeout(waiting.timer);
    end(waiting);
  };
  worker.on(
    'message',
    ({ id, result, failure: payload }: { id: string; result?: string; failure?: FunctionErrorPayload }) =>
      settle(id, ({ resolve: fulfil, reject }) =>
        payload ? reject(new FunctionError(payload)) : fulfil(JSON.parse(result ?? 'null')),
      ),
  );
  const crash = (error?: Error) => {
    for (const id of [...pending.keys()]) {
      const message = `RequestId: ${id} Error: Runtime exited${error ? `: ${error.message}` : ''}`;
      settle(id, ({ reject }) => reject(failure('Runtime.ExitError', message)));
    }
  };
  worker.on('error', crash);
  worker.on('exit', () => {
    crash();
    log.end();
  });
  return { worker, pending, log };
}

function invokeIn({ worker, pending }: Environment, spec: FunctionSpec, event: unknown): Promise<unknown> {
  const id = randomUUID();
  return new Promise((fulfil, reject) => {
    const timer = setTimeout(() => {
      pending.delete(id);
      const message = `RequestId: ${id} Error: Task timed out after ${spec.timeoutSeconds.toFixed(2)} seconds`;
      reject(failure('Sandbox.Timedout', message));
    }, spec.timeoutSeconds * 1000);
    pending.set(id, { resolve: fulfil, reject, timer });
    worker.postMessage({ id, event, context: contextOf(spec, id) });
  });
}

function contextOf(
  { functionName, functionArn, memorySize }: FunctionSpec,
  awsRequestId: string,
): Record<string, unknown> {
  return {
    awsRequestId,
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: functionArn,
    memoryLimitInMB: String(memorySize),
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: 'local',
    callbackWaitsForEmptyEventLoop: true,
  };
}

function failure(errorType: string, errorMessage: string): FunctionError {
  return new FunctionError({ errorType, errorMessage, trace: [] });
}
