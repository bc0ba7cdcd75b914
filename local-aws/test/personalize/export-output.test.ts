import { GetObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { OutputFault } from '../../src/personalize/export-output.ts';
import { activeDataset, exportJob, importCsv, objectsBelow } from './scenario.ts';
import { bucket, type Personalize, startPersonalize } from './server.ts';

let server: Personalize;
let datasetArn: string;
let output: OutputFault | undefined;
let changing: { bucket: string; key: string }[];

beforeAll(async () => {
  server = await startPersonalize({
    jobOverride: (kind) => (kind === 'export' && output ? { output } : undefined),
    onChangingObject: (object) => void changing.push(object),
  });
  datasetArn = await activeDataset(server, 'Items');
  await importCsv(server, datasetArn, 'ITEM_ID,TITLE,NUMBER_OF_RATINGS\n1,"One, two",1\n2,Three,2\n');
});
afterAll(() => server.close());
beforeEach(() => {
  changing = [];
});

/** The objects that an export with this fault writes, by their names below its folder. */
async function written(fault: OutputFault) {
  output = fault;
  const { jobName, status } = await exportJob(server, datasetArn, { ingestionMode: 'BULK' });
  expect(status).toBe('ACTIVE');
  const objects = await objectsBelow(server, `out/${jobName}/`);
  const name = (key: string) => key.slice(`out/${jobName}/`.length).replace(`${jobName}-`, '');
  return Object.fromEntries(Object.entries(objects).map(([key, content]) => [name(key), content]));
}

const header = 'ITEM_ID,TITLE,NUMBER_OF_RATINGS\n';
const rows = '1,"One, two",1\n2,Three,2\n';
const file = 'part-00000.csv';

it.each<[OutputFault, Record<string, string>]>([
  ['no-file', {}],
  ['no-header', { [file]: rows }],
  ['missing-column', { [file]: 'ITEM_ID,TITLE\n1,"One, two"\n2,Three\n' }],
  ['extra-column', { [file]: 'ITEM_ID,TITLE,NUMBER_OF_RATINGS,EXTRA\n1,"One, two",1,extra\n2,Three,2,extra\n' }],
  ['short-row', { [file]: `${header}1,"One, two"\n2,Three,2\n` }],
  ['open-quote', { [file]: `${header}1,"One, two",1\n2,Three,"2\n` }],
  ['changed-object', { [file]: header + rows }],
  ['check-object', { _CHECK: 'checked\n', [file]: header + rows }],
  ['many-small-files', { [file]: header + rows }],
])('an export with the output %s writes it', async (fault, objects) => {
  expect(await written(fault)).toEqual(objects);
});

it('an export with the output not-utf-8 has a byte of ISO 8859-1 in its first row', async () => {
  output = 'not-utf-8';
  const { jobName } = await exportJob(server, datasetArn, { ingestionMode: 'BULK' });
  const Key = `out/${jobName}/${jobName}-${file}`;
  const { Body } = await server.s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
  const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
  expect(bytes.toString('latin1')).toBe(`${header}é${rows}`);
});

it('an export with the output changed-object names its objects', async () => {
  const [name = ''] = Object.keys(await written('changed-object'));
  expect(changing).toEqual([{ bucket, key: expect.stringMatching(new RegExp(`${name}$`)) }]);
});

it('an export with the output many-small-files has ten rows in each', async () => {
  const many = await activeDataset(server, 'Items');
  const lines = Array.from({ length: 25 }, (_, index) => `${index},Title,1\n`);
  await importCsv(server, many, `ITEM_ID,TITLE,NUMBER_OF_RATINGS\n${lines.join('')}`);
  output = 'many-small-files';
  const { jobName } = await exportJob(server, many, { ingestionMode: 'BULK' });
  const files = Object.values(await objectsBelow(server, `out/${jobName}/`));
  expect(files.map((content) => content.split('\n').length - 2)).toEqual([10, 10, 5]);
});

it('an export with the output one-large-file repeats its rows up to 50 MB', async () => {
  output = 'one-large-file';
  const { jobName } = await exportJob(server, datasetArn, { ingestionMode: 'BULK' });
  const Key = `out/${jobName}/${jobName}-${file}`;
  const { Body, ContentLength } = await server.s3.send(
    new GetObjectCommand({ Bucket: bucket, Key, Range: 'bytes=0-99' }),
  );
  expect(await Body?.transformToString()).toBe((header + rows.repeat(5)).slice(0, 100));
  const { ContentRange } = await server.s3.send(new GetObjectCommand({ Bucket: bucket, Key, Range: 'bytes=0-0' }));
  expect(ContentLength).toBe(100);
  expect(Number(ContentRange?.split('/')[1])).toBeGreaterThanOrEqual(50_000_000);
}, 60_000);
