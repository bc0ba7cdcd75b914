import { PutEventsCommand, PutItemsCommand, PutUsersCommand } from '@aws-sdk/client-personalize-events';
import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  activeDataset,
  activeTracker,
  exported,
  exportJob,
  importCsv,
  objectsBelow,
  schemas,
  uniqueName,
} from './scenario.ts';
import { bucket, type Personalize, startPersonalize } from './server.ts';

let server: Personalize;
beforeAll(async () => {
  server = await startPersonalize();
});
afterAll(() => server.close());

const putItem = (datasetArn: string, itemId: string, properties?: object) =>
  server.events.send(
    new PutItemsCommand({ datasetArn, items: [{ itemId, properties: properties && JSON.stringify(properties) }] }),
  );

describe('an export of Items', () => {
  /** A dataset with repeated and conflicting rows, both imported and put. */
  async function items(): Promise<string> {
    const datasetArn = await activeDataset(server, 'Items');
    await importCsv(server, datasetArn, 'ITEM_ID,TITLE\n1,Old\n1,New\n2,Two\n2,Two\n3,Bulk\n');
    await putItem(datasetArn, '3', { title: 'Put', numberOfRatings: 12 });
    await putItem(datasetArn, '3', { title: 'Put again' });
    await putItem(datasetArn, '3', { title: 'Put again' });
    return datasetArn;
  }

  const bulk = [
    ['1', 'New', ''],
    ['1', 'Old', ''],
    ['2', 'Two', ''],
    ['3', 'Bulk', ''],
  ];
  const put = [
    ['3', 'Put again', ''],
    ['3', 'Put', '12'],
  ];
  const newest = [
    ['1', 'New', ''],
    ['2', 'Two', ''],
    ['3', 'Put again', ''],
  ];
  it.each([
    ['BULK', 'the distinct imported rows', bulk],
    ['PUT', 'the distinct put rows', put],
    [undefined, 'the distinct put rows', put],
    ['ALL', 'the newest row of each id', newest],
  ] as const)('an export of Items in the ingestion mode %s has %s', async (mode, _, rows) => {
    expect(await exported(server, await items(), mode)).toEqual({
      header: ['ITEM_ID', 'TITLE', 'NUMBER_OF_RATINGS'],
      rows,
    });
  });

  it('an export of Items has the row of a later import instead of an earlier put row', async () => {
    const datasetArn = await items();
    await importCsv(server, datasetArn, 'ITEM_ID,TITLE\n3,Latest\n', { importMode: 'INCREMENTAL' });
    expect((await exported(server, datasetArn, 'ALL')).rows[2]).toEqual(['3', 'Latest', '']);
  });

  it('an export of Items still has put rows after a FULL import', async () => {
    const datasetArn = await items();
    await importCsv(server, datasetArn, 'ITEM_ID,TITLE\n9,Nine\n');
    expect((await exported(server, datasetArn, 'ALL')).rows).toEqual([
      ['3', 'Put again', ''],
      ['9', 'Nine', ''],
    ]);
  });
});

it('an export of Users has the newest row of each id in the ingestion mode ALL', async () => {
  const datasetArn = await activeDataset(server, 'Users');
  await importCsv(server, datasetArn, 'USER_ID,GENDER\nu,a\n');
  const users = [{ userId: 'u', properties: '{"GENDER":"b"}' }, { userId: 'v' }];
  await server.events.send(new PutUsersCommand({ datasetArn, users }));
  expect((await exported(server, datasetArn, 'ALL')).rows).toEqual([
    ['u', 'b'],
    ['v', ''],
  ]);
  expect((await exported(server, datasetArn, 'BULK')).rows).toEqual([['u', 'a']]);
});

it('an export has the numbers of PutItems, PutUsers and PutEvents as they were written', async () => {
  const written = '{"number": 9007199254740993, "decimal": 0.10000000000000000001}';
  const fields = (id: string) => [
    { name: id, type: 'string' },
    { name: 'NUMBER', type: 'long' },
    { name: 'DECIMAL', type: 'double' },
  ];
  const items = await activeDataset(server, 'Items', { fields: fields('ITEM_ID') });
  const users = await activeDataset(server, 'Users', { fields: fields('USER_ID') });
  const interactions = await activeDataset(server, 'Interactions', {
    fields: [...schemas.Interactions, ...fields('NUMBER').slice(1)],
  });
  const trackingId = await activeTracker(server, interactions);
  const itemList = [{ itemId: '1', properties: written }];
  await server.events.send(new PutItemsCommand({ datasetArn: items, items: itemList }));
  await server.events.send(new PutUsersCommand({ datasetArn: users, users: [{ userId: '1', properties: written }] }));
  const event = { eventType: 'e', itemId: 'i', sentAt: new Date(1000), properties: written };
  await server.events.send(new PutEventsCommand({ trackingId, sessionId: 's', userId: 'u', eventList: [event] }));
  for (const datasetArn of [items, users, interactions]) {
    const { rows } = await exported(server, datasetArn);
    expect(rows[0]?.slice(-2)).toEqual(['9007199254740993', '0.10000000000000000001']);
  }
});

describe('an export of Interactions', () => {
  async function interactions(): Promise<{ datasetArn: string; trackingId: string }> {
    const datasetArn = await activeDataset(server, 'Interactions');
    return { datasetArn, trackingId: await activeTracker(server, datasetArn) };
  }

  const event = { eventType: 'click', itemId: 'i', sentAt: new Date(1_700_000_000_900) };

  it.each([
    ['an unknown tracker', { trackingId: 'none' }, event, 'Tracking id none'],
    ['no item', {}, { ...event, itemId: undefined }, 'Field ITEM_ID: it is empty'],
    ['properties that are not JSON', {}, { ...event, properties: 'x' }, 'not JSON'],
    ['properties that are a list', {}, { ...event, properties: '[]' }, 'not a JSON object'],
    ['an unknown property', {}, { ...event, properties: '{"colour":1}' }, 'Property colour has no field'],
    ['a nested property', {}, { ...event, properties: '{"eventType":{}}' }, 'must be text, a number or a boolean'],
  ])('PutEvents refuses a request with %s, and an export has none of its events', async (_, change, wrong, message) => {
    const { datasetArn, trackingId } = await interactions();
    const input = { trackingId, sessionId: 's', userId: 'u', eventList: [event, wrong], ...change };
    await expect(server.events.send(new PutEventsCommand(input))).rejects.toMatchObject({
      name: 'InvalidInputException',
      message: expect.stringContaining(message),
    });
    expect((await exported(server, datasetArn)).rows).toEqual([]);
  });

  const click = ['u', 'i', 'click', '', '1700000000'];
  const valuedClick = ['u', 'i', 'click', '0.5', '1700000000'];
  const watch = ['u', 'i', 'watch', '', '1700000000'];
  it.each([
    ['BULK', [click, watch]],
    ['PUT', [click, valuedClick]],
    ['ALL', [click, valuedClick, watch]],
  ] as const)('an export of Interactions in the ingestion mode %s has every distinct event', async (mode, rows) => {
    const { datasetArn, trackingId } = await interactions();
    const row = (type: string) => `u,i,${type},1700000000\n`;
    const csv = `USER_ID,ITEM_ID,EVENT_TYPE,TIMESTAMP\n${row('click')}${row('watch')}${row('click')}`;
    await importCsv(server, datasetArn, csv);
    const valued = { ...event, eventValue: 0.5, properties: '{}' };
    const input = { trackingId, sessionId: 's', userId: 'u', eventList: [event, event, valued] };
    await server.events.send(new PutEventsCommand(input));
    expect((await exported(server, datasetArn, mode)).rows).toEqual(rows);
  });

  it('an export of Interactions has an anonymous event once its session has a user', async () => {
    const { datasetArn, trackingId } = await interactions();
    const put = (sessionId: string, userId?: string) =>
      server.events.send(
        new PutEventsCommand({ trackingId, sessionId, userId, eventList: [{ ...event, itemId: sessionId }] }),
      );
    await put('one');
    await put('two');
    expect((await exported(server, datasetArn)).rows).toEqual([]);
    await put('one', 'u');
    expect((await exported(server, datasetArn)).rows).toEqual([['u', 'one', 'click', '', '1700000000']]);
  });

  it('PutItems accepts only an Items dataset that exists', async () => {
    const { datasetArn } = await interactions();
    await expect(putItem(datasetArn, '1')).rejects.toMatchObject({ name: 'InvalidInputException' });
    await expect(putItem(`${datasetArn}X`, '1')).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      $metadata: { httpStatusCode: 404 },
    });
  });
});

it('an export has any text as it was imported', async () => {
  const datasetArn = await activeDataset(server, 'Items');
  const awkward = fc.constantFrom(
    '"',
    ',',
    '\n',
    '\r',
    '\r\n',
    ' ',
    '\t',
    "'",
    '\uFEFF',
    'é',
    '日本',
    '😀',
    '|',
    '\\',
    '',
  );
  const text = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.array(awkward, { maxLength: 6 }).map((parts) => parts.join('')),
  );
  const titles = fc.array(text, { minLength: 1, maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(titles, async (values) => {
      const rows = values.map((title, index) => [`${index}`, title]);
      const csv = stringify([['ITEM_ID', 'TITLE'], ...rows], { quoted: true });
      expect(await importCsv(server, datasetArn, csv)).toMatchObject({ status: 'ACTIVE' });
      const { rows: back } = await exported(server, datasetArn, 'BULK');
      const byId = Object.fromEntries(back.map(([id = '', title]) => [id, title]));
      expect(rows.map(([id = '']) => byId[id])).toEqual(values);
    }),
    { numRuns: 12 },
  );
});

describe('an export', () => {
  let datasetArn: string;
  beforeAll(async () => {
    datasetArn = await activeDataset(server, 'Items');
  });

  it.each(['folder', 'folder/'])('an export writes below the path %s', async (folder) => {
    const base = uniqueName('path');
    const path = `s3://${bucket}/${base}/${folder}`;
    const job = await exportJob(server, datasetArn, { jobOutput: { s3DataDestination: { path } } });
    expect(job.jobOutput).toEqual({ s3DataDestination: { path } });
    const files = await objectsBelow(server, `${base}/`);
    expect(files).toEqual({ [`${base}/folder/${job.jobName}-part-00000.csv`]: 'ITEM_ID,TITLE,NUMBER_OF_RATINGS\n' });
  });

  it('an export fails if the bucket does not exist', async () => {
    const s3DataDestination = { path: 's3://no-such-bucket/x/' };
    expect(await exportJob(server, datasetArn, { jobOutput: { s3DataDestination } })).toMatchObject({
      status: 'CREATE FAILED',
      failureReason: 'The S3 bucket no-such-bucket does not exist.',
    });
  });
});
