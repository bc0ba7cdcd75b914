import { createHash, randomUUID } from 'node:crypto';
import { HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { ApiRequest } from '../protocols/api-request.ts';
import type { EventBridgeEvent } from '../protocols/eventbridge-event.ts';

/** S3's operations after which an object is there, and the `reason` that the event gives. */
const REASONS: Record<string, string> = {
  PutObject: 'PutObject',
  CompleteMultipartUpload: 'CompleteMultipartUpload',
  CopyObject: 'CopyObject',
};

/** The `Object Created` event of a call that has been answered; `undefined` where it made no object, or in a bucket that
 * does not tell EventBridge. Source: Amazon S3 user guide, "EventBridge event message structure". */
export async function objectCreatedEvent(
  { service, operation, input, caller }: ApiRequest,
  buckets: readonly string[],
  s3: S3Client,
): Promise<EventBridgeEvent | undefined> {
  const { Bucket, Key } = input as { Bucket: string; Key: string };
  const reason = service === 's3' && Object.hasOwn(REASONS, operation) ? REASONS[operation] : undefined;
  if (!reason || !buckets.includes(Bucket)) return undefined;
  const head = await s3.send(new HeadObjectCommand({ Bucket, Key })).catch(() => undefined);
  if (!head) return undefined;
  const etag = head.ETag?.replaceAll('"', '') ?? '';
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Object Created',
    source: 'aws.s3',
    account: caller.accountId,
    time: new Date().toISOString().replace(/\.\d+/, ''),
    region: caller.region,
    resources: [`arn:aws:s3:::${Bucket}`],
    detail: {
      version: '0',
      'event-version': '1.0',
      bucket: { name: Bucket },
      object: {
        key: Key,
        size: head.ContentLength ?? 0,
        etag,
        ...(head.VersionId && { 'version-id': head.VersionId }),
        sequencer: createHash('sha256').update(`${Date.now()}`).digest('hex').slice(0, 18).toUpperCase(),
      },
      'request-id': randomUUID().slice(0, 16).toUpperCase(),
      requester: caller.accountId,
      'source-ip-address': '127.0.0.1',
      reason,
    },
  };
}
