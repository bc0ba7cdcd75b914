import type { Constraints } from '../protocols/check-input.ts';

const name = { min: 1, max: 63, pattern: String.raw`^[a-zA-Z0-9][a-zA-Z0-9\-_]*` };
const arn = { max: 256, pattern: String.raw`arn:([a-z\d-]+):personalize:.*:.*:.+` };
const s3Location = { max: 256, pattern: '(s3|http|https)://.+' };
const tag = String.raw`^([\p{L}\p{Z}\p{N}_.:/=+\-@]*)$`;
const id = { min: 1, max: 256 };
const UP_TO_10 = { min: 1, max: 10 };

/** The constraints in the models of Amazon Personalize's API (2018-05-22) and its events API (2018-03-22). The SDK's schemas do
 * not have them. */
export const constraints: Constraints = {
  name,
  jobName: name,
  schemaArn: arn,
  datasetGroupArn: arn,
  datasetArn: arn,
  datasetImportJobArn: arn,
  datasetExportJobArn: arn,
  eventTrackerArn: arn,
  resourceArn: arn,
  roleArn: { max: 256, pattern: String.raw`arn:([a-z\d-]+):iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+` },
  kmsKeyArn: { max: 2048, pattern: 'arn:aws.*:kms:.*:[0-9]{12}:key/.*' },
  schema: { max: 20_000 },
  domain: { values: ['ECOMMERCE', 'VIDEO_ON_DEMAND'] },
  datasetType: { max: 256, pattern: '^[A-Za-z_]+$' },
  dataLocation: s3Location,
  path: s3Location,
  importMode: { values: ['FULL', 'INCREMENTAL'] },
  ingestionMode: { values: ['BULK', 'PUT', 'ALL'] },
  nextToken: { max: 1500, pattern: String.raw`\p{ASCII}{0,1500}` },
  maxResults: { min: 1, max: 100 },
  tags: { min: 0, max: 200 },
  tagKey: { min: 1, max: 128, pattern: tag },
  tagValue: { min: 0, max: 256, pattern: tag },
  tagKeys: { min: 0, max: 200 },
  'tagKeys.member': { min: 1, max: 128, pattern: tag },

  trackingId: id,
  sessionId: id,
  userId: id,
  itemId: id,
  eventId: id,
  eventType: id,
  eventList: UP_TO_10,
  items: UP_TO_10,
  users: UP_TO_10,
  recommendationId: { min: 1, max: 40 },
  impression: { min: 1, max: 25 },
  'impression.member': id,
  eventAttributionSource: { max: 1024, pattern: String.raw`^[\x20-\x7E]*[\x21-\x7E]+[\x20-\x7E]*$` },
  'Event.properties': { min: 1, max: 1024 },
  'Item.properties': { min: 1, max: 32_000 },
  'User.properties': { min: 1, max: 24_000 },
};
