import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { sdkError } from '../builders.ts';

export interface FakeS3 {
  client: S3Client;
  /** The objects of the one bucket, by key. */
  objects: Map<string, Buffer>;
  /** Every call as `GetObject key`, in its order. */
  calls: string[];
  /** Called before each call is carried out: may change the objects, throw, or wait. */
  before: (operation: string, input: { Key?: string; Range?: string }) => void | Promise<void>;
  /** The bytes of a body come in pieces of this size. */
  pieceBytes: number;
  /** Cuts the connection of the next bodies after so many bytes. */
  cutsAfter: number[];
}

const etagOf = (body: Buffer) => `"${createHash('md5').update(body).digest('hex')}"`;
const s3Error = (name: string, status: number) => sdkError(name, { status });

/** What stands between a call and what S3 does: nothing, or a fault. */
type Intercept = (operation: string, act: () => unknown) => unknown;

/** S3 in memory, with conditional reads and writes. It has one bucket, whatever that is called. */
export function fakeS3(
  objects: Record<string, string | Buffer> = {},
  intercept: Intercept = (_, act) => act(),
): FakeS3 {
  const client = new S3Client({});
  const fake: FakeS3 = {
    client,
    objects: new Map(Object.entries(objects).map(([key, body]) => [key, Buffer.from(body)])),
    calls: [],
    before: () => {},
    pieceBytes: 7,
    cutsAfter: [],
  };
  type Input = { Key?: string; Range?: string };
  const answer = (operation: string, act: (input: never) => unknown) => async (input: Input) => {
    fake.calls.push([operation, input.Key, input.Range].filter(Boolean).join(' '));
    await fake.before(operation, input);
    return await intercept(operation, () => act(input as never));
  };
  const existing = ({ Key, IfMatch }: { Key?: string; IfMatch?: string }): Buffer => {
    const body = fake.objects.get(Key ?? '');
    if (!body) throw s3Error('NoSuchKey', 404);
    if (IfMatch !== undefined && IfMatch !== etagOf(body)) throw s3Error('PreconditionFailed', 412);
    return body;
  };
  const mock = mockClient(client);
  const list = ({ Prefix, ContinuationToken = '0' }: { Prefix: string; ContinuationToken?: string }) => {
    const keys = [...fake.objects.keys()].filter((key) => key.startsWith(Prefix)).sort();
    const from = Number(ContinuationToken);
    const page = keys.slice(from, from + 2).map((Key) => {
      const body = fake.objects.get(Key) as Buffer;
      return { Key, Size: body.length, ETag: etagOf(body) };
    });
    const isTruncated = from + 2 < keys.length;
    return {
      Contents: page,
      IsTruncated: isTruncated,
      ...(isTruncated && { NextContinuationToken: String(from + 2) }),
    };
  };
  const get = (input: { Key: string; IfMatch?: string; Range?: string }) => {
    const whole = existing(input);
    const body = whole.subarray(Number(/^bytes=(\d+)-$/.exec(input.Range ?? '')?.[1] ?? 0));
    const Body = Readable.from(piecesOf(body, fake.pieceBytes, fake.cutsAfter.shift()));
    return { ETag: etagOf(whole), Body: Object.assign(Body, { transformToString: async () => body.toString() }) };
  };
  const head = (input: { Key: string; IfMatch?: string }) => {
    const body = existing(input);
    return { ETag: etagOf(body), ChecksumCRC64NVME: `sum of ${body.length}`, ChecksumType: 'FULL_OBJECT' };
  };
  const put = (input: { Key: string; Body: string; IfMatch?: string; IfNoneMatch?: string }) => {
    if (input.IfMatch !== undefined) existing(input);
    if (input.IfNoneMatch === '*' && fake.objects.has(input.Key)) throw s3Error('PreconditionFailed', 412);
    fake.objects.set(input.Key, Buffer.from(input.Body));
    return {};
  };
  const remove = ({ Key }: { Key: string }) => {
    fake.objects.delete(Key);
    return {};
  };
  mock.on(ListObjectsV2Command).callsFake(answer('ListObjectsV2', list));
  mock.on(GetObjectCommand).callsFake(answer('GetObject', get));
  mock.on(HeadObjectCommand).callsFake(answer('HeadObject', head));
  mock.on(PutObjectCommand).callsFake(answer('PutObject', put));
  mock.on(DeleteObjectCommand).callsFake(answer('DeleteObject', remove));
  return fake;
}

function* piecesOf(body: Buffer, pieceBytes: number, cutAfter = Number.POSITIVE_INFINITY): Generator<Buffer> {
  for (let at = 0; at < body.length; at += pieceBytes) {
    if (at >= cutAfter) throw sdkError('Error', { message: 'aborted', code: 'ECONNRESET' });
    yield Buffer.from(body.subarray(at, at + pieceBytes));
  }
}

/** What is under a key, from JSON. */
export function jsonAt<T>({ objects }: FakeS3, key: string): T {
  return JSON.parse(objects.get(key)?.toString() ?? 'null');
}
