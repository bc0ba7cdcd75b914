import { parentPort, workerData } from 'node:worker_threads';

// One function's environment: its bundle, loaded once, as on Lambda. JavaScript, as every thread that has types to take
// off loads a compiler for it, in 7 MB.

const { bundle, exportName } = workerData;
const loading = import(bundle).then((module) => module[exportName]);
loading.catch(() => {}); // Told by each invocation.

parentPort?.on('message', async ({ id, event, context }) => {
  try {
    const handler = await loading;
    const result = await handler(event, context);
    parentPort?.postMessage({ id, result: result === undefined ? 'null' : JSON.stringify(result) });
  } catch (error) {
    const { name = 'Error', message = String(error), stack = '' } = error ?? {};
    parentPort?.postMessage({ id, failure: { errorType: name, errorMessage: message, trace: stack.split('\n') } });
  }
});
