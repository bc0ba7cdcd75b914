import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import type { Interceptor } from '../../src/protocols/api-request.ts';
import type { EventBridgeEvent } from '../../src/protocols/eventbridge-event.ts';
import { requestHandler } from '../../src/protocols/request-handler.ts';
import { listen } from '../../src/protocols/server.ts';
import { s3Service } from '../../src/s3/service.ts';

/** The local S3 on a loopback port, without the rest of the local AWS, and the real SDK's client for it. */
export async function startS3({ intercept }: { intercept?: Interceptor } = {}) {
  const temporary = await mkdtemp(join(tmpdir(), 's3-test-'));
  const folder = join(temporary, 'objects');
  const events: EventBridgeEvent[] = [];
  const service = s3Service({
    accountId: '000000000000',
    region: 'us-east-1',
    folder,
    onObjectCreated: (event) => events.push(event),
  });
  const { port, handle, close } = await listen(0);
  handle(requestHandler({ accountId: '000000000000', region: 'us-east-1', readers: [service.read], intercept }));
  const endpoint = `http://127.0.0.1:${port}`;
  const clientWith = (config: Partial<S3ClientConfig> = {}) =>
    new S3Client({
      endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      forcePathStyle: true,
      maxAttempts: 1,
      ...config,
    });
  return {
    port,
    endpoint,
    service,
    events,
    s3: clientWith(),
    clientWith,
    /** The files that hold the bodies. */
    files: async () => (existsSync(folder) ? await readdir(folder) : []),
    async close() {
      await close();
      await service.close();
      await rm(temporary, { recursive: true });
    },
  };
}

export type S3Server = Awaited<ReturnType<typeof startS3>>;
