import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { afterAll, beforeAll, expect, it } from 'vitest';

const Bucket = 'large';
const GIGABYTE = 1024 ** 3;
const MOST_ADDED_MEGABYTES = 100;
const SAMPLE_MS = 50;
const piece = randomBytes(1024 * 1024);

let child: ChildProcess;
let s3: S3Client;

beforeAll(async () => {
  const file = fileURLToPath(new URL('server-process.ts', import.meta.url));
  child = fork(file, { execArgv: ['--disable-warning=ExperimentalWarning'] });
  const [endpoint] = (await once(child, 'message')) as [string];
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  s3 = new S3Client({ endpoint, region: 'us-east-1', credentials, forcePathStyle: true, maxAttempts: 1 });
  await s3.send(new CreateBucketCommand({ Bucket }));
  // What the first requests load is no part of the object.
  await s3.send(new PutObjectCommand({ Bucket, Key: 'first', Body: piece }));
  await drain('first');
});

afterAll(async () => {
  child.disconnect();
  await once(child, 'exit');
});

function* gigabyte(): Generator<Buffer> {
  for (let sent = 0; sent < GIGABYTE; sent += piece.length) yield piece;
}

const content = () => Readable.from(gigabyte(), { objectMode: false });

async function drain(Key: string): Promise<number> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  let length = 0;
  for await (const bytes of Body as Readable) length += bytes.length;
  return length;
}

/** What the process has in physical memory, in MB. */
function memory(): number {
  const status = `/proc/${child.pid}/status`;
  const kilobytes = existsSync(status)
    ? /VmRSS:\s*(\d+)/.exec(readFileSync(status, 'utf8'))?.[1]
    : execFileSync('ps', ['-o', 'rss=', '-p', String(child.pid)], { encoding: 'utf8' });
  return Number(kilobytes) / 1024;
}

/** How many MB the work adds to the process's memory at most. */
async function added(work: () => Promise<unknown>): Promise<number> {
  const before = memory();
  let most = before;
  const sampling = setInterval(() => {
    most = Math.max(most, memory());
  }, SAMPLE_MS);
  await work();
  clearInterval(sampling);
  return most - before;
}

it('each transfer of a gigabyte adds less than 100 MB to the memory', { timeout: 600_000 }, async () => {
  const put = new PutObjectCommand({ Bucket, Key: 'put', Body: content(), ContentLength: GIGABYTE });
  const upload = new Upload({ client: s3, params: { Bucket, Key: 'parts', Body: content() } });
  const copy = new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `${Bucket}/parts` });
  const megabytes = {
    putAtOnce: await added(() => s3.send(put)),
    uploadedInParts: await added(() => upload.done()),
    copied: await added(() => s3.send(copy)),
    read: await added(async () => expect(await drain('put')).toBe(GIGABYTE)),
    readInParts: await added(async () => expect(await drain('parts')).toBe(GIGABYTE)),
  };
  const tooMuch = Object.entries(megabytes).filter(([, most]) => most >= MOST_ADDED_MEGABYTES);
  expect(tooMuch).toEqual([]);
});
