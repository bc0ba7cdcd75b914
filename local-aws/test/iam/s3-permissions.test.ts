import { describe, expect, it } from 'vitest';
import { requiredPermissions } from '../../src/iam/required-permissions.ts';
import { S3_NEEDS } from '../../src/iam/s3-permissions.ts';
import { ACCOUNT } from '../../src/protocols/account.ts';
import { s3Service } from '../../src/s3/service.ts';

const key = 'arn:aws:kms:us-east-1:000000000000:key/1';
const bucket = 'arn:aws:s3:::b';
const object = `${bucket}/k`;
const place = { ...ACCOUNT, keyOf: (arn: string) => (arn === bucket ? key : undefined) };

function needs(operation: string, input: Record<string, unknown>) {
  const caller = { accessKeyId: 'x', accountId: ACCOUNT.accountId, region: ACCOUNT.region };
  return requiredPermissions({ service: 's3', operation, input: { Bucket: 'b', Key: 'k', ...input }, caller }, place);
}

it('the permissions of every operation that the local S3 implements are known', () => {
  const { operationNames } = s3Service({ ...ACCOUNT, folder: '' });
  expect(Object.keys(S3_NEEDS).toSorted()).toEqual(operationNames.toSorted());
});

it('an operation without known permissions is refused', () => {
  const unknown = expect.objectContaining({ name: 'NotImplemented', statusCode: 501 });
  expect(() => needs('PutObjectAcl', {})).toThrow(unknown);
});

describe('the permissions of S3 operations', () => {
  const Source = { Bucket: 'other', Key: 'from' };
  const source = 'arn:aws:s3:::other/from';
  it.each<[operation: string, input: Record<string, unknown>, needed: string[]]>([
    ['GetObject', {}, [`s3:GetObject ${object}`, `kms:Decrypt ${key}`]],
    ['HeadObject', { VersionId: '1' }, [`s3:GetObjectVersion ${object}`, `kms:Decrypt ${key}`]],
    [
      'GetObjectAttributes',
      { VersionId: '1' },
      [`s3:GetObjectVersion ${object}`, `kms:Decrypt ${key}`, `s3:GetObjectVersionAttributes ${object}`],
    ],
    ['PutObject', {}, [`s3:PutObject ${object}`, `kms:GenerateDataKey ${key}`]],
    [
      'PutObject',
      { Tagging: 'a=1', SSEKMSKeyId: 'own' },
      [`s3:PutObject ${object}`, 'kms:GenerateDataKey own', `s3:PutObjectTagging ${object}`],
    ],
    ['CopyObject', { Source }, [`s3:PutObject ${object}`, `kms:GenerateDataKey ${key}`, `s3:GetObject ${source}`]],
    [
      'UploadPartCopy',
      { Source: { ...Source, VersionId: '1' } },
      [`s3:PutObject ${object}`, `kms:Decrypt ${key}`, `kms:GenerateDataKey ${key}`, `s3:GetObjectVersion ${source}`],
    ],
    ['DeleteObject', {}, [`s3:DeleteObject ${object}`]],
    ['DeleteObject', { VersionId: '1' }, [`s3:DeleteObjectVersion ${object}`]],
    [
      'DeleteObjects',
      { Delete: { Objects: [{ Key: 'a' }, { Key: 'b', VersionId: '1' }] } },
      [`s3:DeleteObject ${bucket}/a`, `s3:DeleteObjectVersion ${bucket}/b`],
    ],
    ['GetObjectTagging', { VersionId: '1' }, [`s3:GetObjectVersionTagging ${object}`]],
    ['PutObjectTagging', {}, [`s3:PutObjectTagging ${object}`]],
    ['DeleteObjectTagging', {}, [`s3:DeleteObjectTagging ${object}`]],
    ['ListObjectVersions', {}, [`s3:ListBucketVersions ${bucket}`]],
    ['ListMultipartUploads', {}, [`s3:ListBucketMultipartUploads ${bucket}`]],
    ['PutBucketVersioning', {}, [`s3:PutBucketVersioning ${bucket}`]],
    ['DeleteBucketTagging', {}, [`s3:PutBucketTagging ${bucket}`]],
    ['ListBuckets', {}, ['s3:ListAllMyBuckets *']],
  ])('the operation %s with %j needs the permissions %j', (operation, input, needed) => {
    expect(needs(operation, input).map(({ action, resource }) => `${action} ${resource}`)).toEqual(needed);
  });

  it('a policy receives the prefix and the delimiter of a list', () => {
    const [permission] = needs('ListObjectsV2', { Prefix: 'a/', Delimiter: '/' });
    expect(permission?.context).toEqual({ 's3:prefix': 'a/', 's3:delimiter': '/' });
  });
});
