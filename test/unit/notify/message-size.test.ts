import { S3Client } from '@aws-sdk/client-s3';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { beforeEach, describe, expect, it } from 'vitest';
import { MAX_ORIGIN_FIELDS } from '../../../src/lambda/limits.ts';
import { notify } from '../../../src/notify/notify.ts';
import type { NotifyEvent } from '../../../src/state.ts';
import { mocked } from '../../mocked.ts';
import { datasetArn, deployment, pendingJob, plannedExport, topicArn } from '../builders.ts';

const sns = mocked(SNSClient);
mocked(S3Client);
beforeEach(() => void sns.on(PublishCommand).resolves({}));

/** Publishes, and gives the message. */
async function publish(event: Omit<NotifyEvent, 'executionName'>) {
  await notify({ executionName: 'run-1', ...event }, { topicArn, ...deployment });
  const { Message = '', Subject = '', MessageAttributes } = sns.commandCalls(PublishCommand)[0]?.args[0].input ?? {};
  return {
    bytes: Buffer.byteLength(Message + Subject + JSON.stringify(MessageAttributes)),
    document: JSON.parse(JSON.parse(Message).default),
  };
}

// https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
const MAX_BYTES = 262_144;
const rejected = { Error: 'InvalidRequestError', Cause: 'origin: is wrong' };

describe('the size of a message', () => {
  it.each(['x', '"', '\\', '\n', '\0', 'é', '😀'])(
    'a message with a reason of a million times %j fits into SNS',
    async (character) => {
      const job = pendingJob({ phase: 'failed', failureReason: character.repeat(1_000_000) });
      expect((await publish({ export: plannedExport(), job })).bytes).toBeLessThan(MAX_BYTES);
    },
  );

  it.each([
    ['ten long texts', Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`key-${n}`, '😀'.repeat(512)]))],
    ['one text of control characters', { trigger: '\0'.repeat(1024) }],
  ])('a message with a long reason and an origin of %s fits into SNS', async (_, origin) => {
    const job = pendingJob({ phase: 'failed', failureReason: '\0'.repeat(1e6) });
    expect((await publish({ export: plannedExport({ origin }), job })).bytes).toBeLessThan(MAX_BYTES);
  });

  it.each([
    ['a huge text', { trigger: 'x'.repeat(200_000) }],
    ['a huge name', { ['x'.repeat(200_000)]: 'trigger' }],
    ['a text instead of an object', 'x'.repeat(50_000)],
  ])('a message for a rejected request with an origin of %s fits into SNS', async (_, origin) => {
    expect((await publish({ request: { datasetArn, origin }, error: rejected })).bytes).toBeLessThan(MAX_BYTES);
  });

  it('a message with the longest reason and origin of a rejected request fits into SNS', async () => {
    const worst = '\0'.repeat(2_000);
    const origin = Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`${n}${worst}`, worst]));
    const Cause = JSON.stringify({ errorMessage: '\0'.repeat(40_000) });
    const { bytes, document } = await publish({ request: { origin }, error: { ...rejected, Cause } });
    expect(Object.keys(document.origin)).toHaveLength(MAX_ORIGIN_FIELDS);
    expect(bytes).toBeLessThan(MAX_BYTES);
  });
});
