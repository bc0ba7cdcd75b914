import {
  DescribeRuleCommand,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  type PutEventsRequestEntry,
} from '@aws-sdk/client-eventbridge';
import { describe, expect, it } from 'vitest';
import type { RuleSpec } from '../../src/events/service.ts';
import { arn, deadLetterArn, entry, rule, running } from './fixture.ts';

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
      expect.objectContaining({ reason: 'the event bus nowhere does not exist' }),
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
