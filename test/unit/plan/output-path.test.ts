import { describe, expect, it } from 'vitest';
import { InvalidRequestError } from '../../../src/lambda/errors.ts';
import { defaultOutputPath, requestedOutputPath } from '../../../src/plan/output-path.ts';
import { now } from '../builders.ts';

const run = { datasetGroup: 'shop', datasetType: 'ITEMS', jobName: 'items-run-1', startedAt: now };

/** A path so long that the folder has exactly `length` characters. */
const pathOfLength = (length: number) => `s3://bucket/${'k'.repeat(length - 's3://bucket/'.length)}`;

describe('the default output path', () => {
  it.each([
    ['exports', 's3://bucket/exports/shop/ITEMS/dt=2026-03-14/items-run-1/'],
    ['a/b', 's3://bucket/a/b/shop/ITEMS/dt=2026-03-14/items-run-1/'],
    ['', 's3://bucket/shop/ITEMS/dt=2026-03-14/items-run-1/'],
  ])('below the prefix %j is %s', (keyPrefix, path) => {
    expect(defaultOutputPath({ bucket: 'bucket', keyPrefix }, run)).toBe(path);
  });

  it('has the date on which the execution started, in UTC', () => {
    const late = { ...run, startedAt: '2026-12-31T23:59:59.999Z' };
    expect(defaultOutputPath({ bucket: 'bucket', keyPrefix: 'x' }, late)).toContain('/dt=2026-12-31/');
  });

  it('may have 256 characters; if it is longer, the message says which setting to shorten', () => {
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
  it.each([
    ['s3://other/folder', 's3://other/folder/'],
    ['s3://other/folder/', 's3://other/folder/'],
    ['s3://other/folder///', 's3://other/folder/'],
    ['s3://other', 's3://other/'],
    ['https://other.s3.amazonaws.com/folder', 'https://other.s3.amazonaws.com/folder/'],
  ])('%s becomes the folder %s', (path, folder) => {
    expect(requestedOutputPath(path, 'bucket')).toBe(folder);
  });

  it('gets a subfolder for each dataset of a group', () => {
    expect(requestedOutputPath('s3://other/folder', 'bucket', 'USERS')).toBe('s3://other/folder/USERS/');
  });

  it.each([
    's3://bucket/requests',
    's3://bucket/requests/',
    's3://bucket/requests/deeper/',
    's3://bucket//requests/',
    'https://bucket.s3.amazonaws.com/requests/',
    'https://bucket.s3.eu-west-1.amazonaws.com/requests',
    'https://s3.eu-west-1.amazonaws.com/bucket/requests/deeper',
  ])('%s is refused, because a file there starts an export', (path) => {
    expect(() => requestedOutputPath(path, 'bucket')).toThrow(InvalidRequestError);
    expect(() => requestedOutputPath(path, 'bucket')).toThrow(`${path} is under requests/`);
  });

  it.each(['s3://bucket/manifests', 's3://bucket/manifests/shop/'])(
    '%s is refused, because manifests are there',
    (path) => {
      expect(() => requestedOutputPath(path, 'bucket')).toThrow(InvalidRequestError);
      expect(() => requestedOutputPath(path, 'bucket')).toThrow(`${path} is under manifests/`);
    },
  );

  it.each([
    's3://bucket/requests-archive/',
    's3://bucket/exports/requests/',
    's3://bucket/exports/manifests/',
    's3://other/manifests/',
    's3://other/requests/',
    'https://other.s3.amazonaws.com/requests/',
    'https://bucket.example.com/requests/',
  ])('%s is accepted', (path) => {
    expect(requestedOutputPath(path, 'bucket')).toBe(path);
  });

  it('does not take the dots of a bucket name for any character', () => {
    const path = 's3://my-bucket/requests/';
    expect(requestedOutputPath(path, 'my.bucket')).toBe(path);
    expect(() => requestedOutputPath('s3://my.bucket/requests/', 'my.bucket')).toThrow('is under requests/');
  });

  it.each(['s3://', 's3:///', 's3:////'])('%s is refused, because it names no bucket', (path) => {
    expect(() => requestedOutputPath(path, 'bucket')).toThrow(`${path} names no bucket`);
  });

  it.each([undefined, 'ITEMS'])('may have 256 characters, including the subfolder %s', (datasetType) => {
    const added = datasetType ? '/ITEMS/'.length : '/'.length;
    expect(requestedOutputPath(pathOfLength(256 - added), 'b', datasetType)).toHaveLength(256);
    expect(() => requestedOutputPath(pathOfLength(257 - added), 'b', datasetType)).toThrow(
      /^jobOutput\.s3DataDestination\.path: .* has 257 characters; at most 256 are allowed\. Give a shorter path\.$/,
    );
  });
});
