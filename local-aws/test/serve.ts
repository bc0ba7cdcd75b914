import type { CallReader } from '../src/protocols/api-request.ts';
import { type JsonService, jsonCalls } from '../src/protocols/json-call.ts';
import { requestHandler } from '../src/protocols/request-handler.ts';
import { listen } from '../src/protocols/server.ts';

const REGION = 'eu-west-1';

interface Served {
  /** Services that speak AWS JSON. */
  services?: JsonService[];
  /** Other services. */
  readers?: CallReader[];
  accountId?: string;
  requestTimeoutMs?: number;
}

/** Serves services on a free port of this computer. */
export async function serve({ services = [], readers = [], accountId = '123456789012', requestTimeoutMs }: Served) {
  const { port, handle, close } = await listen(0, { requestTimeoutMs });
  handle(requestHandler({ accountId, region: REGION, readers: [jsonCalls(services), ...readers] }));
  const endpoint = `http://127.0.0.1:${port}`;
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return { port, close, client: { endpoint, region: REGION, credentials } };
}
