import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, existsSync, type WriteStream } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { FunctionError, type FunctionErrorPayload, type InvokeFunction } from '../protocols/invoke-function.ts';

/** A function of the packaged template. */
export interface FunctionSpec {
  functionArn: string;
  functionName: string;
  roleArn: string;
  /** Path without extension, and export: `.build/functions/notify/index.handler`. */
  handler: string;
  timeoutSeconds: number;
  memorySize: number;
  environment: Record<string, string>;
}

export interface FunctionsOptions {
  /** The folder that the paths of the handlers are relative to. */
  serviceDir: string;
  /** A folder for one log file per function. */
  logsDir: string;
  /** Variables that the runtime sets in addition to the function's own. */
  runtimeEnvironment: (spec: FunctionSpec) => Record<string, string>;
}

/** Without a limit, V8 gives each busy thread tens of MB for new objects. With this limit, the functions are not slower. */
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

/** Runs the packaged bundles, each in a thread with an environment of its own. One thread serves all concurrent
 * invocations of its function, where Lambda would start an environment for each. */
export function startFunctions(
  specs: readonly FunctionSpec[],
  options: FunctionsOptions,
): { invoke: InvokeFunction; warm(): void; close(): Promise<void> } {
  const environments = new Map<string, Environment>();
  let closed = false;

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
      if (closed) throw failure('Lambda.SdkClientException', 'The local AWS is stopping.');
      if (!spec) throw failure('Lambda.ResourceNotFoundException', `Function not found: ${functionArn}`);
      return await invokeIn(environmentOf(spec), spec, event);
    },
    warm: () => {
      for (const spec of specs) environmentOf(spec);
    },
    close: async () => {
      closed = true;
      await Promise.all([...environments.values()].map(endEnvironment));
    },
  };
}

function startEnvironment(
  spec: FunctionSpec,
  { serviceDir, runtimeEnvironment, logsDir }: FunctionsOptions,
): Environment {
  const [, path = '', exportName = ''] = /^(.+)\.([^.]+)$/.exec(spec.handler) ?? [];
  const worker = new Worker(new URL('./function-worker.mjs', import.meta.url), {
    name: spec.functionName,
    workerData: { bundle: moduleAt(resolve(serviceDir, path)), exportName },
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

/** Resolves when the thread has ended and its log is written. */
async function endEnvironment({ worker, log }: Environment): Promise<void> {
  const logClosed = once(log, 'close');
  await worker.terminate();
  await logClosed;
}

/** The module that the Lambda runtime would load. If it does not exist, each invocation fails. */
function moduleAt(path: string): string {
  const files = ['.js', '.mjs', '.cjs'].map((extension) => path + extension);
  return pathToFileURL(files.find((file) => existsSync(file)) ?? path).href;
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
    const endsAt = Date.now() + spec.timeoutSeconds * 1000;
    worker.postMessage({ id, event, context: contextOf(spec, id), endsAt });
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
