import { ListObjectsCommand, ListObjectsV2Command, ListObjectVersionsCommand, type S3Client } from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listed, page } from '../../src/s3/lists.ts';
import { compareKeys, sortedKeys } from '../../src/s3/sorted-keys.ts';
import { bucketWith } from './bucket.ts';
import { type S3Server, startS3 } from './server.ts';

let server: S3Server;
let s3: S3Client;

const manyKeys = 'many-keys';

beforeAll(async () => {
  server = await startS3();
  s3 = server.s3;
  const keys = Array.from({ length: 1001 }, (_, index) => `folder/${index}.csv`);
  await bucketWith(s3, manyKeys, keys);
}, 60_000);

afterAll(() => server.close());

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
  it('lists have the keys and common prefixes of the model without the hidden keys, with pages of any size', () => {
    fc.assert(
      fc.property(
        fc.array(key),
        fc.array(key),
        query.prefix,
        query.delimiter,
        fc.integer({ min: 1, max: 4 }),
        (shown, hidden, prefix, delimiter, size) => {
          const keys = [...shown, ...hidden];
          const isListed = (one: string) => !hidden.includes(one);
          const sorted = sortedKeys();
          for (const one of keys) sorted.add(one);
          const all: Page = { keys: [], prefixes: [] };
          let after = '';
          for (let isTruncated = true; isTruncated && all.keys.length + all.prefixes.length <= keys.length; ) {
            const { entries, ...rest } = page(listed(sorted, { prefix, delimiter, after }, isListed), size);
            for (const { name, isCommonPrefix } of entries) (isCommonPrefix ? all.prefixes : all.keys).push(name);
            after = entries.at(-1)?.name ?? '';
            isTruncated = rest.isTruncated;
          }
          expect(all).toEqual(model(shown.filter(isListed), prefix, delimiter));
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('each list operation returns the same list as the model', async () => {
    const keys = fc.sample(key, { numRuns: 60, seed: 7 });
    const Bucket = await bucketWith(s3, 'any-list', keys);
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
    const Bucket = await bucketWith(s3, `case-${name.toLowerCase()}`, ['a.csv', 'B.csv', 'c.csv']);
    expect((await list({ Bucket, MaxKeys: 1 })).keys).toEqual(['B.csv', 'a.csv', 'c.csv']);
  });

  it(`${name} lists all of 1,001 keys`, async () => {
    expect((await list({ Bucket: manyKeys })).keys).toHaveLength(1001);
    expect(await list({ Bucket: manyKeys, Delimiter: '/' })).toEqual({ keys: [], prefixes: ['folder/'] });
  });
});
