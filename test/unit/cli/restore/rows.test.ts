import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readExcludedUsers } from '../../../../cli/restore/excluded-users.ts';
import { type KeptRows, keptRows } from '../../../../cli/restore/kept-rows.ts';
import { dataFileReader } from '../../../../src/verify/data-file-reader.ts';
import { emptyMeasures } from '../../../../src/verify/measures.ts';
import { mocked } from '../../../mocked.ts';

const s3 = mocked(S3Client);
const client = new S3Client({ region: 'eu-west-1', maxAttempts: 1 });

/** What is kept of files with these texts. */
async function keptOf(texts: string[], columns: string[], excluded: string[] = []) {
  const files = texts.map((text, index) => {
    const body = Buffer.from(text);
    s3.on(GetObjectCommand, { Key: `${index}` }).callsFake(() => ({ Body: Readable.from([body]) }));
    return { bucket: 'b', name: `${index}`, etag: 'e', rows: 0, bytes: body.length };
  });
  const rows = keptRows(files, { columns, excluded: new Set(excluded) }, client);
  let csv = '';
  for (;;) {
    const next = await rows.next();
    if (next.done) return { csv, kept: next.value as KeptRows };
    csv += next.value;
  }
}

/** The content hash that verification computes. */
function verifiedHash(csv: string, columns: string[]): string {
  const fields = columns.map((name) => ({ name, type: 'string' }));
  const file = { name: 'f', bytes: 0, etag: '', rows: 0 };
  const measures = emptyMeasures(JSON.stringify({ fields }), [file]);
  const reader = dataFileReader(measures, file);
  reader.push(Buffer.from(csv));
  reader.end();
  reader.settle();
  expect(measures.findings).toEqual([]);
  return measures.contentHash;
}

describe('keptRows', () => {
  const users = 'USER_ID,AGE\nu1,1\n"u,2",2\nu3,3\n';

  it('keptRows leaves out the rows of excluded users, and counts them', async () => {
    const { csv, kept } = await keptOf([users, users], ['USER_ID', 'AGE'], ['u,2', 'u3', 'unknown']);
    expect(parse(csv)).toEqual([
      ['USER_ID', 'AGE'],
      ['u1', '1'],
      ['u1', '1'],
    ]);
    expect(kept).toMatchObject({ rows: 2, excludedRows: 4, excludedUsers: 2 });
  });

  it('keptRows writes the columns in the order of the schema, without others', async () => {
    const { csv } = await keptOf(['AGE,EXTRA,USER_ID\n1,x,u1\n'], ['USER_ID', 'AGE']);
    expect(csv).toBe('USER_ID,AGE\nu1,1\n');
  });

  it('keptRows names the file that lacks a column', async () => {
    await expect(keptOf(['USER_ID\nu1\n'], ['USER_ID', 'AGE'])).rejects.toThrow('0 lacks the columns AGE');
  });

  it('keptRows writes what verification reads as the same rows, whatever is in them', async () => {
    const value = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('a,b', '"', '\r', '\n', '\r\n', '東京', ''),
    );
    const rows = fc.array(fc.tuple(fc.string({ minLength: 1 }), value), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(rows, async (given) => {
        const columns = ['USER_ID', 'NOTE'];
        const text = stringify([columns, ...given], { quoted: true });
        const { csv, kept } = await keptOf([text], columns);
        expect(kept.rows).toBe(given.length);
        expect(kept.sourceHash).toBe(verifiedHash(text, columns));
        expect(kept.contentHash).toBe(verifiedHash(csv, columns));
        expect(kept.contentHash).toBe(kept.sourceHash);
      }),
      { numRuns: 100 },
    );
  });
});

describe('readExcludedUsers', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'users-'));
  });
  afterAll(() => rm(folder, { recursive: true }));
  const read = async (text: string) => {
    const file = join(folder, 'users.txt');
    await writeFile(file, text);
    return await readExcludedUsers(file);
  };

  it.each([
    ['a line per id', 'u1\nu2\n', ['u1', 'u2']],
    ['CRLF and a byte order mark', '\uFEFFu1\r\nu2', ['u1', 'u2']],
    ['a header and empty lines', 'USER_ID\n\nu1\n\n', ['u1']],
    ['an id with a comma in quotes', '"u,1"\n', ['u,1']],
  ])('readExcludedUsers reads %s', async (_, text, expected) => {
    expect([...(await read(text))]).toEqual(expected);
  });

  it.each([
    ['two values in a line', 'u1\nu2,u3\n', /users\.txt, line 2: there are 2 values/],
    ['an open quote', '"u1\n', /is not a list of user ids/],
    ['no id', '\n', /has no user ids/],
  ])('readExcludedUsers refuses %s', async (_, text, says) => {
    await expect(read(text)).rejects.toThrow(says);
  });

  it('readExcludedUsers names a file that is not there', async () => {
    await expect(readExcludedUsers(join(folder, 'absent'))).rejects.toThrow(/absent can't be read: ENOENT/);
  });
});
