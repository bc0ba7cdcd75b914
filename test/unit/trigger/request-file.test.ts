import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { expect, it } from 'vitest';
import { requestFileReader } from '../../../src/trigger/request-file.ts';
import { mocked } from '../../mocked.ts';
import { sdkError } from '../builders.ts';

const s3 = mocked(S3Client);

const read = requestFileReader(new S3Client({ region: 'eu-west-1' }));
const object = { bucket: 'exports-bucket', key: 'requests/a b+ü.json', versionId: 'v1' };

function holding(content: string | Uint8Array, ContentLength?: number): void {
  const bytes = Buffer.from(content);
  const Body = { transformToByteArray: async () => bytes } as never;
  s3.on(GetObjectCommand).resolves({ Body, ContentLength: ContentLength ?? bytes.length });
}

it('is JSON in UTF-8, of the version asked for', async () => {
  holding('{"datasetArn": "ä"}');
  await expect(read(object)).resolves.toEqual({ request: { datasetArn: 'ä' } });
  expect(s3.commandCalls(GetObjectCommand)[0]?.args[0].input).toEqual({
    Bucket: 'exports-bucket',
    Key: 'requests/a b+ü.json',
    VersionId: 'v1',
  });
});

it.each([
  ['empty', '', /^is empty/],
  ['not JSON', '{"datasetArn": ', /^is not JSON: /],
  ['YAML', 'datasetArn: x', /^is not JSON: /],
  ['an array', '[]', /^holds no JSON object/],
  ['null', 'null', /^holds no JSON object/],
  ['with a byte order mark', '\ufeff{}', /byte order mark/],
  ['in Latin 1', Buffer.from('{"datasetArn": "ä"}', 'latin1'), /^is not UTF-8/],
  ['in UTF-16', Buffer.from('{}', 'utf16le'), /^is not JSON/],
])('that is %s has a fault', async (_, content, fault) => {
  holding(content);
  await expect(read(object)).resolves.toEqual({ fault: expect.stringMatching(fault) });
});

it('that has no body is empty', async () => {
  s3.on(GetObjectCommand).resolves({});
  await expect(read(object)).resolves.toEqual({ fault: expect.stringMatching(/^is empty/) });
});

it('that is too large is not read', async () => {
  holding('{}', 200_001);
  await expect(read(object)).resolves.toEqual({ fault: expect.stringContaining('200001 bytes') });
});

it.each(['NoSuchKey', 'AccessDenied', 'NoSuchVersion'])('that is gone (%s) has a fault', async (name) => {
  s3.on(GetObjectCommand).rejects(sdkError(name, { status: 404 }));
  await expect(read(object)).resolves.toEqual({ fault: expect.stringContaining(name) });
});

it.each([sdkError('SlowDown', { status: 503 }), sdkError('TimeoutError', { code: 'ETIMEDOUT' })])(
  'that can not be read now (%s) is tried again',
  async (error) => {
    s3.on(GetObjectCommand).rejects(error);
    await expect(read(object)).rejects.toBe(error);
  },
);
