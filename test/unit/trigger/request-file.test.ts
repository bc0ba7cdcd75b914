import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { expect, it } from 'vitest';
import { MAX_REQUEST_BYTES } from '../../../src/lambda/limits.ts';
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

it('reads JSON in UTF-8, in the version that is asked for', async () => {
  holding('{"datasetArn": "ä"}');
  await expect(read(object)).resolves.toEqual({ request: { datasetArn: 'ä' } });
  expect(s3.commandCalls(GetObjectCommand)[0]?.args[0].input).toEqual({
    Bucket: 'exports-bucket',
    Key: 'requests/a b+ü.json',
    VersionId: 'v1',
  });
});

it('reads what was put and nothing later, by its ETag in a bucket without versions', async () => {
  holding('{}');
  await read({ bucket: 'exports-bucket', key: 'requests/a.json', etag: 'e1' });
  expect(s3.commandCalls(GetObjectCommand)[0]?.args[0].input).toMatchObject({ IfMatch: '"e1"', VersionId: undefined });
});

it.each([
  ['an empty file', '', /^is empty/],
  ['incomplete JSON', '{"datasetArn": ', /^is not JSON: /],
  ['YAML', 'datasetArn: x', /^is not JSON: /],
  ['an array', '[]', /^does not hold a JSON object/],
  ['null', 'null', /^does not hold a JSON object/],
  ['a byte order mark', '\ufeff{}', /byte order mark/],
  ['Latin 1', Buffer.from('{"datasetArn": "ä"}', 'latin1'), /^is not valid UTF-8/],
  ['UTF-16', Buffer.from('{}', 'utf16le'), /^is not JSON/],
])('reports %s as a fault of the file', async (_, content, fault) => {
  holding(content);
  await expect(read(object)).resolves.toEqual({ fault: expect.stringMatching(fault) });
});

it('reports a file without a body as empty', async () => {
  s3.on(GetObjectCommand).resolves({});
  await expect(read(object)).resolves.toEqual({ fault: expect.stringMatching(/^is empty/) });
});

it('does not read a file that is too large', async () => {
  holding('{}', MAX_REQUEST_BYTES + 1);
  await expect(read(object)).resolves.toEqual({ fault: 'has 200001 bytes; at most 200000 are allowed.' });
});

it.each([
  ['NoSuchKey', /deleted/],
  ['NoSuchVersion', /version .* deleted/],
  ['PreconditionFailed', /Another file was put in its place/],
  ['NoSuchBucket', /bucket was deleted/],
  ['AccessDenied', /start-export/],
  ['InvalidObjectState', /archived/],
])('reports %s as a fault of the file, with its likely cause', async (name, cause) => {
  s3.on(GetObjectCommand).rejects(sdkError(name, { status: 404 }));
  const { fault } = (await read(object)) as { fault: string };
  expect(fault).toMatch(/^could not be read\. /);
  expect(fault).toMatch(cause);
  expect(fault).toContain(`${name}: said by the service`);
});

it.each([sdkError('SlowDown', { status: 503 }), sdkError('TimeoutError', { code: 'ETIMEDOUT' })])(
  'throws %s, so that Lambda retries',
  async (error) => {
    s3.on(GetObjectCommand).rejects(error);
    await expect(read(object)).rejects.toBe(error);
  },
);
