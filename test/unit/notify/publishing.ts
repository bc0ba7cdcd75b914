import { S3Client } from '@aws-sdk/client-s3';
import { PublishCommand, type PublishCommandInput, SNSClient } from '@aws-sdk/client-sns';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { beforeEach, expect } from 'vitest';
import type { Notification } from '../../../src/notify/notification.ts';
import { notificationSchema, strictNotificationSchema } from '../../../src/notify/notification-schema.ts';
import { notify } from '../../../src/notify/notify.ts';
import type { NotifyEvent } from '../../../src/state.ts';
import { mocked } from '../../mocked.ts';
import { deployment, topicArn } from '../builders.ts';

export type Ending = Omit<NotifyEvent, 'executionName'>;

/** Mocks SNS and S3 for the tests of a file. `published` returns what notify publishes, after it has checked that against
 * the limits of SNS and the two forms of the schema. */
export function publishing() {
  const sns = mocked(SNSClient);
  mocked(S3Client);
  beforeEach(() => sns.on(PublishCommand).resolves({}));
  const ajv = new Ajv({ strict: true, strictRequired: false, allErrors: true });
  addFormats.default(ajv);
  const validators = { published: ajv.compile(notificationSchema), strict: ajv.compile(strictNotificationSchema) };

  function expectValid(document: unknown): void {
    for (const [name, validate] of Object.entries(validators)) {
      validate(document);
      expect(validate.errors, name).toBeNull();
    }
  }

  async function published(event: Ending, executionName = 'run-1') {
    sns.resetHistory();
    await notify({ executionName, ...event }, { topicArn, ...deployment });
    const input = sns.commandCalls(PublishCommand)[0]?.args[0].input as PublishCommandInput;
    const { Subject = '', Message = '', MessageAttributes = {} } = input;
    expect(Subject).toMatch(/^[\x21-\x7e][\x20-\x7e]{0,99}$/);
    expect(Buffer.byteLength(Message + Subject + JSON.stringify(MessageAttributes))).toBeLessThanOrEqual(262_144);
    for (const { StringValue } of Object.values(MessageAttributes)) expect(StringValue).toBeTruthy();
    const message = JSON.parse(Message) as { default: string; email: string };
    const document = JSON.parse(message.default) as Notification;
    expectValid(document);
    return { document, email: message.email, attributes: MessageAttributes };
  }
  return { published, expectValid, validators };
}
