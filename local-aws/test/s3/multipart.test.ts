import { createHash, randomBytes } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  type CompleteMultipartUploadCommandInput,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandInput,
  ListPartsCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sendRaw } from '../raw.ts';
import { type S3Server, startS3 } from './server.ts';

const big = randomBytes(5 * 1024 * 1024);
const small = Buffer.from('the end');
let server: S3Server;
let s3: S3Client;
let Bucket: string;
let count = 0;

beforeAll(async () => {
  server = await startS3();
  s3 = server.s3;
});

afterAll(() => server.close());

beforeEach(async () => {
  count += 1;
  Bucket = `uploads-${count}`;
  await s3.send(new CreateBucketCommand({ Bucket }));
});

const refusal = (name: string, httpStatusCode: number) => ({ name, $metadata: { httpStatusCode } });
const md5 = (bytes: Buffer) => createHash('md5').update(bytes).digest();

async function create(Key = 'x', options: object = {}): Promise<{ Bucket: string; Key: string; UploadId: string }> {
  const { UploadId = '' } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key, ...options }));
  return { Bucket, Key, UploadId };
}

type Started = Awaited<ReturnType<typeof create>>;

async function send(upload: Started, PartNumber: number, Body: Buffer) {
  const { ETag } = await s3.send(new UploadPartCommand({ ...upload, PartNumber, Body }));
  return { PartNumber, ETag };
}

const complete = (upload: Started, Parts: object[], options: Partial<CompleteMultipartUploadCommandInput> = {}) =>
  s3.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts }, ...options }));

const text = async (Key = 'x') => (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToByteArray();

describe('completing a multipart upload', () => {
  it('a completed upload is an object with the properties of the upload and readable parts', async () => {
    const upload = await create('x', { ContentType: 'text/csv', Metadata: { a: '1' }, Tagging: 'a=1' });
    // Out of order, with a gap between the numbers, and one that the object is not to have.
    const last = await send(upload, 9, small);
    const first = await send(upload, 2, big);
    await send(upload, 5, small);
    const ETag = `"${md5(Buffer.concat([md5(big), md5(small)])).toString('hex')}-2"`;
    expect(await complete(upload, [first, last])).toMatchObject({ Bucket, Key: 'x', ETag });
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'x' }));
    expect(head).toMatchObject({ ETag, ContentType: 'text/csv', Metadata: { a: '1' } });
    expect(Buffer.concat([big, small]).equals((await text()) ?? new Uint8Array())).toBe(true);
    const part = await s3.send(new GetObjectCommand({ Bucket, Key: 'x', PartNumber: 2 }));
    expect(part).toMatchObject({ PartsCount: 2, ContentLength: small.length });
    expect(await part.Body?.transformToString()).toBe('the end');
    const ObjectAttributes = ['ObjectParts' as const];
    const attributes = await s3.send(new GetObjectAttributesCommand({ Bucket, Key: 'x', ObjectAttributes }));
    expect(attributes.ObjectParts).toMatchObject({ TotalPartsCount: 2 });
  });

  it('completing an upload again returns the same answer', async () => {
    const upload = await create();
    const part = await send(upload, 1, small);
    const { ETag } = await complete(upload, [part]);
    expect(await complete(upload, [part])).toMatchObject({ ETag });
    await expect(send(upload, 2, small)).rejects.toMatchObject(refusal('NoSuchUpload', 404));
  });

  it('completing an upload checks conditions and the stated size', async () => {
    const upload = await create();
    const part = await send(upload, 1, small);
    await expect(complete(upload, [part], { MpuObjectSize: 8 })).rejects.toMatchObject(refusal('InvalidRequest', 400));
    await s3.send(new PutObjectCommand({ Bucket, Key: 'x', Body: 'before' }));
    const late = complete(upload, [part], { IfNoneMatch: '*' });
    await expect(late).rejects.toMatchObject(refusal('PreconditionFailed', 412));
    await complete(upload, [part], { MpuObjectSize: 7, IfMatch: '*' });
    expect(Buffer.from((await text()) ?? []).toString()).toBe('the end');
  });

  it('completing an upload accepts the XML of the Go SDK, with quotes as numeric references', async () => {
    const upload = await create();
    const { ETag = '' } = await send(upload, 1, small);
    const body = `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Part><ETag>${ETag.replaceAll('"', '&#34;')}</ETag><PartNumber>1</PartNumber></Part></CompleteMultipartUpload>`;
    const reply = await sendRaw(server.port, [
      `POST /${Bucket}/x?uploadId=${upload.UploadId} HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    ]);
    expect(reply).toMatchObject({ status: 200, body: expect.stringContaining('<CompleteMultipartUploadResult') });
  });

  it.each([
    [
      'a part that was not uploaded',
      [
        [1, md5(small).toString('hex')],
        [3, 'x'],
      ],
      'InvalidPart',
    ],
    ['a part by another ETag', [[1, 'x']], 'InvalidPart'],
    ['parts out of order', [[2], [1]], 'InvalidPartOrder'],
    ['the same part twice', [[1], [1]], 'InvalidPartOrder'],
    ['a part before the last that is too small', [[1], [2]], 'EntityTooSmall'],
    ['no parts', [], 'MalformedXML'],
  ])('completing an upload with %s is refused', async (_, listed, name) => {
    const upload = await create();
    const parts = [await send(upload, 1, small), await send(upload, 2, small)];
    const wanted = listed.map(([PartNumber, ETag]) => ({ PartNumber, ETag: ETag ?? parts[0]?.ETag }));
    await expect(complete(upload, wanted)).rejects.toMatchObject(refusal(name, 400));
    await expect(text()).rejects.toMatchObject({ name: 'NoSuchKey' });
  });
});

describe('parts', () => {
  it('UploadPart replaces a part with the same number', async () => {
    const upload = await create();
    await send(upload, 1, big);
    const part = await send(upload, 1, small);
    await complete(upload, [part]);
    expect(Buffer.from((await text()) ?? []).toString()).toBe('the end');
  });

  it.each([0, 10_001])('UploadPart refuses the part number %i', async (number) => {
    await expect(send(await create(), number, small)).rejects.toMatchObject(refusal('InvalidArgument', 400));
  });

  it('UploadPartCopy copies a range of an object as a part', async () => {
    await s3.send(new PutObjectCommand({ Bucket, Key: 'y', Body: '0123456789' }));
    const upload = await create();
    const copy = (CopySourceRange?: string) =>
      s3.send(new UploadPartCopyCommand({ ...upload, PartNumber: 1, CopySource: `${Bucket}/y`, CopySourceRange }));
    const { CopyPartResult } = await copy('bytes=2-4');
    await complete(upload, [{ PartNumber: 1, ETag: CopyPartResult?.ETag }]);
    expect(Buffer.from((await text()) ?? []).toString()).toBe('234');
    for (const range of ['0-8', 'bytes=1-0', 'bytes=1-', 'bytes=-2', 'bytes=0-1,3-4', 'bytes=0-100']) {
      const Started = await create();
      const refused = s3.send(
        new UploadPartCopyCommand({ ...Started, PartNumber: 1, CopySource: `${Bucket}/y`, CopySourceRange: range }),
      );
      await expect(refused).rejects.toMatchObject(refusal('InvalidArgument', 400));
    }
  });

  it('UploadPartCopy refuses a range that begins behind the end of the source', async () => {
    await s3.send(new PutObjectCommand({ Bucket, Key: 'y', Body: '0123456789' }));
    const copied = { ...(await create()), PartNumber: 1, CopySource: `${Bucket}/y` };
    const behind = s3.send(new UploadPartCopyCommand({ ...copied, CopySourceRange: 'bytes=10-12' }));
    await expect(behind).rejects.toMatchObject(refusal('InvalidRequest', 400));
    await expect(
      s3.send(new UploadPartCopyCommand({ ...copied, CopySourceRange: 'bytes=9-9' })),
    ).resolves.toBeDefined();
  });
});

describe('ending a multipart upload', () => {
  it('the id of an aborted upload is refused', async () => {
    const upload = await create();
    await s3.send(new AbortMultipartUploadCommand(upload));
    const again = s3.send(new AbortMultipartUploadCommand(upload));
    await expect(again).rejects.toMatchObject({ ...refusal('NoSuchUpload', 404), UploadId: upload.UploadId });
    await expect(s3.send(new ListPartsCommand(upload))).rejects.toMatchObject(refusal('NoSuchUpload', 404));
  });

  it('the upload id of another key is refused', async () => {
    const upload = await create();
    const other = s3.send(new AbortMultipartUploadCommand({ ...upload, Key: 'y' }));
    await expect(other).rejects.toMatchObject(refusal('NoSuchUpload', 404));
  });

  it('a bucket with an upload in progress can be deleted', async () => {
    await send(await create(), 1, small);
    await s3.send(new DeleteBucketCommand({ Bucket }));
  });
});

describe('lists', () => {
  it('ListParts lists parts page by page', async () => {
    const upload = await create();
    for (const number of [3, 1, 2]) await send(upload, number, small);
    const list = (options: object) => s3.send(new ListPartsCommand({ ...upload, ...options }));
    const numbers = async (options: object) => (await list(options)).Parts?.map(({ PartNumber }) => PartNumber);
    expect(await list({ MaxParts: 2 })).toMatchObject({ IsTruncated: true, NextPartNumberMarker: '2', MaxParts: 2 });
    expect(await numbers({ MaxParts: 2 })).toEqual([1, 2]);
    expect(await numbers({ PartNumberMarker: '2' })).toEqual([3]);
    expect(await list({})).toMatchObject({ IsTruncated: false, StorageClass: 'STANDARD' });
  });

  it('ListMultipartUploads lists uploads by key and time, page by page', async () => {
    const started = [];
    for (const key of ['b', 'a', 'b', 'c/1', 'c/2']) started.push(await create(key));
    const [b1, a, b2] = started.map(({ UploadId }) => UploadId);
    const list = (options: Partial<ListMultipartUploadsCommandInput>) =>
      s3.send(new ListMultipartUploadsCommand({ Bucket, ...options }));
    const { Uploads = [], CommonPrefixes } = await list({ Delimiter: '/' });
    expect(Uploads.map(({ UploadId }) => UploadId)).toEqual([a, b1, b2]);
    expect(CommonPrefixes).toEqual([{ Prefix: 'c/' }]);
    const page = await list({ MaxUploads: 2 });
    expect(page).toMatchObject({ IsTruncated: true, NextKeyMarker: 'b', NextUploadIdMarker: b1 });
    const rest = await list({ KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker });
    expect(rest.Uploads?.map(({ Key, UploadId }) => [Key, UploadId])).toEqual([
      ['b', b2],
      ['c/1', started[3]?.UploadId],
      ['c/2', started[4]?.UploadId],
    ]);
    await expect(list({ KeyMarker: 'a', UploadIdMarker: b1 })).rejects.toMatchObject(refusal('InvalidArgument', 400));
  });
});

it("the SDK's Upload can send a stream of unknown length", async () => {
  async function* content() {
    yield big;
    yield small;
  }
  const { Readable } = await import('node:stream');
  const params = { Bucket, Key: 'x', Body: Readable.from(content(), { objectMode: false }) };
  await new Upload({ client: s3, params }).done();
  expect(Buffer.concat([big, small]).equals((await text()) ?? new Uint8Array())).toBe(true);
});
