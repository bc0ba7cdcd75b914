import { HeadObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { checkFiles, differenceOf } from '../../../../cli/restore/check-files.ts';
import { assertTogether } from '../../../../cli/restore/options.ts';
import { isEqualSchema, restoredSchema, restoreNames } from '../../../../cli/restore/restored-schema.ts';
import { mocked } from '../../../mocked.ts';
import { manifestOfFiles, manifestWith } from './builders.ts';

const s3 = mocked(S3Client);
const client = new S3Client({ region: 'eu-west-1', maxAttempts: 1 });
const [file] = manifestWith().export.files;
if (!file) throw new Error('The example has no file.');
const failing = (status: number) => Object.assign(new Error('?'), { $metadata: { httpStatusCode: status } });

describe('differenceOf', () => {
  const checksum = { ChecksumCRC64NVME: 'n0rfwIUUhRk=', ChecksumType: 'FULL_OBJECT' as const };
  it.each([
    ['the ETag', { ContentLength: 104, ETag: '"9b2cf535f27731c974343645a3985328"' }],
    ['the checksum, where the ETag differs', { ContentLength: 104, ETag: '"x"', ...checksum }],
  ])('differenceOf accepts a file by %s', (_, head) => {
    expect(differenceOf(file, head)).toBeUndefined();
  });

  it.each([
    ['another size', { ContentLength: 105, ETag: `"${file.etag}"` }, /105 bytes, and the manifest says 104/],
    ['another ETag and no checksum', { ContentLength: 104, ETag: '"x"' }, /ETag x.*CRC64NVME is missing/],
    ['another checksum', { ContentLength: 104, ETag: '"x"', ...checksum, ChecksumCRC64NVME: 'y' }, /CRC64NVME is y/],
    [
      'a checksum of another type',
      { ContentLength: 104, ETag: '"x"', ...checksum, ChecksumType: 'COMPOSITE' as const },
      /ETag x/,
    ],
  ])('differenceOf refuses a file with %s', (_, head, says) => {
    expect(differenceOf(file, head)).toMatch(says);
  });
});

describe('checkFiles', () => {
  it.each([
    [404, /does not exist/],
    [403, /s3:GetObject/],
    [301, /another region/],
  ])('checkFiles explains the status %i of a file', async (status, says) => {
    s3.on(HeadObjectCommand).rejects(failing(status));
    expect((await checkFiles(manifestWith(), client)).faults.join()).toMatch(says);
  });

  it('checkFiles fails when S3 fails, instead of calling the file different', async () => {
    s3.on(HeadObjectCommand).rejects(failing(503));
    await expect(checkFiles(manifestWith(), client)).rejects.toThrow();
  });

  it('checkFiles names objects beside the files of the manifest', async () => {
    const manifest = manifestOfFiles(['a.csv', 'b.csv']);
    const { prefix } = { prefix: 'exports/shop/ITEMS/dt=2026-03-14/items-nightly-0f3c/' };
    s3.on(HeadObjectCommand).resolves({ ContentLength: 104, ETag: file.etag });
    s3.on(ListObjectsV2Command).resolves({
      Contents: [prefix, `${prefix}a.csv`, `${prefix}b.csv`, `${prefix}_CHECK`].map((Key) => ({ Key })),
    });
    expect((await checkFiles(manifest, client)).strangers).toEqual([`s3://exports-bucket/${prefix}_CHECK`]);
  });
});

describe('restoredSchema', () => {
  it('restoredSchema keeps the text of a schema that has the order of the header', () => {
    const manifest = manifestWith();
    expect(restoredSchema(manifest).schema).toBe(manifest.export.schema);
  });

  it('restoredSchema takes the order of the header', () => {
    const { columns: original } = restoredSchema(manifestWith());
    // The first field keeps its place.
    const header = [original[0] ?? '', ...original.slice(1).reverse()];
    const { schema, columns } = restoredSchema(manifestOfFiles(['a.csv'], [header]));
    expect(JSON.parse(schema).fields.map(({ name }: { name: string }) => name)).toEqual(header);
    expect(columns).toEqual(header);
  });

  it.each(['', '[]', '{}', '{"fields": [1]}'])('restoredSchema refuses %j as a schema', (schema) => {
    expect(() => restoredSchema(manifestWith({ schema }))).toThrow(/not an Avro record/);
  });
});

describe('isEqualSchema', () => {
  const restored = { schema: '{"a": 1, "fields": [1, 2]}', columns: [] };
  it.each([
    [true, { schema: '{"fields":[1,2],"a":1}' }],
    [false, { schema: '{"fields":[2,1],"a":1}' }],
    [false, { schema: '{"fields":[1,2],"a":1}', domain: 'ECOMMERCE' }],
    [false, {}],
  ])('isEqualSchema gives %s for %j', (expected, schema) => {
    expect(isEqualSchema(schema, restored)).toBe(expected);
  });
});

describe('restoreNames', () => {
  it('restoreNames fits a long name of a group into 63 characters', () => {
    const manifest = manifestWith();
    const names = restoreNames(manifest, restoredSchema(manifest), 'g'.repeat(63));
    for (const name of Object.values(names)) expect(name).toMatch(/^[a-zA-Z0-9][\w-]{0,62}$/);
  });

  it('restoreNames names the import by what is left out', () => {
    const manifest = manifestWith();
    const jobs = ['', 'one', 'two'].map(
      (excluded) => restoreNames(manifest, restoredSchema(manifest), 'g', excluded).importJob,
    );
    expect(new Set(jobs).size).toBe(3);
  });
});

describe('assertTogether', () => {
  const manifest = 'm.json';
  const datasetGroupArn = 'arn:aws:personalize:eu-west-1:123456789012:dataset-group/a';
  it.each([
    [{}, /not none/],
    [{ group: 'a', datasetGroupArn }, /not both/],
    [{ group: 'a', kmsKeyArn: 'k', unencrypted: true }, /not both/],
    [{ datasetGroupArn, unencrypted: true }, /for a new dataset group/],
    [{ group: 'a', excludeUsers: 'f' }, /needs --staging/],
  ])('assertTogether refuses %j', (options, says) => {
    expect(() => assertTogether({ manifest, ...options })).toThrow(says);
  });
});
