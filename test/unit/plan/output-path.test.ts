import { describe, expect, it } from 'vitest';
import { InvalidRequestError } from '../../../src/lambda/errors.ts';
import { defaultOutputPath, requestedFolder, requestedOutputPath } from '../../../src/plan/output-path.ts';
import { now } from '../builders.ts';

const run = { datasetGroup: 'shop', datasetType: 'ITEMS', jobName: 'items-run-1', startedAt: now };

/** A path so long that the folder has exactly `length` characters. */
const pathOfLength = (bucket: string, length: number) => `s3://${bucket}/`.padEnd(length, 'k');

describe('the default output path', () => {
  it.each([
    ['exports', 's3://bucket/exports/shop/ITEMS/dt=2026-03-14/items-run-1/'],
    ['a/b', 's3://bucket/a/b/shop/ITEMS/dt=2026-03-14/items-run-1/'],
    ['', 's3://bucket/shop/ITEMS/dt=2026-03-14/items-run-1/'],
  ])('the default output path below the prefix %j is %s', (keyPrefix, path) => {
    expect(defaultOutputPath({ bucket: 'bucket', keyPrefix }, run)).toBe(path);
  });

  it('the default output path has the date on which the execution started, in UTC', () => {
    const late = { ...run, startedAt: '2026-12-31T23:59:59.999Z' };
    expect(defaultOutputPath({ bucket: 'bucket', keyPrefix: 'x' }, late)).toContain('/dt=2026-12-31/');
  });

  it('the default output path may have 256 characters; if it is longer, the message says which setting to shorten', () => {
    const rest = defaultOutputPath({ bucket: 'bucket', keyPrefix: 'k' }, run).length - 1;
    const longest = { bucket: 'bucket', keyPrefix: 'k'.repeat(256 - rest) };
    expect(defaultOutputPath(longest, run)).toHaveLength(256);
    const tooLong = { bucket: 'bucket', keyPrefix: 'k'.repeat(257 - rest) };
    expect(() => defaultOutputPath(tooLong, run)).toThrow(InvalidRequestError);
    expect(() => defaultOutputPath(tooLong, run)).toThrow(
      /^jobOutput\.s3DataDestination\.path: .* has 257 characters; at most 256 are allowed\. .*exportKeyPrefix/,
    );
  });
});

describe('the output path of a request', () => {
  const deployment = { bucket: 'bucket', keyPrefix: 'exports' };
  const outputPath = (path: string, datasetType?: string, own = deployment) =>
    requestedOutputPath(requestedFolder(path, datasetType), own, run);

  it.each([
    ['s3://other/folder', 's3://other/folder/'],
    ['s3://other/folder/', 's3://other/folder/'],
    ['s3://other/folder///', 's3://other/folder/'],
    ['s3://other', 's3://other/'],
    ['https://other.s3.amazonaws.com/folder', 'https://other.s3.amazonaws.com/folder/'],
    ['s3://bucket/exports/folder', 's3://bucket/exports/folder/'],
    ['https://bucket.s3.amazonaws.com/exports/folder', 's3://bucket/exports/folder/'],
    ['https://bucket.s3.eu-west-1.amazonaws.com/exports/a%20b', 's3://bucket/exports/a b/'],
    ['https://s3.eu-west-1.amazonaws.com/bucket/exports/folder', 's3://bucket/exports/folder/'],
    ['https://s3-eu-west-1.amazonaws.com/bucket/exports/folder', 's3://bucket/exports/folder/'],
    ['https://BUCKET.s3.amazonaws.com/exports/%', 's3://bucket/exports/%/'],
  ])('the output path %s becomes the folder %s', (path, folder) => {
    expect(outputPath(path)).toBe(folder);
  });

  it('the output path gets a subfolder for each dataset of a group', () => {
    expect(outputPath('s3://other/folder', 'USERS')).toBe('s3://other/folder/USERS/');
  });

  it.each([
    ['s3://other/{date}/', 's3://other/2026-03-14/'],
    ['s3://other/{date}T{time}', 's3://other/2026-03-14T09-00-00/'],
    ['s3://bucket/exports/nightly/{jobName}', 's3://bucket/exports/nightly/items-run-1/'],
    ['s3://{jobName}/{jobName}/{}', undefined],
    ['s3://other/{Date}/', undefined],
    ['s3://other/{constructor}/', undefined],
  ])('the output path %s with its placeholders filled in is %s', (path, folder) => {
    if (folder) expect(outputPath(path)).toBe(folder);
    else expect(() => outputPath(path)).toThrow(/is not a placeholder\. Use \{date\}, \{time\} or \{jobName\}\.$/);
  });

  it.each([
    's3://bucket',
    's3://bucket/',
    's3://bucket/exports',
    's3://bucket/exports/',
    's3://bucket/exports-2/folder',
    's3://bucket/requests/folder',
    's3://bucket/manifests/shop/',
    's3://bucket//exports/folder',
    's3://bucket/exports//folder',
    's3://bucket/exports/../requests/folder',
    's3://bucket/exports/./folder',
    'https://bucket.s3.amazonaws.com/requests/',
    'https://bucket.s3.amazonaws.com/exports/%2e%2e/requests/',
    'https://bucket.s3.amazonaws.com/exports%2F..%2Frequests/',
    'https://bucket.s3.eu-west-1.amazonaws.com/folder',
    'https://bucket.s3-accelerate.amazonaws.com/folder',
    'https://s3.eu-west-1.amazonaws.com/bucket/requests/deeper',
  ])(
    "the output path %s is refused, because it is in the deployment's bucket, but not in a folder below its prefix",
    (path) => {
      expect(() => outputPath(path)).toThrow(InvalidRequestError);
      expect(() => outputPath(path)).toThrow(/is not a folder below s3:\/\/bucket\/exports\/\./);
    },
  );

  it.each([
    's3://bucket-2/requests/',
    's3://other/manifests/',
    's3://other/requests/',
    'https://other.s3.amazonaws.com/requests/',
    'https://bucket.example.com/requests/',
    'https://bucket/requests/',
    'http://[/',
  ])("the output path %s is accepted, because it is not in the deployment's bucket", (path) => {
    expect(outputPath(path)).toBe(path);
  });

  it("a dot in a bucket's name does not match any character", () => {
    const path = 's3://my-bucket/folder/';
    const own = { ...deployment, bucket: 'my.bucket' };
    expect(outputPath(path, undefined, own)).toBe(path);
    expect(() => outputPath('s3://my.bucket/folder/', undefined, own)).toThrow('is not a folder below');
  });

  it.each(['s3://', 's3:///', 's3:////'])('the output path %s is refused, because it names no bucket', (path) => {
    expect(() => outputPath(path)).toThrow('names no bucket');
  });

  it.each([undefined, 'ITEMS'])(
    'the output path may have 256 characters, including the subfolder %s',
    (datasetType) => {
      const added = datasetType ? '/ITEMS/'.length : '/'.length;
      expect(outputPath(pathOfLength('other', 256 - added), datasetType)).toHaveLength(256);
      expect(() => outputPath(pathOfLength('other', 257 - added), datasetType)).toThrow(
        /^jobOutput\.s3DataDestination\.path: .* has 257 characters; at most 256 are allowed\. Give a shorter path\.$/,
      );
    },
  );

  it('the output path may have 256 characters with its placeholders filled in', () => {
    const path = pathOfLength('other', 250);
    expect(() => outputPath(`${path}{jobName}`)).toThrow(/ has 262 characters; at most 256 are allowed/);
  });
});
