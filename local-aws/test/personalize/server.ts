import { mkdtemp, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PersonalizeClient } from '@aws-sdk/client-personalize';
import { PersonalizeEventsClient } from '@aws-sdk/client-personalize-events';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { buildApp } from 'fauxqs';
import { jsonServiceOf } from '../../src/personalize/json-service.ts';
import { type PersonalizeOptions, personalizeService } from '../../src/personalize/service.ts';
import { listen } from '../../src/protocols/server.ts';

export const accountId = '111122223333';
export const roleArn = `arn:aws:iam::${accountId}:role/personalize`;
export const bucket = 'data';

const credentials = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' };

/** The emulator on a loopback port beside an S3, with the real SDK's clients for both. */
export async function startPersonalize(options: Partial<PersonalizeOptions> = {}) {
  const s3Server = buildApp({ logger: false });
  await s3Server.listen({ host: '127.0.0.1', port: 0 });
  const s3 = new S3Client({ ...clientConfig(s3Server.server, 'eu-west-1'), forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));

  const dataDir = await mkdtemp(join(tmpdir(), 'personalize-'));
  const service = personalizeService({ s3For: () => s3, dataDir, jobSeconds: 0.01, ...options });
  const { server } = await listen(0, {
    accountId,
    region: 'eu-west-1',
    services: [jsonServiceOf(service.operations)],
    fallback: () => Promise.reject(new Error('no such service')),
  });

  const personalizeIn = (region: string) => new PersonalizeClient(clientConfig(server, region));
  return {
    s3,
    dataDir,
    service,
    url: urlOf(server),
    personalize: personalizeIn('eu-west-1'),
    personalizeIn,
    events: new PersonalizeEventsClient(clientConfig(server, 'eu-west-1')),
    async close() {
      await service.close();
      server.closeAllConnections();
      server.close();
      await s3Server.close();
      await rm(dataDir, { recursive: true });
    },
  };
}

export type Personalize = Awaited<ReturnType<typeof startPersonalize>>;

function urlOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** One attempt alone: a test of `LimitExceededException` should not wait for the SDK's retries. */
function clientConfig(server: Server, region: string) {
  return { endpoint: urlOf(server), region, credentials, maxAttempts: 1 };
}
