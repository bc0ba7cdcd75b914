import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { DemoDataset } from '../../../demo/data.ts';
import { withOwnFile } from '../../../demo/own-files.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'own-files-'));
  file = join(folder, 'own.csv');
});
afterEach(() => rm(folder, { recursive: true }));

const datasetOf = (datasetType: DemoDataset['datasetType']): DemoDataset => ({ datasetType, schema: {}, csv: '' });

it('withOwnFile leaves a dataset without a file of the user as it is', async () => {
  const dataset = datasetOf('Items');
  expect(await withOwnFile(dataset, { users: file })).toBe(dataset);
});

it.each([
  ['a byte order mark', '\uFEFFITEM_ID,GENRES,TITLE\n1,a,b\n'],
  ['the line ends of Windows', 'ITEM_ID,GENRES,TITLE\r\n1,a,b\r\n'],
  ['a header alone', 'ITEM_ID,GENRES,TITLE'],
])('withOwnFile makes a schema for the columns of a file with %s', async (_, content) => {
  await writeFile(file, content);
  expect(await withOwnFile(datasetOf('Items'), { items: file })).toMatchObject({
    file,
    schema: {
      name: 'Items',
      fields: [
        { name: 'ITEM_ID', type: 'string' },
        { name: 'GENRES', type: ['null', 'string'], categorical: true },
        { name: 'TITLE', type: ['null', 'string'] },
      ],
    },
  });
});

it.each<[what: string, option: 'interactions' | 'users' | 'items', content: string | Buffer, reason: string]>([
  ['lacks columns', 'interactions', 'userId,movieId\n', 'lacks USER_ID, ITEM_ID, TIMESTAMP; it has userId, movieId.'],
  ['has semicolons', 'items', 'ITEM_ID;TITLE\n1;One\n', 'separated by semicolons; they must be separated by commas.'],
  ['has a first column without a name', 'items', ',ITEM_ID\n0,1\n', 'column 1, which has no name.'],
  ['has a comma at the end', 'items', 'ITEM_ID,TITLE,\n1,One,\n', 'column 3, which has no name.'],
  ['has an invisible character', 'items', 'ITEM_ID,\u200bTITLE\n', 'column 2, "\\u{200b}TITLE".'],
  ['is in UTF-16', 'items', Buffer.from('\uFEFFITEM_ID,TITLE\n', 'utf16le'), 'not encoded in UTF-8.'],
  ['has no comma between quotes', 'users', '"USER_ID"NAME\n', 'Invalid Closing Quote'],
  ['is empty', 'users', '', 'is empty.'],
])('withOwnFile names the option and the file when a file %s', async (_, option, content, reason) => {
  await writeFile(file, content);
  const type = { interactions: 'Interactions', users: 'Users', items: 'Items' } as const;
  const error = await withOwnFile(datasetOf(type[option]), { [option]: file }).catch((thrown: Error) => thrown.message);
  expect(error).toMatch(`--${option} ${file}: `);
  expect(error).toContain(reason);
});

it.each([
  ['a file that does not exist', 'none.csv', 'ENOENT'],
  ['a folder', '.', 'EISDIR'],
])('withOwnFile names the option of %s', async (_, path, code) => {
  const items = join(folder, path);
  await expect(withOwnFile(datasetOf('Items'), { items })).rejects.toThrow(
    `--items ${items}: The file can't be read (${code})`,
  );
});
