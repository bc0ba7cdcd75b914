import { Readable } from 'node:stream';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { expect, it } from 'vitest';
import { MAX_REQUEST_BYTES } from '../../../src/lambda/limits.ts';
import { requestFileReader } from '../../../src/trigger/request-file.ts';
import { mocked } from '../../mocked.ts';
import { sdkError } from '../builders.ts';

const s3 = mocked(S3Client);

const read = requestFileReader(new S3Client({ region: 'eu-west-1' }));
const object = { bucket: 'exports-bucket', key: 'requests/a b+ü.json', versionId: 'v1' };

/** Lets S3 answer with this content. */
function holding(content: string | Uint8Array, ContentLength?: number): Readable {
  const bytes = Buffer.from(content);
  const Body = Object.assign(Readable.from([bytes]), { transformToByteArray: async () => bytes });
  s3.on(GetObjectCommand).resolves({ Body: Body as never, ContentLength: ContentLength ?? bytes.length });
  return Body;
}

it('readRequestFile reads JSON in UTF-8, in the requested version', async () => {
  holding('{"datasetArn": "ä"}');
  await expect(read(object)).resolves.toEqual({ request: { datasetArn: 'ä' } });
  expect(s3.commandCalls(GetObjectCommand)[0]?.args[0].input).toEqual({
    Bucket: 'exports-bucket',
    Key: 'requests/a b+ü.json',
    VersionId: 'v1',
  });
});

it('readRequestFile reads exactly what was put, by its ETag, in a bucket without versions', async () => {
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
])('readRequestFile reports %s as a fault of the file', async (_, content, fault) => {
  holding(content);
  await expect(read(object)).resolves.toEqual({ fault: expect.stringMatching(fault) });
});

it('readRequestFile reports a file without a body as empty', async () => {
  s3.on(GetObjectCommand).resolves({});
  await expect(read(object)).resolves.toEqual({ fault: expect.stringMatching(/^is empty/) });
});

it('readRequestFile does not read a file that is too large', async () => {
  const Body = holding('{}', MAX_REQUEST_BYTES + 1);
  await expect(read(object)).resolves.toEqual({ fault: 'has 200001 bytes; at most 200000 are allowed.' });
  expect(Body.destroyed).toBe(true);
});

it.each([
  ['NoSuchKey', 404, /deleted/],
  ['NoSuchVersion', 404, /version .* deleted/],
  ['PreconditionFailed', 412, /Another file was put in its place/],
  ['NoSuchBucket', 404, /bucket was deleted/],
  ['AccessDenied', 403, /start-export/],
  ['InvalidObjectState', 403, /archived/],
  ['InvalidRequest', 400, /SSE-C/],
  ['KMS.DisabledException', 400, /key .* is disabled/],
  ['KMS.KMSInvalidStateException', 400, /pending deletion/],
  ['KMS.NotFoundException', 400, /does not exist/],
])('readRequestFile reports %s as a fault of the file, with its likely cause', async (name, status, cause) => {
  s3.on(GetObjectCommand).rejects(sdkError(name, { status }));
  const { fault } = (await read(object)) as { fault: string };
  expect(fault).toMatch(/^could not be read\. /);
  expect(fault).toMatch(cause);
  expect(fault).toContain(`S3 answered ${name}: said by the service`);
});

it.each([
  ['MethodNotAllowed', 405],
  ['PermanentRedirect', 301],
  ['toString', 400],
])('readRequestFile reports %s, an error of no known kind, as a fault of the file', async (name, status) => {
  s3.on(GetObjectCommand).rejects(sdkError(name, { status }));
  await expect(read(object)).resolves.toEqual({
    fault: `could not be read. S3 answered ${name}: said by the service`,
  });
});

it.each([
  sdkError('SlowDown', { status: 503 }),
  sdkError('InternalError', { status: 500 }),
  sdkError('ThrottlingException', { status: 400 }),
  sdkError('KMS.ThrottlingException', { status: 400 }),
  sdkError('RequestTimeout', { status: 400 }),
  sdkError('ExpiredToken', { status: 400 }),
  sdkError('InvalidAccessKeyId', { status: 403 }),
  sdkError('TimeoutError', { code: 'ETIMEDOUT' }),
  sdkError('Error', { code: 'ECONNRESET' }),
  // Nothing that S3 has said about the file.
  new TypeError('x is not a function'),
  sdkError('SomethingNew', { status: 200 }),
  sdkError('SomethingNew', { status: 599 }),
])('readRequestFile throws %s, so that Lambda retries', async (error) => {
  s3.on(GetObjectCommand).rejects(error);
  await expect(read(object)).rejects.toBe(error);
});
