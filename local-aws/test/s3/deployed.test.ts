import {
  CopyObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientConfig } from '../../src/protocols/account.ts';
import type { Template } from '../../src/stack/template.ts';
import { startStack } from '../stack.ts';

const Bucket = 'deployed';
const roleArn = 'arn:aws:iam::000000000000:role/reader';
const trust = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};

const template: Template = {
  Resources: {
    Bucket: {
      Type: 'AWS::S3::Bucket',
      Properties: {
        BucketName: Bucket,
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [
            {
              BucketKeyEnabled: true,
              ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: 'alias/aws/s3' },
            },
          ],
        },
        VersioningConfiguration: { Status: 'Enabled' },
      },
    },
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        RoleName: 'reader',
        AssumeRolePolicyDocument: trust,
        Policies: [
          {
            PolicyName: 'Read',
            PolicyDocument: {
              Version: '2012-10-17',
              Statement: [
                { Effect: 'Allow', Action: 's3:GetObject', Resource: `arn:aws:s3:::${Bucket}/allowed/*` },
                { Effect: 'Allow', Action: 's3:DeleteObject', Resource: `arn:aws:s3:::${Bucket}/allowed/*` },
                { Effect: 'Allow', Action: 's3:PutObject', Resource: `arn:aws:s3:::${Bucket}/copies/*` },
              ],
            },
          },
        ],
      },
    },
  },
};

let aws: Awaited<ReturnType<typeof startStack>>;
let asAdministrator: S3Client;
let asReader: S3Client;
let VersionId: string | undefined;

beforeAll(async () => {
  aws = await startStack({ template });
  const config = { ...clientConfig(aws.environment), forcePathStyle: true, maxAttempts: 1 };
  asAdministrator = new S3Client(config);
  const credentials = aws.authorization.credentialsFor({ roleArn, sessionName: 'test' });
  asReader = new S3Client({ ...config, credentials });
  ({ VersionId } = await asAdministrator.send(new PutObjectCommand({ Bucket, Key: 'allowed/x', Body: 'x' })));
  await asAdministrator.send(new PutObjectCommand({ Bucket, Key: 'secret', Body: 'secret' }));
});

afterAll(() => aws.stop());

it('a deployed bucket has the versioning and the default encryption of the template', async () => {
  expect(await asAdministrator.send(new HeadObjectCommand({ Bucket, Key: 'allowed/x' }))).toMatchObject({
    VersionId,
    ServerSideEncryption: 'aws:kms',
    SSEKMSKeyId: 'alias/aws/s3',
    BucketKeyEnabled: true,
  });
});

describe('a role', () => {
  const copy = (key: string, from: string) =>
    new CopyObjectCommand({ Bucket, Key: key, CopySource: `${Bucket}/${from}` });

  it('a role may do what its policy allows', async () => {
    const { Body } = await asReader.send(new GetObjectCommand({ Bucket, Key: 'allowed/x' }));
    expect(await Body?.transformToString()).toBe('x');
    await asReader.send(copy('copies/x', 'allowed/x'));
  });

  it.each<[what: string, send: () => Promise<unknown>, action: string]>([
    ['read another object', () => asReader.send(new GetObjectCommand({ Bucket, Key: 'secret' })), 's3:GetObject'],
    [
      'read a version',
      () => asReader.send(new GetObjectCommand({ Bucket, Key: 'allowed/x', VersionId })),
      's3:GetObjectVersion',
    ],
    [
      'read tags',
      () => asReader.send(new GetObjectTaggingCommand({ Bucket, Key: 'allowed/x' })),
      's3:GetObjectTagging',
    ],
    ['list versions', () => asReader.send(new ListObjectVersionsCommand({ Bucket })), 's3:ListBucketVersions'],
    ['copy an object that it may not read', () => asReader.send(copy('copies/x', 'secret')), 's3:GetObject'],
    ['copy over an object', () => asReader.send(copy('secret', 'allowed/x')), 's3:PutObject'],
    [
      'put an object with tags',
      () => asReader.send(new PutObjectCommand({ Bucket, Key: 'copies/x', Body: '', Tagging: 'a=1' })),
      's3:PutObjectTagging',
    ],
    [
      'delete one more object in a batch',
      () =>
        asReader.send(
          new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'allowed/x' }, { Key: 'secret' }] } }),
        ),
      's3:DeleteObject',
    ],
  ])('a role may not %s', async (_, send, action) => {
    await expect(send()).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining(action),
      $metadata: { httpStatusCode: 403 },
    });
  });

  it('a role gets 501 for an operation that is not implemented', async () => {
    const acl = asReader.send(new PutObjectAclCommand({ Bucket, Key: 'allowed/x', ACL: 'private' }));
    await expect(acl).rejects.toMatchObject({ name: 'NotImplemented', $metadata: { httpStatusCode: 501 } });
  });

  it('a role is confined when it uses a presigned URL', async () => {
    const { accessKeyId } = aws.authorization.credentialsFor({ roleArn, sessionName: 'test' });
    const date = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
    const query = new URLSearchParams({
      'X-Amz-Credential': `${accessKeyId}/20300101/us-east-1/s3/aws4_request`,
      'X-Amz-Date': date,
      'X-Amz-Expires': '60',
      'X-Amz-Signature': 'x',
    });
    const status = async (key: string) =>
      (await fetch(`${aws.environment.AWS_ENDPOINT_URL}/${Bucket}/${key}?${query}`)).status;
    expect(await status('allowed/x')).toBe(200);
    expect(await status('secret')).toBe(403);
  });
});
