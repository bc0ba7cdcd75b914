import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { onTestFinished, vi } from 'vitest';
import { type EventsOptions, eventsService, type RuleSpec } from '../../src/events/service.ts';
import { serve } from '../serve.ts';

export const arn = 'arn:aws:lambda:eu-west-1:123456789012:function:start-export';

export const deadLetterArn = 'arn:aws:sqs:eu-west-1:123456789012:dead-letters';

export const rule: RuleSpec = {
  name: 'requested',
  eventBusName: 'default',
  eventPattern: { 'detail-type': ['Dataset Export Requested'] },
  state: 'ENABLED',
  targets: [{ arn, deadLetterArn, maximumRetryAttempts: 8, maximumEventAgeInSeconds: 3600 }],
};

export const entry: PutEventsRequestEntry = {
  Source: 'team.exports',
  DetailType: 'Dataset Export Requested',
  Detail: '{"datasetArn":"a"}',
};

export async function running(options: Partial<EventsOptions> = {}, ...rules: Partial<RuleSpec>[]) {
  const invokeAsynchronously = vi.fn((_functionArn: string, _event: unknown): void => {});
  const onDropped = vi.fn();
  const sendToDeadLetterQueue = vi.fn(async (_queueArn: string, _body: string, _attributes: object) => undefined);
  const service = eventsService({
    ...{ accountId: '123456789012', region: 'eu-west-1' },
    ...{ invokeAsynchronously, onDropped, sendToDeadLetterQueue },
    ...options,
  });
  for (const one of rules.length > 0 ? rules : [{}]) service.putRule({ ...rule, ...one });
  const server = await serve({ services: [service] });
  const events = new EventBridgeClient(server.client);
  onTestFinished(async () => {
    await service.idle();
    events.destroy();
    await server.close();
  });
  const put = (...Entries: PutEventsRequestEntry[]) => events.send(new PutEventsCommand({ Entries }));
  return { service, events, put, invokeAsynchronously, onDropped, sendToDeadLetterQueue };
}
