import {
  DescribeRuleCommand,
  EventBridgeClient,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  type PutEventsRequestEntry,
} from '@aws-sdk/client-eventbridge';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type EventsOptions, eventsService, type RuleSpec } from '../../src/events/service.ts';
import { serve } from '../serve.ts';

const arn = 'arn:aws:lambda:eu-west-1:123456789012:function:start-export';
const deadLetterArn = 'arn:aws:sqs:eu-west-1:123456789012:dead-letters';

const rule: RuleSpec = {
  name: 'requested',
  eventBusName: 'default',
  eventPattern: { 'detail-type': ['Dataset Export Requested'] },
  state: 'ENABLED',
  targets: [{ arn, deadLetterArn, maximumRetryAttempts: 8, maximumEventAgeInSeconds: 3600 }],
};

const entry: PutEventsRequestEntry = {
  Source: 'team.exports',
  DetailType: 'Dataset Export Requested',
  Detail: '{"datasetArn":"a"}',
};

async function running(options: Partial<EventsOptions> = {}, ...rules: Partial<RuleSpec>[]) {
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

describe('PutEvents', () => {
  it('PutEvents delivers the whole event to the targets of the rules that match', async () => {
    const other = { name: 'other', eventPattern: { source: [{ 'anything-but': 'team.exports' }] } };
    const { put, invokeAsynchronously, service } = await running({}, {}, other, { name: 'off', state: 'DISABLED' });
    const Time = new Date('2026-01-02T03:04:05.678Z');
    const { Entries, FailedEntryCount } = await put({ ...entry, Time, Resources: ['arn:aws:x'] });
    await service.idle();
    expect(FailedEntryCount).toBe(0);
    expect(invokeAsynchronously.mock.calls).toEqual([
      [
        arn,
        {
          version: '0',
          id: Entries?.[0]?.EventId,
          'detail-type': 'Dataset Export Requested',
          source: 'team.exports',
          account: '123456789012',
          time: '2026-01-02T03:04:05Z',
          region: 'eu-west-1',
          resources: ['arn:aws:x'],
          detail: { datasetArn: 'a' },
        },
      ],
    ]);
  });

  it.each<[string, PutEventsRequestEntry]>([
    ['InvalidArgument', { ...entry, Source: undefined }],
    ['InvalidArgument', { ...entry, DetailType: '' }],
    ['InvalidArgument', { ...entry, Detail: undefined }],
    ['MalformedDetail', { ...entry, Detail: '{' }],
    ['MalformedDetail', { ...entry, Detail: '[]' }],
    ['NotAuthorizedForSourceException', { ...entry, Source: 'aws.s3' }],
  ])('PutEvents answers %s for a wrong entry, and accepts the others', async (ErrorCode, wrong) => {
    const { put, invokeAsynchronously, service } = await running();
    const { Entries, FailedEntryCount } = await put(wrong, entry);
    await service.idle();
    expect(FailedEntryCount).toBe(1);
    expect(Entries).toMatchObject([{ ErrorCode }, { EventId: expect.any(String) }]);
    expect(invokeAsynchronously).toHaveBeenCalledOnce();
  });

  it('PutEvents refuses no entries, more than ten entries, and more than 256 KB', async () => {
    const { put } = await running();
    const large = { ...entry, Detail: JSON.stringify({ text: 'x'.repeat(131_072) }) };
    for (const entries of [[], Array(11).fill(entry), [large, large]]) {
      await expect(put(...entries)).rejects.toMatchObject({ name: 'ValidationException' });
    }
  });

  it('PutEvents finds a bus by name and by ARN, and reports an event for an unknown bus as dropped', async () => {
    const { put, invokeAsynchronously, onDropped, service } = await running({}, { eventBusName: 'solution' });
    const busArn = 'arn:aws:events:eu-west-1:123456789012:event-bus/solution';
    await put({ ...entry, EventBusName: 'solution' }, { ...entry, EventBusName: busArn }, entry);
    const { FailedEntryCount } = await put({ ...entry, EventBusName: 'nowhere' });
    await service.idle();
    expect(invokeAsynchronously).toHaveBeenCalledTimes(2);
    expect(FailedEntryCount).toBe(0);
    expect(onDropped).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ reason: 'there is no event bus nowhere' }),
    );
  });
});

describe('an input transformer', () => {
  const inputTransformer = { InputTemplate: '{"trigger": "requested", "event": <aws.events.event.json>}' };
  const transforming = { targets: [{ arn, deadLetterArn, inputTransformer }] };

  it('an input transformer gives the function the whole event and the constants of the rule', async () => {
    const { put, invokeAsynchronously, service } = await running({}, transforming);
    const { Entries } = await put(entry);
    await service.idle();
    expect(invokeAsynchronously).toHaveBeenCalledExactlyOnceWith(arn, {
      trigger: 'requested',
      event: expect.objectContaining({
        id: Entries?.[0]?.EventId,
        source: 'team.exports',
        detail: { datasetArn: 'a' },
      }),
    });
  });

  it('the dead-letter queue receives the event as it was sent, without the input transformer', async () => {
    const invokeAsynchronously = () => {
      throw new Error('there is no such function');
    };
    const { put, service, sendToDeadLetterQueue } = await running({ invokeAsynchronously }, transforming);
    await put(entry);
    await service.idle();
    const [, body = ''] = sendToDeadLetterQueue.mock.calls[0] ?? [];
    expect(JSON.parse(body)).toMatchObject({ source: 'team.exports', detail: { datasetArn: 'a' } });
  });

  it('ListTargetsByRule has the input transformer of a target', async () => {
    const { events } = await running({}, transforming);
    const { Targets } = await events.send(new ListTargetsByRuleCommand({ Rule: 'requested' }));
    expect(Targets?.[0]?.InputTransformer).toEqual(inputTransformer);
  });
});

describe('an event that cannot be delivered', () => {
  const refuse = () => {
    throw new Error('there is no such function');
  };

  it("an event for a function that does not exist goes to the target's dead-letter queue, with the reason", async () => {
    const { put, service, sendToDeadLetterQueue } = await running({ invokeAsynchronously: refuse });
    await put(entry);
    await service.idle();
    expect(sendToDeadLetterQueue).toHaveBeenCalledExactlyOnceWith(
      deadLetterArn,
      expect.stringContaining('Dataset Export Requested'),
      expect.objectContaining({ TARGET_ARN: arn, ERROR_MESSAGE: 'there is no such function' }),
    );
  });

  it('an event goes to the dead-letter queue when the rule may not invoke the function', async () => {
    const authorize: EventsOptions['authorize'] = (action) => {
      if (action === 'lambda:InvokeFunction') throw new Error('not authorized');
    };
    const { put, service, invokeAsynchronously, sendToDeadLetterQueue } = await running({ authorize });
    await put(entry);
    await service.idle();
    expect(invokeAsynchronously).not.toHaveBeenCalled();
    expect(sendToDeadLetterQueue).toHaveBeenCalledOnce();
  });

  it('an event is reported as dropped when the target has no dead-letter queue', async () => {
    const { put, service, onDropped } = await running({ invokeAsynchronously: refuse }, { targets: [{ arn }] });
    await put(entry);
    await service.idle();
    expect(onDropped).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ targetArn: arn, reason: 'not delivered: there is no such function' }),
    );
  });

  it('an event is reported as dropped when the dead-letter queue does not accept it', async () => {
    const sendToDeadLetterQueue = () => Promise.reject(new Error('no such queue'));
    const { put, service, onDropped } = await running({ invokeAsynchronously: refuse, sendToDeadLetterQueue });
    await put(entry);
    await service.idle();
    expect(onDropped.mock.calls[0]?.[0].reason).toContain('no such queue');
  });
});

it('the dead letter of an event that a schedule sent names the schedule', async () => {
  const refuse = () => {
    throw new Error('there is no such function');
  };
  const { service, sendToDeadLetterQueue } = await running({ invokeAsynchronously: refuse });
  const scheduleArn = 'arn:aws:scheduler:eu-west-1:123456789012:schedule/default/nightly';
  service.send({ request: {} }, { arn, deadLetterArn }, scheduleArn);
  await service.idle();
  expect(sendToDeadLetterQueue).toHaveBeenCalledExactlyOnceWith(
    deadLetterArn,
    '{"request":{}}',
    expect.objectContaining({ SCHEDULE_ARN: scheduleArn, TARGET_ARN: arn }),
  );
  expect(sendToDeadLetterQueue.mock.calls[0]?.[2]).not.toHaveProperty('RULE_ARN');
});

it('an event of an AWS service reaches the rules of the default bus', async () => {
  const { service, invokeAsynchronously } = await running({}, { eventPattern: { source: ['aws.s3'] } });
  service.publish({
    ...{ version: '0', id: '1', 'detail-type': 'Object Created', source: 'aws.s3', account: '123456789012' },
    ...{ time: '2026-01-01T00:00:00Z', region: 'eu-west-1', resources: [], detail: {} },
  });
  await service.idle();
  expect(invokeAsynchronously).toHaveBeenCalledOnce();
});

it('ListRules, DescribeRule and ListTargetsByRule describe rules and targets', async () => {
  const { events } = await running();
  const described = { Name: 'requested', State: 'ENABLED', EventPattern: JSON.stringify(rule.eventPattern) };
  expect((await events.send(new ListRulesCommand({ NamePrefix: 'req' }))).Rules).toMatchObject([described]);
  expect(await events.send(new DescribeRuleCommand({ Name: 'requested' }))).toMatchObject({
    ...described,
    Arn: 'arn:aws:events:eu-west-1:123456789012:rule/requested',
  });
  const { Targets } = await events.send(new ListTargetsByRuleCommand({ Rule: 'requested' }));
  expect(Targets).toEqual([
    {
      Id: 'Target0',
      Arn: arn,
      DeadLetterConfig: { Arn: deadLetterArn },
      RetryPolicy: { MaximumRetryAttempts: 8, MaximumEventAgeInSeconds: 3600 },
    },
  ]);
  const unknown = events.send(new DescribeRuleCommand({ Name: 'none' }));
  await expect(unknown).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

it.each<[string, Partial<RuleSpec>]>([
  ['an unknown operator', { eventPattern: { source: [{ contains: 'a' }] } }],
  ['an input path', { targets: [{ arn, inputPath: '$.detail' }] }],
  ['a constant input', { targets: [{ arn, input: '{}' }] }],
  ['an input transformer of another form', { targets: [{ arn, inputTransformer: { InputTemplate: '"text"' } }] }],
  ['a target that is no function', { targets: [{ arn: deadLetterArn }] }],
])('putRule refuses a rule with %s', async (_, wrong) => {
  const { service } = await running();
  expect(() => service.putRule({ ...rule, ...wrong })).toThrow();
});
