import { parentPort, workerData } from 'node:worker_threads';

// The environment of one function, which loads the bundle once, as on Lambda. This file is JavaScript because a thread that
// strips types loads a compiler of 7 MB.

const { bundle, exportName } = workerData;
const loading = import(bundle).then((module) => module[exportName]);
loading.catch(() => {}); // Each invocation reports it.

parentPort?.on('message', async ({ id, event, context, endsAt }) => {
  const getRemainingTimeInMillis = () => Math.max(0, endsAt - Date.now());
  try {
    const handler = await loading;
    const result = await handler(event, { ...context, getRemainingTimeInMillis });
    parentPort?.postMessage({ id, result: result === undefined ? 'null' : JSON.stringify(result) });
  } catch (error) {
    const { name = 'Error', message = String(error), stack = '' } = error ?? {};
    parentPort?.postMessage({ id, failure: { errorType: name, errorMessage: message, trace: stack.split('\n') } });
  }
});
