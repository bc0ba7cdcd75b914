import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PersonalizeClient } from '@aws-sdk/client-personalize';
import { PersonalizeEventsClient } from '@aws-sdk/client-personalize-events';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { type PersonalizeOptions, personalizeService } from '../../src/personalize/service.ts';
import { startS3 } from '../s3/server.ts';
import { serve } from '../serve.ts';

export const accountId = '111122223333';
export const roleArn = `arn:aws:iam::${accountId}:role/personalize`;
export const bucket = 'data';

const credentials = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' };

/** The emulator on a loopback port beside an S3, with the real SDK's clients for both. */
export async function startPersonalize(options: Partial<PersonalizeOptions> = {}) {
  const s3Server = await startS3();
  const { s3 } = s3Server;
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));

  const dataDir = await mkdtemp(join(tmpdir(), 'personalize-'));
  const service = personalizeService({ s3For: () => s3, dataDir, jobSeconds: 0.01, ...options });
  const server = await serve({ services: [service], accountId });

  const personalizeIn = (region: string) => new PersonalizeClient(clientConfig(server.port, region));
  return {
    s3,
    dataDir,
    service,
    url: server.client.endpoint,
    personalize: personalizeIn('eu-west-1'),
    personalizeIn,
    events: new PersonalizeEventsClient(clientConfig(server.port, 'eu-west-1')),
    async close() {
      await service.close();
      await server.close();
      await s3Server.close();
      await rm(dataDir, { recursive: true });
    },
  };
}

export type Personalize = Awaited<ReturnType<typeof startPersonalize>>;

/** A client that does not retry: a test of `LimitExceededException` should not wait for the SDK's retries. */
function clientConfig(port: number, region: string) {
  return { endpoint: `http://127.0.0.1:${port}`, region, credentials, maxAttempts: 1 };
}
