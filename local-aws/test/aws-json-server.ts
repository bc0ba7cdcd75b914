import type { Operations } from '../src/protocols/aws-json.ts';
import { listen } from '../src/protocols/server.ts';

const REGION = 'eu-west-1';

/** Serves one AWS JSON service on a free port of this computer. */
export async function serve(operations: Operations, targetPrefix: 'AWSStepFunctions' | 'AWSEvents') {
  const { server, port } = await listen(0, {
    accountId: '123456789012',
    region: REGION,
    services: [{ targetPrefix, eventSource: 'test.amazonaws.com', operations }],
    fallback: () => Promise.reject(new Error('no such service')),
  });
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return {
    client: { endpoint: `http://127.0.0.1:${port}`, region: REGION, credentials },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
