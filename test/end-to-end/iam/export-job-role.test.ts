import { CopyObjectCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { clientConfig } from 'local-aws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { arn, type Deployment, deploy } from '../../deployment.ts';

// What an export job of Personalize may do with the role of the deployment.
let deployment: Deployment;
let bucket: string;
const exported = { Key: 'exports/shop/USERS/users.csv' };

beforeAll(async () => {
  deployment = await deploy();
  bucket = String(deployment.aws.environment.EXPORT_BUCKET);
  await deployment.s3.send(new PutObjectCommand({ Bucket: bucket, ...exported, Body: 'USER_ID\n' }));
});
afterAll(() => deployment?.close());

describe('an export job', () => {
  const session = () => {
    const { environment, authorization } = deployment.aws;
    const jobArn = arn('personalize', 'dataset-export-job/job');
    const credentials = authorization.credentialsFor({
      roleArn: String(environment.PERSONALIZE_ROLE_ARN),
      sessionName: 'job',
      forService: { service: 'personalize.amazonaws.com', sourceArn: jobArn },
    });
    return new S3Client({ ...clientConfig(environment), credentials, forcePathStyle: true });
  };
  const put = (Bucket: string, Key: string) => session().send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));

  it('an export job may write exports', async () => {
    await expect(put(bucket, 'exports/users.csv')).resolves.toBeDefined();
  });

  it.each([
    ['write request files', 'requests/x.json'],
    ['write outside the folder of exports', 'exports-of-others/x.csv'],
  ])('an export job may not %s', async (_, key) => {
    await expect(put(bucket, key)).rejects.toThrow('because no identity-based policy allows');
  });

  it('an export job may not write to another bucket', async () => {
    await expect(put('another', 'users.csv')).rejects.toThrow('because no identity-based policy allows');
  });

  it('an export job may not read exports', async () => {
    await expect(session().send(new GetObjectCommand({ Bucket: bucket, ...exported }))).rejects.toThrow(
      'because no identity-based policy allows the s3:GetObject action',
    );
  });

  it('an export job may not copy exports', async () => {
    const request = { Bucket: bucket, Key: 'exports/copy.csv', CopySource: `${bucket}/${exported.Key}` };
    await expect(session().send(new CopyObjectCommand(request))).rejects.toThrow('s3:GetObject on resource: ');
  });

  it('an export job may not use another key', async () => {
    const SSEKMSKeyId = arn('kms', 'key/another');
    const request = { Bucket: bucket, Key: 'exports/x.csv', Body: 'x', ServerSideEncryption: 'aws:kms', SSEKMSKeyId };
    await expect(session().send(new PutObjectCommand(request as never))).rejects.toThrow('kms:GenerateDataKey');
  });
});
