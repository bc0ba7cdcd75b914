import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { PublishCommand, type PublishCommandInput, SNSClient } from '@aws-sdk/client-sns';
import { beforeEach, describe, expect, it } from 'vitest';
import { notify } from '../../../src/notify/notify.ts';
import type { NotifyEvent } from '../../../src/state.ts';
import { mocked } from '../../mocked.ts';
import {
  datasetArn,
  datasetExportJobArn,
  datasetImportJobArn,
  pendingJob,
  plannedExport,
  sdkError,
  stateMachineArn,
  topicArn,
} from '../builders.ts';

const sns = mocked(SNSClient);
const s3 = mocked(S3Client);
beforeEach(() => {
  sns.on(PublishCommand).resolves({});
  s3.on(ListObjectsV2Command).resolves({ Contents: [{ Size: 10 }, { Size: 5 }] });
});

const succeeded = { export: plannedExport(), job: pendingJob({ phase: 'succeeded', status: 'ACTIVE' }) };
const path = plannedExport().jobOutput.s3DataDestination.path;

const send = (event: Omit<NotifyEvent, 'executionName'>) =>
  notify({ executionName: 'run-1', ...event }, { topicArn, stateMachineArn });

/** What was published, taken apart. */
function published() {
  const [call] = sns.commandCalls(PublishCommand);
  const input = call?.args[0].input as PublishCommandInput;
  const message = JSON.parse(input.Message ?? '') as { default: string; email: string };
  return { input, document: JSON.parse(message.default), text: message.email };
}

it('publishes text for e-mail and the document for everything else, once', async () => {
  await send(succeeded);
  const { input, document, text } = published();
  expect(sns).toHaveReceivedCommandTimes(PublishCommand, 1);
  expect(input).toEqual({
    TopicArn: topicArn,
    Subject: 'Personalize export ACTIVE: shop INTERACTIONS',
    MessageStructure: 'json',
    Message: expect.any(String),
    MessageAttributes: {
      outcome: { DataType: 'String', StringValue: 'ACTIVE' },
      datasetType: { DataType: 'String', StringValue: 'INTERACTIONS' },
      datasetGroup: { DataType: 'String', StringValue: 'shop' },
    },
  });
  expect(document).toMatchObject({ version: '1', outcome: 'ACTIVE', files: { count: 2, bytes: 15 }, path });
  expect(text).toContain('Files: 2, 15 bytes');
});

describe('what it returns is short', () => {
  it('of a success', async () => {
    const outcome = {
      outcome: 'ACTIVE',
      succeeded: true,
      datasetArn,
      datasetExportJobArn,
      path,
      summary: { outcome: 'ACTIVE', datasetArn },
    };
    expect(await send(succeeded)).toEqual(outcome);
  });

  it('of a failure', async () => {
    const job = pendingJob({ phase: 'failed', failureReason: 'x'.repeat(1_000_000) });
    expect(await send({ export: plannedExport(), job })).toEqual({
      outcome: 'CREATE FAILED',
      succeeded: false,
      datasetArn,
      datasetExportJobArn,
      path,
      reason: 'x'.repeat(500),
      summary: { outcome: 'CREATE FAILED', datasetArn, reason: 'x'.repeat(500) },
    });
  });

  it('of a failure for a reason in any letters: what becomes part of a cause is plain', async () => {
    const failureReason = 'größe 😀 "x"\n\\ y';
    const job = pendingJob({ phase: 'failed', failureReason });
    expect(await send({ export: plannedExport(), job })).toMatchObject({
      reason: failureReason,
      summary: { reason: 'gr e    x  y' },
    });
  });

  it('of a failed import', async () => {
    const imported = { phase: 'failed' as const, datasetImportJobArn, failureReason: 'line 7' };
    expect(await send({ import: imported, request: { datasetImportJobArn } })).toEqual({
      outcome: 'IMPORT FAILED',
      succeeded: false,
      datasetImportJobArn,
      reason: 'line 7',
    });
  });

  it('has attributes only for what is known', async () => {
    await send({ error: { Error: 'InvalidRequestError' }, request: null });
    expect(published().input.MessageAttributes).toEqual({ outcome: { DataType: 'String', StringValue: 'REJECTED' } });
  });
});

describe('the files are listed', () => {
  it('below the path of the export', async () => {
    await send(succeeded);
    expect(s3).toHaveReceivedCommandExactlyOnceWith(ListObjectsV2Command, {
      Bucket: 'exports-bucket',
      Prefix: 'exports/shop/INTERACTIONS/run-1/',
    });
  });

  it.each<[string, Omit<NotifyEvent, 'executionName'>]>([
    ['failed', { export: plannedExport(), job: pendingJob({ phase: 'failed' }) }],
    ['timed out', { export: plannedExport(), job: pendingJob({ phase: 'timed-out' }) }],
    ['could not be created', { export: plannedExport(), error: { Error: 'InvalidInputException' } }],
    ['is of unknown status', { ...succeeded, error: { Error: 'AccessDeniedException' } }],
    ['was rejected', { request: {}, error: { Error: 'InvalidRequestError' } }],
  ])('not for one that %s', async (_, event) => {
    await send(event);
    expect(s3).not.toHaveReceivedAnyCommand();
    expect(published().document).not.toHaveProperty('files');
  });

  it('and told as missing where there are none', async () => {
    s3.on(ListObjectsV2Command).resolves({});
    await send(succeeded);
    expect(published().document).toMatchObject({ outcome: 'ACTIVE', files: { count: 0, bytes: 0 } });
    expect(published().text).toContain('Warning: no file was found there.');
  });

  it('and left out where that is not allowed', async () => {
    s3.on(ListObjectsV2Command).rejects(sdkError('AccessDenied', { status: 403 }));
    expect(await send(succeeded)).toMatchObject({ outcome: 'ACTIVE', succeeded: true });
    expect(published().document).not.toHaveProperty('files');
  });
});

// SNS takes 262,144 bytes: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
describe('the message fits into SNS', () => {
  const sizeOf = () => {
    const { Message = '', Subject = '', MessageAttributes } = published().input;
    return Buffer.byteLength(Message + Subject + JSON.stringify(MessageAttributes));
  };

  it.each(['x', '"', '\\', '\n', '\0', 'é', '😀'])('with a reason of a million times %j', async (character) => {
    const job = pendingJob({ phase: 'failed', failureReason: character.repeat(1_000_000) });
    await send({ export: plannedExport(), job });
    expect(sizeOf()).toBeLessThan(262_144);
    expect(published().document.reason).toMatch(/… \(cut: \d+ more characters are in the execution's history\)$/);
    expect(published().text).toContain('more characters are in the execution');
  });

  it.each([
    ['ten long texts', Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`key-${n}`, '😀'.repeat(512)]))],
    ['one text of control characters', { trigger: '\0'.repeat(1024) }],
  ])('with an origin of %s', async (_, origin) => {
    await send({
      export: plannedExport({ origin }),
      job: pendingJob({ phase: 'failed', failureReason: '\0'.repeat(1e6) }),
    });
    expect(sizeOf()).toBeLessThan(262_144);
  });

  it.each([
    ['a huge text', { trigger: 'x'.repeat(200_000) }],
    ['a huge name', { ['x'.repeat(200_000)]: 'trigger' }],
    ['a text for an object', 'x'.repeat(50_000)],
  ])('with a rejected request whose origin is %s', async (_, origin) => {
    await send({ request: { datasetArn, origin }, error: { Error: 'InvalidRequestError', Cause: 'origin: is wrong' } });
    expect(sizeOf()).toBeLessThan(262_144);
  });
});

it('the message fits into SNS with all at its worst', async () => {
  const worst = '\0'.repeat(2_000);
  const origin = Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`${n}${worst}`, worst]));
  const Cause = JSON.stringify({ errorMessage: '\0'.repeat(40_000) });
  await send({ request: { origin }, error: { Error: 'InvalidRequestError', Cause } });
  const { Message = '' } = published().input;
  expect(Object.keys(published().document.origin)).toHaveLength(10);
  expect(Buffer.byteLength(Message)).toBeLessThan(262_144);
});

it('an error of SNS stays what it is', async () => {
  const error = sdkError('NotFoundException', { status: 404 });
  sns.on(PublishCommand).rejects(error);
  await expect(send(succeeded)).rejects.toBe(error);
});
