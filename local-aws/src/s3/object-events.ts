import { randomUUID } from 'node:crypto';
import type { EventBridgeEvent } from '../protocols/eventbridge-event.ts';
import { type CreatedObject, type S3Request, shownVersionId } from './store.ts';

/** @param reason the operation that created the object
 * Source: Amazon S3 user guide, "EventBridge event message structure". */
export function objectCreatedEvent(
  { bucket, object, sequencer }: CreatedObject,
  reason: string,
  { caller, requestId }: Pick<S3Request, 'caller' | 'requestId'>,
): EventBridgeEvent {
  const versionId = shownVersionId(bucket, object);
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Object Created',
    source: 'aws.s3',
    account: caller.accountId,
    time: new Date().toISOString().replace(/\.\d+/, ''),
    region: caller.region,
    resources: [`arn:aws:s3:::${bucket.name}`],
    detail: {
      version: '0',
      'event-version': '1.0',
      bucket: { name: bucket.name },
      object: {
        key: object.key,
        size: object.length,
        etag: object.etag,
        ...(versionId !== undefined && versionId !== 'null' && { 'version-id': versionId }),
        sequencer,
      },
      'request-id': requestId,
      requester: caller.accountId,
      'source-ip-address': '127.0.0.1',
      reason,
    },
  };
}
