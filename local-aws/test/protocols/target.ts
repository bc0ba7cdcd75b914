import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { clientConfig } from '../../src/protocols/account.ts';
import { startStack } from '../stack.ts';

/** A local AWS with the object `object` in the bucket `kept`. Whoever starts it stops it. */
export async function startTarget() {
  const { environment, stop } = await startStack();
  const config = { ...clientConfig(environment), maxAttempts: 1 };
  const s3 = new S3Client({ ...config, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: 'kept' }));
  await s3.send(new PutObjectCommand({ Bucket: 'kept', Key: 'object', Body: 'kept' }));
  return { environment, config, s3, stop, port: Number(new URL(environment.AWS_ENDPOINT_URL ?? '').port) };
}
