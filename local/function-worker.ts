import { parentPort, workerData } from 'node:worker_threads';

// One function's environment: its bundle, loaded once, as on Lambda.
interface Invocation {
  id: string;
  event: unknown;
  context: Record<string, unknown>;
}

interface Failure extends Error {
  stack: string;
}

const { bundle, exportName } = workerData as { bundle: string; exportName: string };
const loading = import(bundle).then((module) => module[exportName]);
loading.catch(() => {}); // Told by each invocation.

parentPort?.on('message', async ({ id, event, context }: Invocation) => {
  try {
    const handler = await loading;
    const result = await handler(event, context);
    parentPort?.postMessage({ id, result: result === undefined ? 'null' : JSON.stringify(result) });
  } catch (error) {
    const { name = 'Error', message = String(error), stack = '' } = (error ?? {}) as Failure;
    parentPort?.postMessage({ id, failure: { errorType: name, errorMessage: message, trace: stack.split('\n') } });
  }
});
