import {
  CreateBucketCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  ListBucketsCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterAll, describe, expect, it } from 'vitest';
import { type ModelMember, type ModelOperation, modelOperations } from '../../src/s3/model.ts';
import { s3Service } from '../../src/s3/service.ts';
import { sendRaw } from '../raw.ts';
import { startBucket } from './bucket.ts';

const Bucket = 'kept';
const Key = 'object';
const server = await startBucket(Bucket);
const { s3 } = server;
afterAll(server.close);

await s3.send(new CreateBucketCommand({ Bucket: 'empty' }));
await s3.send(new PutObjectCommand({ Bucket, Key, Body: 'kept', Tagging: 'a=1', Metadata: { b: '2' } }));

/** Everything that a request could have changed. */
async function state() {
  const { Body, $metadata: _, ...object } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  return {
    object,
    content: await Body?.transformToString(),
    tags: (await s3.send(new GetObjectTaggingCommand({ Bucket, Key }))).TagSet,
    versions: (await s3.send(new ListObjectVersionsCommand({ Bucket }))).Versions,
    buckets: (await s3.send(new ListBucketsCommand({}))).Buckets,
  };
}

/** The parameters and headers of a request for an operation, with what it needs, and one member more. */
function requestFor(operation: ModelOperation, bucket: string, extra?: ModelMember): string {
  const members = [...operation.members.filter(({ required }) => required), ...(extra ? [extra] : [])];
  const query = [...operation.subresource, ['x-id', operation.name], ...parameters(members, 'query')];
  const headers = parameters(members, 'header').map(([name, value]) => `${name}: ${value}\r\n`);
  const path = { service: '/', bucket: `/${bucket}`, object: `/${bucket}/${Key}` }[operation.target];
  const text = query.map(([name = '', value]) => (value === '' ? name : `${name}=${value}`)).join('&');
  const body = operation.method === 'GET' || operation.method === 'HEAD' ? '' : '<X/>';
  return `${operation.method} ${path}?${text} HTTP/1.1\r\nHost: localhost\r\n${headers.join('')}Content-Length: ${body.length}\r\n\r\n${body}`;
}

function parameters(members: readonly ModelMember[], place: ModelMember['place']): string[][] {
  const valueFor = (name: string) => (name === 'ChecksumAlgorithm' ? 'CRC32' : '1');
  return members.filter((member) => member.place === place).map(({ name, key }) => [key, valueFor(name)]);
}

const { operationNames } = s3Service({ accountId: '', region: '', folder: '' });
const isImplemented = ({ name }: ModelOperation) => operationNames.includes(name);
const notImplemented = modelOperations
  .filter((operation) => !isImplemented(operation))
  .map((operation) => [operation.name, operation] as const);

it("every implemented operation is in the API's model", () => {
  const names = modelOperations.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(operationNames));
  expect(names.length).toBeGreaterThan(100);
  expect(operationNames).toHaveLength(30);
});

describe('operations that are not implemented', () => {
  it.each(notImplemented)('S3 answers %s with 501 and changes nothing', async (_, operation) => {
    const before = await state();
    for (const bucket of [Bucket, 'empty']) {
      const reply = await sendRaw(server.port, [requestFor(operation, bucket)]);
      expect(reply).toMatchObject({ status: 501, headers: expect.stringContaining('application/xml') });
      if (operation.method !== 'HEAD') expect(reply.body).toContain(`<Code>NotImplemented</Code>`);
    }
    expect(await state()).toEqual(before);
  });
});

/** Members with a meaning that the operations leave out. A new member of the model must come here or be implemented. */
const LEFT_OUT: Record<string, string[]> = {
  AbortMultipartUpload: ['IfMatchInitiatedTime'],
  CopyObject: [
    'AnnotationDirective',
    ...['CopySourceSSECustomerAlgorithm', 'CopySourceSSECustomerKey', 'CopySourceSSECustomerKeyMD5'],
  ],
  CreateBucket: ['BucketNamespace', 'GrantWrite', 'ObjectLockEnabledForBucket'],
  DeleteObject: ['BypassGovernanceRetention', 'IfMatchLastModifiedTime', 'IfMatchSize', 'MFA'],
  DeleteObjects: ['BypassGovernanceRetention', 'MFA'],
  PutBucketVersioning: ['MFA'],
  PutObject: ['WriteOffsetBytes'],
  UploadPartCopy: ['CopySourceSSECustomerAlgorithm', 'CopySourceSSECustomerKey', 'CopySourceSSECustomerKeyMD5'],
};
const LEFT_OUT_ANYWHERE =
  /^(Grant(FullControl|Read|ReadACP|WriteACP)|SSECustomer(Algorithm|Key|KeyMD5)|ObjectLock(?!EnabledForBucket)\w+|Checksum(SHA512|MD5|XXHASH\w+))$/;

const leftOut = modelOperations
  .filter(isImplemented)
  .flatMap((operation) =>
    operation.members
      .filter(({ name }) => LEFT_OUT[operation.name]?.includes(name) || LEFT_OUT_ANYWHERE.test(name))
      .map((member) => [`${operation.name}: ${member.key}`, operation, member] as const),
  );

describe('members that are not implemented', () => {
  it.each(leftOut)('S3 answers %s with 501 and changes nothing', async (_, operation, member) => {
    const before = await state();
    const reply = await sendRaw(server.port, [requestFor(operation, Bucket, member)]);
    expect(reply.status).toBe(501);
    if (operation.method !== 'HEAD') expect(reply.body).toContain(`<Code>NotImplemented</Code>`);
    expect(await state()).toEqual(before);
  });

  it('S3 accepts every other member of the implemented operations', async () => {
    const refused: string[] = [];
    for (const operation of modelOperations.filter(isImplemented)) {
      for (const member of operation.members) {
        const isLeftOut = leftOut.some(([, one, other]) => one === operation && other === member);
        if (member.place === 'payload' || isLeftOut) continue;
        // Nothing is there, so that nothing can be changed.
        const reply = await sendRaw(server.port, [requestFor(operation, 'nowhere', member)]);
        if (reply.status === 501) refused.push(`${operation.name}.${member.name}`);
      }
    }
    expect(refused).toEqual([]);
  });
});

it.each([
  ['PUT', `/${Bucket}/${Key}?unknown`],
  ['DELETE', `/${Bucket}/${Key}?unknown=1`],
  ['PUT', `/${Bucket}/${Key}?versionId=1`],
  ['PUT', `/${Bucket}/${Key}?partNumber=1`],
  ['PUT', `/${Bucket}/${Key}?tagging&acl`],
  ['DELETE', `/empty?unknown`],
  ['DELETE', `/${Bucket}/${Key}?policy`],
])('the unknown subresource of %s %s is refused and changes nothing', async (method, path) => {
  const before = await state();
  const reply = await sendRaw(server.port, [
    `${method} ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n`,
  ]);
  expect(reply.status).toBe(501);
  expect(await state()).toEqual(before);
});

it.each([
  ['a form of a browser', 'POST', `/${Bucket}`, 501],
  ['a preflight', 'OPTIONS', `/${Bucket}/${Key}`, 501],
  ['a POST to an object', 'POST', `/${Bucket}/${Key}`, 405],
  ['an unknown method', 'PATCH', `/${Bucket}/${Key}`, 405],
])('S3 refuses %s', async (_, method, path, status) => {
  const type = 'Content-Type: multipart/form-data; boundary=x';
  const reply = await sendRaw(server.port, [
    `${method} ${path} HTTP/1.1\r\nHost: localhost\r\n${type}\r\nContent-Length: 0\r\n\r\n`,
  ]);
  expect(reply.status).toBe(status);
});
