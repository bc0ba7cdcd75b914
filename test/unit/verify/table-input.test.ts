import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exampleManifest } from '../../../scripts/manifest-docs.ts';
import type { Manifest } from '../../../src/verify/manifest.ts';
import { columnNames, tableInput, tableName, unreadableReason } from '../../../src/verify/table-input.ts';

const manifest = exampleManifest();

/** The example with other facts. */
const withFacts = (facts: Partial<Manifest['export']>): Manifest => ({
  ...manifest,
  export: { ...manifest.export, ...facts },
});
const [file = { name: 'part-0.csv', bytes: 1, rows: 1, etag: 'e' }] = manifest.export.files;

describe('the name of a table', () => {
  it.each([
    ['shop', 'shop_items_all'],
    ['My-Shop', 'my_shop_items_all'],
    ['2nd_shop', '2nd_shop_items_all'],
  ])('the name of a table for the dataset group %s is %s', (datasetGroup, name) => {
    expect(tableName({ datasetGroup, datasetType: 'ITEMS', ingestionMode: 'ALL' })).toBe(name);
  });

  it('the name of a table is valid for Glue and Athena, whatever the group and the type are called', () => {
    const text = fc.string({ maxLength: 50 });
    fc.assert(
      fc.property(text, text, fc.integer({ min: 1, max: 9 }), (datasetGroup, datasetType, times) => {
        const name = tableName({ datasetGroup: datasetGroup.repeat(times), datasetType, ingestionMode: 'ALL' });
        expect(name).toMatch(/^[a-z0-9_]{1,255}$/);
      }),
    );
  });

  it('the name of a table is cut to what Glue allows', () => {
    expect(tableName({ datasetGroup: 'g'.repeat(300), datasetType: 'ITEMS', ingestionMode: 'ALL' })).toHaveLength(255);
  });
});

describe('the names of columns', () => {
  it.each([
    [
      ['USER_ID', 'EVENT_TYPE'],
      ['user_id', 'event_type'],
    ],
    [
      ['a', 'A', 'a_2'],
      ['a', 'a_2', 'a_2_3'],
    ],
    [
      ['a b', 'a-b', ''],
      ['a_b', 'a_b_2', 'column'],
    ],
  ])('the names of the columns for %j are %j', (header, names) => {
    expect(columnNames(header)).toEqual(names);
  });

  it('the names of the columns are valid and differ, as many as the header has', () => {
    const text = fc.oneof(fc.string({ maxLength: 20 }), fc.constantFrom('a', 'A', 'a_2', 'a'.repeat(255)));
    fc.assert(
      fc.property(fc.array(text), (header) => {
        const names = columnNames(header);
        expect(names).toHaveLength(header.length);
        expect(new Set(names).size).toBe(header.length);
        for (const name of names) expect(name).toMatch(/^[a-z0-9_]{1,255}$/);
      }),
    );
  });
});

describe('the table of an export', () => {
  it('the table describes the folder, with a text column per column in the order of the header', () => {
    const { Name, TableType, StorageDescriptor } = tableInput(manifest);
    expect({ Name, TableType }).toEqual({ Name: 'shop_items_all', TableType: 'EXTERNAL_TABLE' });
    expect(StorageDescriptor?.Location).toBe(manifest.export.path);
    expect(StorageDescriptor?.Columns).toEqual([
      { Name: 'item_id', Type: 'string', Comment: 'text' },
      { Name: 'genres', Type: 'string', Comment: 'text' },
      { Name: 'price', Type: 'string', Comment: 'decimal' },
      { Name: 'creation_timestamp', Type: 'string', Comment: 'integer' },
    ]);
  });

  it('a table is read as CSV without its header', () => {
    const { Parameters, StorageDescriptor } = tableInput(manifest);
    expect(Parameters).toMatchObject({ classification: 'csv', 'skip.header.line.count': '1' });
    expect(StorageDescriptor?.SerdeInfo).toEqual({
      SerializationLibrary: 'org.apache.hadoop.hive.serde2.OpenCSVSerde',
      Parameters: { separatorChar: ',', quoteChar: '"', escapeChar: '\\' },
    });
  });

  it('a table says which export it has', () => {
    expect(tableInput(manifest).Parameters).toMatchObject({
      'personalizeExport.version': '1',
      'personalizeExport.datasetArn': manifest.export.datasetArn,
      'personalizeExport.datasetExportJobArn': manifest.export.datasetExportJobArn,
      'personalizeExport.createdAt': manifest.export.createdAt,
      'personalizeExport.manifest':
        's3://exports-bucket/manifests/shop/ITEMS/ALL/dt=2026-03-14/items-nightly-0f3c.json',
      'personalizeExport.rows': '2',
      'personalizeExport.contentHash': manifest.export.contentHash,
    });
  });
});

describe('an export that a table cannot describe', () => {
  it.each<[string, Partial<Manifest['export']>, RegExp]>([
    ['a line break inside a value', { rowsWithLineBreaks: 1_204 }, /^A line break inside a value .* 1,204 rows/],
    [
      'a line break inside a name',
      { files: [{ ...file, header: ['a', 'b\nc'] }] },
      /^A line break inside the name of a column/,
    ],
    [
      'columns in different orders',
      { files: [file, { ...file, header: [...(file.header ?? [])].reverse() }] },
      /^Columns in different orders/,
    ],
    [
      'names that only seem equal when they are joined',
      {
        files: [
          { ...file, header: ['a,b', 'c'] },
          { ...file, header: ['a', 'b,c'] },
        ],
      },
      /^Columns in different orders/,
    ],
  ])('a table cannot describe an export with %s', (_, facts, reason) => {
    expect(unreadableReason(withFacts(facts))).toMatch(reason);
  });

  it('a table can describe several files that have the same header', () => {
    expect(unreadableReason(withFacts({ files: [file, file] }))).toBeUndefined();
  });
});
