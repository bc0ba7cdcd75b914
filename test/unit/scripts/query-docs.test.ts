import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { athenaView } from '../../../cli/view.ts';
import { exampleManifest } from '../../../scripts/manifest-docs.ts';
import { PAGE, redshiftCopy, withGenerated } from '../../../scripts/query-docs.ts';

it('the page about queries is written from the code as it is (npm run docs)', async () => {
  const page = await readFile(PAGE, 'utf8');
  expect(page).toContain('CREATE OR REPLACE VIEW');
  expect(withGenerated(page)).toBe(page);
});

it('the view casts each column to its type, and makes an empty field null', () => {
  expect(athenaView(exampleManifest(), 'exports').split('\n')).toEqual([
    'CREATE OR REPLACE VIEW "exports"."shop_items_all_typed" AS',
    'SELECT',
    `  nullif("item_id", '') AS "item_id",`,
    `  nullif("genres", '') AS "genres",`,
    `  try_cast(nullif("price", '') AS double) AS "price",`,
    `  try_cast(nullif("creation_timestamp", '') AS bigint) AS "creation_timestamp"`,
    'FROM "exports"."shop_items_all"',
  ]);
});

it('the view has the names of the columns of the table', () => {
  const manifest = exampleManifest();
  const [file] = manifest.export.files;
  if (file) file.header = ['ITEM_ID', 'item_id', 'a"; DROP TABLE x'];
  const view = athenaView(manifest, 'exports');
  for (const name of ['"item_id"', '"item_id_2"', '"a___drop_table_x"']) expect(view).toContain(`AS ${name}`);
});

it('the table of Redshift has the columns of the manifest in their order', () => {
  const [create = ''] = redshiftCopy(exampleManifest(), 'items', 's3://b/m.json').split(';');
  expect(create.split('\n').slice(1, -1)).toEqual([
    '  "item_id" varchar(max),',
    '  "genres" varchar(max),',
    '  "price" double precision,',
    '  "creation_timestamp" bigint',
  ]);
});
