import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { activeDataset, exported, importCsv, schemas } from './scenario.ts';
import { bucket, type Personalize, startPersonalize } from './server.ts';

let server: Personalize;
let datasetArn: string;
beforeAll(async () => {
  server = await startPersonalize();
});
afterAll(() => server.close());

const header = 'USER_ID,ITEM_ID,EVENT_TYPE,EVENT_VALUE,TIMESTAMP';
const row = 'u1,i1,click,1.5,1700000000';

describe('a file that does not fit', () => {
  beforeAll(async () => {
    datasetArn = await activeDataset(server, 'Interactions');
    await importCsv(server, datasetArn, `${header}\n${row}\n`);
  });

  it.each([
    ['an empty file', '', 'is empty'],
    ['a header alone', `${header}\n`, 'has no rows'],
    ['a missing column', 'USER_ID,ITEM_ID\nu,i\n', 'is missing the following columns: [TIMESTAMP]'],
    ['an unknown column', `${header},COLOUR\n${row},red\n`, "columns that are not in the dataset's schema: [COLOUR]"],
    ['a repeated column', `${header},USER_ID\n${row},u\n`, 'has the same column more than once: [USER_ID]'],
    [
      'a column in lower case',
      `${header.replace('USER', 'user')}\n${row}\n`,
      'missing the following columns: [USER_ID]',
    ],
    ['no header', `${row}\n`, 'is missing the following columns: [USER_ID, ITEM_ID, TIMESTAMP]'],
    ['a time that is none', `${header}\n${row}\nu,i,,,soon\n`, 'line 3, column TIMESTAMP: "soon" is not of type long'],
    ['a time too long', `${header}\nu,i,,,9223372036854775808\n`, 'column TIMESTAMP'],
    [
      'a value that is no number',
      `${header}\nu,i,,high,1\n`,
      'line 2, column EVENT_VALUE: "high" is not of type float',
    ],
    ['an empty id', `${header}\n,i,,,1\n`, 'line 2, column USER_ID: it is empty, and the field is not nullable'],
    ['a short row', `${header}\n${row}\nu,i\n`, 'line 3: 2 values, but the header has 5 columns'],
    ['a long row', `${header}\n${row},x\n`, 'line 2: 6 values, but the header has 5 columns'],
    ['a quote in the middle', `${header}\n${row}\nu"1,i,,,1\n`, 'is malformed: Invalid Opening Quote'],
    ['a quote left open', `${header}\n"u1,i,,,1\n`, 'is malformed: Quote Not Closed'],
    ['a long user id', `${header}\n${'u'.repeat(257)},i,,,1\n`, 'USER_ID: it has 257 characters; at most 256 are'],
    ['a long item id', `${header}\nu,${'😀'.repeat(257)},,,1\n`, 'ITEM_ID: it has 257 characters; at most 256 are'],
    ['a column without a name', `,${header}\n0,${row}\n`, "in the dataset's schema: [column 1, which has no name]"],
    ['a column of spaces', `${header},\u00a0 \n${row},\n`, '[column 6, which has no name]'],
    ['a comma at the end', `${header},\n${row},\n`, '[column 6, which has no name]'],
    ['an invisible character', `\u200b${header}\n${row}\n`, '[column 1, "\\u{200b}USER_ID"]'],
    ['a space before a name', `${header.replace('ITEM', ' ITEM')}\n${row}\n`, '[column 2, " ITEM_ID"]'],
    [
      'semicolons',
      `${header}\n${row}\n`.replaceAll(',', ';'),
      'Its columns are separated by semicolons; they must be separated by commas.',
    ],
    ['tabs', `${header}\n${row}\n`.replaceAll(',', '\t'), 'Its columns are separated by tabs'],
    ['a wrong value after a CRLF in quotes', `${header}\nu,i,"a\r\nb",,1\nu,i,,,soon\n`, 'line 4, column TIMESTAMP'],
  ])('an import with %s fails, and leaves the dataset as it was', async (_, csv, reason) => {
    const job = await importCsv(server, datasetArn, csv);
    expect(job).toMatchObject({ status: 'CREATE FAILED', failureReason: expect.stringContaining(reason) });
    expect((await exported(server, datasetArn, 'BULK')).rows).toEqual([row.split(',')]);
  });

  const bytes = (text: string, encoding: BufferEncoding) => Buffer.from(text, encoding);
  it.each([
    ['ISO 8859-1', bytes(`${header}\n${row}\nMüller,i,,,1\n`, 'latin1'), 'in Windows-1252 or ISO 8859-1: line 3 has'],
    ['UTF-16 with a mark', bytes(`\uFEFF${header}\n${row}\n`, 'utf16le'), 'is encoded in UTF-16'],
    ['UTF-16 without a mark', bytes(`${header}\n${row}\n`, 'utf16le'), 'is encoded in UTF-16'],
    ['UTF-8 and is cut in a character', bytes(`${header}\nü`, 'utf8').subarray(0, -1), 'line 2 has bytes'],
    [
      // Characters of three bytes across the chunks that S3 delivers.
      'UTF-8 but for one byte far behind',
      Buffer.concat([bytes(`${header}\n${'日本,i,,,1\n'.repeat(30_000)}`, 'utf8'), bytes('ü,i,,,1\n', 'latin1')]),
      'line 30002 has bytes',
    ],
  ])('a file in %s fails the import, and the reason names the encoding', async (_, csv, reason) => {
    const job = await importCsv(server, datasetArn, csv);
    expect(job).toMatchObject({ status: 'CREATE FAILED', failureReason: expect.stringContaining(reason) });
    expect(job.failureReason).toMatch(/^Input CSV in\/import-\d+\.csv /);
  });

  const type = ['null', 'string'];
  it.each<[what: string, datasetType: 'Items' | 'Interactions', field: object, columns: string, values: string]>([
    ['a categorical field', 'Items', { name: 'COLOUR', type, categorical: true }, 'ITEM_ID,COLOUR', 'i'],
    ['a field that the guide calls categorical', 'Items', { name: 'GENRES', type }, 'ITEM_ID,GENRES', 'i'],
    ['IMPRESSION', 'Interactions', { name: 'IMPRESSION', type }, 'USER_ID,ITEM_ID,TIMESTAMP,IMPRESSION', 'u,i,1'],
  ])('1,001 characters in %s fail the import, and 1,000 do not', async (_, datasetType, field, columns, values) => {
    const arn = await activeDataset(server, datasetType, { fields: [...schemas[datasetType], field] });
    const csv = (length: number) => `${columns}\n${values},${'c'.repeat(length)}\n`;
    expect(await importCsv(server, arn, csv(1000))).toMatchObject({ status: 'ACTIVE' });
    const emoji = `${columns}\n${values},${'😀'.repeat(1000)}\n`;
    expect(await importCsv(server, arn, emoji)).toMatchObject({ status: 'ACTIVE' });
    expect(await importCsv(server, arn, csv(1001))).toMatchObject({
      status: 'CREATE FAILED',
      failureReason: expect.stringContaining('it has 1001 characters; at most 1000 are allowed'),
    });
  });

  it('a boolean in upper case fails the import', async () => {
    const fields = [...schemas.Items, { name: 'NEW', type: 'boolean' }];
    const arn = await activeDataset(server, 'Items', { fields });
    expect(await importCsv(server, arn, 'ITEM_ID,NEW\ni,true\n')).toMatchObject({ status: 'ACTIVE' });
    expect(await importCsv(server, arn, 'ITEM_ID,NEW\ni,TRUE\n')).toMatchObject({
      failureReason: expect.stringContaining('column NEW: "TRUE" is not of type boolean'),
    });
  });

  it.each([
    [`s3://${bucket}/none.csv`, `s3://${bucket}/none.csv does not exist.`],
    [`s3://${bucket}/none/`, 'has no CSV file'],
    ['s3://no-such-bucket/x.csv', 'The S3 bucket no-such-bucket does not exist.'],
    ['https://example.com/x.csv', 'is not an s3:// location'],
  ])('an import from %s fails, because nothing is there', async (at, reason) => {
    const job = await importCsv(server, datasetArn, { at });
    expect(job).toMatchObject({ status: 'CREATE FAILED', failureReason: expect.stringContaining(reason) });
  });
});

describe('a file that fits', () => {
  beforeEach(async () => {
    datasetArn = await activeDataset(server, 'Interactions');
  });

  it.each([
    ['columns in another order', `TIMESTAMP,ITEM_ID,USER_ID\n1,i,u\n`],
    ['a byte order mark', `\uFEFFUSER_ID,ITEM_ID,TIMESTAMP\nu,i,1\n`],
    ['CRLF and no last line break', `USER_ID,ITEM_ID,TIMESTAMP\r\nu,i,1`],
    ['a CRLF after the header only', `USER_ID,ITEM_ID,TIMESTAMP\r\nu,i,1\n`],
    ['a CRLF after one row only', `USER_ID,TIMESTAMP,ITEM_ID\nu,1,i\r\nu,1,i\n`],
    ['an LF after one row only', `TIMESTAMP,ITEM_ID,USER_ID\r\n1,i,u\n1,i,u\r\n`],
    ['the line ends of an old Mac', `USER_ID,ITEM_ID,TIMESTAMP\ru,i,1\r`],
    ['quoted headers and blank lines', `"USER_ID","ITEM_ID","TIMESTAMP"\n\nu,i,1\n\n`],
  ])('an import accepts a file with %s', async (_, csv) => {
    expect((await importCsv(server, datasetArn, csv)).status).toBe('ACTIVE');
    const { header: columns, rows } = await exported(server, datasetArn, 'BULK');
    expect(columns.join()).toBe(header);
    expect(rows).toEqual([['u', 'i', '', '', '1']]);
  });

  it('an import reads all CSV files at the first level of a folder', async () => {
    for (const [key, user] of Object.entries({ 'a.csv': 'a', 'b.CSV': 'b', 'c.txt': 'c', 'sub/d.csv': 'd' })) {
      const Body = `USER_ID,ITEM_ID,TIMESTAMP\n${user},i,1\n`;
      await server.s3.send(new PutObjectCommand({ Bucket: bucket, Key: `folder/${key}`, Body }));
    }
    expect((await importCsv(server, datasetArn, { at: `s3://${bucket}/folder/` })).status).toBe('ACTIVE');
    const { rows } = await exported(server, datasetArn, 'BULK');
    expect(rows.map(([user]) => user)).toEqual(['a', 'b']);
  });

  it.each([
    ['FULL', ['c']],
    [undefined, ['c']],
    ['INCREMENTAL', ['a', 'b', 'c']],
  ] as const)('an import in the mode %s after others leaves the users %j', async (importMode, users) => {
    const csv = (...ids: string[]) => `USER_ID,ITEM_ID,TIMESTAMP\n${ids.map((id) => `${id},i,1`).join('\n')}\n`;
    await importCsv(server, datasetArn, csv('a'));
    await importCsv(server, datasetArn, csv('b'), { importMode: 'INCREMENTAL' });
    const job = await importCsv(server, datasetArn, csv('c'), importMode && { importMode });
    expect(job).toMatchObject({ status: 'ACTIVE', importMode: importMode ?? 'FULL' });
    expect((await exported(server, datasetArn, 'BULK')).rows.map(([user]) => user)).toEqual(users);
  });
});
