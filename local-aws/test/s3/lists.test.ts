import {
  CreateBucketCommand,
  DeleteObjectCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listed, page } from '../../src/s3/lists.ts';
import { compareKeys, sortedKeys } from '../../src/s3/sorted-keys.ts';
import { sendRaw } from '../raw.ts';
import { type S3Server, startS3 } from './server.ts';

let server: S3Server;
let s3: S3Client;

const manyKeys = 'many-keys';

beforeAll(async () => {
  server = await startS3();
  s3 = server.s3;
  const keys = Array.from({ length: 1001 }, (_, index) => `folder/${index}.csv`);
  await bucketWith(manyKeys, keys);
}, 60_000);

afterAll(() => server.close());

async function bucketWith(Bucket: string, keys: string[]): Promise<string> {
  await s3.send(new CreateBucketCommand({ Bucket }));
  await Promise.all(keys.map((Key) => s3.send(new PutObjectCommand({ Bucket, Key, Body: Key.slice(0, 3) }))));
  return Bucket;
}

interface Page {
  keys: string[];
  prefixes: string[];
}

type List = (query: { Bucket: string; Prefix?: string; Delimiter?: string; MaxKeys?: number }) => Promise<Page>;

/** Every page of a list, one behind the other. */
const lists: Record<string, List> = {
  async ListObjects(query) {
    const all: Page = { keys: [], prefixes: [] };
    let Marker: string | undefined;
    do {
      const answer = await s3.send(new ListObjectsCommand({ ...query, Marker }));
      all.keys.push(...(answer.Contents ?? []).map(({ Key = '' }) => Key));
      all.prefixes.push(...(answer.CommonPrefixes ?? []).map(({ Prefix = '' }) => Prefix));
      Marker = answer.IsTruncated ? (answer.NextMarker ?? answer.Contents?.at(-1)?.Key) : undefined;
    } while (Marker !== undefined);
    return all;
  },
  async ListObjectsV2(query) {
    const all: Page = { keys: [], prefixes: [] };
    let ContinuationToken: string | undefined;
    do {
      const answer = await s3.send(new ListObjectsV2Command({ ...query, ContinuationToken }));
      const keys = (answer.Contents ?? []).map(({ Key = '' }) => Key);
      const prefixes = (answer.CommonPrefixes ?? []).map(({ Prefix = '' }) => Prefix);
      expect(answer.KeyCount).toBe(keys.length + prefixes.length);
      expect(answer.KeyCount).toBeLessThanOrEqual(query.MaxKeys ?? 1000);
      all.keys.push(...keys);
      all.prefixes.push(...prefixes);
      ContinuationToken = answer.NextContinuationToken;
    } while (ContinuationToken !== undefined);
    return all;
  },
  async ListObjectVersions(query) {
    const all: Page = { keys: [], prefixes: [] };
    let markers: { KeyMarker?: string; VersionIdMarker?: string } = {};
    do {
      const answer = await s3.send(new ListObjectVersionsCommand({ ...query, ...markers }));
      all.keys.push(...(answer.Versions ?? []).map(({ Key = '' }) => Key));
      all.prefixes.push(...(answer.CommonPrefixes ?? []).map(({ Prefix = '' }) => Prefix));
      markers = { KeyMarker: answer.NextKeyMarker, VersionIdMarker: answer.NextVersionIdMarker };
    } while (markers.KeyMarker !== undefined);
    return all;
  },
};

/** What a list holds, by the definition. */
function model(keys: readonly string[], prefix: string, delimiter: string): Page {
  const inOrder = [...new Set(keys)].sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
  const own: string[] = [];
  const prefixes = new Set<string>();
  for (const key of inOrder.filter((one) => one.startsWith(prefix))) {
    const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    if (end < 0) own.push(key);
    else prefixes.add(key.slice(0, end + delimiter.length));
  }
  return { keys: own, prefixes: [...prefixes] };
}

const codePoint = fc.integer({ min: 0, max: 0x10ffff }).filter((one) => one < 0xd800 || one > 0xdfff);
const text = fc
  .array(fc.oneof(codePoint, fc.constantFrom(0xffff, 0x10000, 0x61)), { maxLength: 4 })
  .map((codePoints) => String.fromCodePoint(...codePoints));
const keyPart = fc.constantFrom('a', 'B', 'b', '/', '/', 'ü', '\u{1F600}', '\uFFFD', '%', '+', ' ', '//', 'ab');
const key = fc.array(keyPart, { minLength: 1, maxLength: 6 }).map((parts) => parts.join(''));
const query = { prefix: fc.oneof(fc.constant(''), key), delimiter: fc.constantFrom('', '/', 'b', 'ab', '//') };

describe('lists against a model', () => {
  it('lists have the keys and common prefixes of the model, with pages of any size', () => {
    fc.assert(
      fc.property(
        fc.array(key),
        query.prefix,
        query.delimiter,
        fc.integer({ min: 1, max: 4 }),
        (keys, prefix, delimiter, size) => {
          const sorted = sortedKeys();
          for (const one of keys) sorted.add(one);
          const all: Page = { keys: [], prefixes: [] };
          let after = '';
          for (let isTruncated = true; isTruncated && all.keys.length + all.prefixes.length <= keys.length; ) {
            const { entries, ...rest } = page(
              listed(sorted, { prefix, delimiter, after }, () => true),
              size,
            );
            for (const { name, isCommonPrefix } of entries) (isCommonPrefix ? all.prefixes : all.keys).push(name);
            after = entries.at(-1)?.name ?? '';
            isTruncated = rest.isTruncated;
          }
          expect(all).toEqual(model(keys, prefix, delimiter));
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('each list operation returns the same list as the model', async () => {
    const keys = fc.sample(key, { numRuns: 60, seed: 7 });
    const Bucket = await bucketWith('any-list', keys);
    await fc.assert(
      fc.asyncProperty(
        query.prefix,
        query.delimiter,
        fc.integer({ min: 1, max: 70 }),
        async (Prefix, Delimiter, MaxKeys) => {
          const expected = model(keys, Prefix, Delimiter);
          for (const list of Object.values(lists)) {
            const given = { Bucket, Prefix, MaxKeys, ...(Delimiter !== '' && { Delimiter }) };
            expect(await list(given)).toEqual(expected);
          }
        },
      ),
      { numRuns: 25, seed: 7 },
    );
  });

  it('lists compare keys by their UTF-8 bytes', () => {
    fc.assert(
      fc.property(text, text, (one, other) => {
        const expected = Buffer.compare(Buffer.from(one), Buffer.from(other));
        expect(Math.sign(compareKeys(one, other))).toBe(expected);
      }),
    );
  });
});

describe.each(Object.entries(lists))('%s', (name, list) => {
  it(`${name} lists lower and upper case keys page by page`, async () => {
    const Bucket = await bucketWith(`case-${name.toLowerCase()}`, ['a.csv', 'B.csv', 'c.csv']);
    expect((await list({ Bucket, MaxKeys: 1 })).keys).toEqual(['B.csv', 'a.csv', 'c.csv']);
  });

  it(`${name} lists all of 1,001 keys`, async () => {
    expect((await list({ Bucket: manyKeys })).keys).toHaveLength(1001);
    expect(await list({ Bucket: manyKeys, Delimiter: '/' })).toEqual({ keys: [], prefixes: ['folder/'] });
  });
});

it('a list is complete even if keys are deleted page by page', async () => {
  const keys = Array.from({ length: 30 }, (_, index) => `x/${index}`);
  const Bucket = await bucketWith('deleted-meanwhile', keys);
  let ContinuationToken: string | undefined;
  let seen = 0;
  do {
    const answer = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'x/', MaxKeys: 1, ContinuationToken }));
    for (const { Key } of answer.Contents ?? []) await s3.send(new DeleteObjectCommand({ Bucket, Key }));
    seen += answer.KeyCount ?? 0;
    ContinuationToken = answer.NextContinuationToken;
  } while (ContinuationToken !== undefined);
  expect(seen).toBe(30);
  expect((await s3.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(0);
});

describe('pages of a list', () => {
  let Bucket: string;
  beforeAll(async () => {
    Bucket = await bucketWith('pages', ['a/1', 'a/2', 'b', 'c']);
  });

  const refusal = { name: 'InvalidArgument', $metadata: { httpStatusCode: 400 } };

  it('a page has the parameters of the list and the start of the next page', async () => {
    const first = await s3.send(new ListObjectsCommand({ Bucket, Delimiter: '/', MaxKeys: 2 }));
    expect(first).toMatchObject({ IsTruncated: true, NextMarker: 'b', MaxKeys: 2, Name: Bucket, Delimiter: '/' });
    const plain = await s3.send(new ListObjectsCommand({ Bucket, MaxKeys: 2 }));
    expect(plain).toMatchObject({ IsTruncated: true, Prefix: '', Marker: '' });
    expect(plain.NextMarker).toBeUndefined();
    const second = await s3.send(new ListObjectsV2Command({ Bucket, StartAfter: 'a/1', FetchOwner: true }));
    expect(second).toMatchObject({ StartAfter: 'a/1', KeyCount: 3, IsTruncated: false });
    expect(second.Contents?.[0]).toMatchObject({
      Key: 'a/2',
      Size: 3,
      StorageClass: 'STANDARD',
      Owner: { ID: expect.any(String) },
    });
  });

  it('a list with MaxKeys 0 has an empty last page', async () => {
    const none = await s3.send(new ListObjectsV2Command({ Bucket, MaxKeys: 0 }));
    expect(none).toMatchObject({ KeyCount: 0, IsTruncated: false, MaxKeys: 0 });
  });

  it('a page has at most a thousand keys', async () => {
    expect((await s3.send(new ListObjectsV2Command({ Bucket, MaxKeys: 5000 }))).MaxKeys).toBe(1000);
  });

  it('a list starts after the common prefix that contains the marker', async () => {
    const { CommonPrefixes, Contents } = await s3.send(
      new ListObjectsCommand({ Bucket, Delimiter: '/', Marker: 'a/1' }),
    );
    expect(CommonPrefixes).toBeUndefined();
    expect(Contents?.map(({ Key }) => Key)).toEqual(['b', 'c']);
  });

  it.each([
    ['a number of keys below 0', { MaxKeys: -1 }],
    ['an unknown encoding', { EncodingType: 'base64' as 'url' }],
    ['an invalid continuation token', { ContinuationToken: 'abc' }],
  ])('a list with %s is refused', async (_, options) => {
    await expect(s3.send(new ListObjectsV2Command({ Bucket, ...options }))).rejects.toMatchObject(refusal);
  });

  it.each([
    ['of a version without a key', { VersionIdMarker: 'null' }],
    ['that is not a version id', { KeyMarker: 'b', VersionIdMarker: 'x' }],
  ])('a list of versions with the marker %s is refused', async (_, options) => {
    await expect(s3.send(new ListObjectVersionsCommand({ Bucket, ...options }))).rejects.toMatchObject(refusal);
  });

  it('a list with max-keys that is not a number is refused', async () => {
    const reply = await sendRaw(server.port, [`GET /${Bucket}?max-keys=many HTTP/1.1\r\nHost: localhost\r\n\r\n`]);
    expect(reply).toMatchObject({ status: 400, body: expect.stringContaining('max-keys') });
  });
});

it('the versions of one key are listed page by page', async () => {
  const Bucket = await bucketWith('versions-of-one', []);
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  for (const Key of ['a', 'x', 'x', 'x', 'z']) await s3.send(new PutObjectCommand({ Bucket, Key, Body: '' }));
  await s3.send(new DeleteObjectCommand({ Bucket, Key: 'x' }));
  const seen: string[] = [];
  let markers: { KeyMarker?: string; VersionIdMarker?: string } = {};
  do {
    const answer = await s3.send(new ListObjectVersionsCommand({ Bucket, MaxKeys: 2, ...markers }));
    for (const { Key, VersionId } of [...(answer.Versions ?? []), ...(answer.DeleteMarkers ?? [])])
      seen.push(`${Key} ${VersionId}`);
    markers = { KeyMarker: answer.NextKeyMarker, VersionIdMarker: answer.NextVersionIdMarker };
  } while (markers.KeyMarker !== undefined);
  expect(new Set(seen).size).toBe(6);
});
