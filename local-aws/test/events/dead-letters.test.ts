import { describe, expect, it } from 'vitest';
import type { EventsOptions } from '../../src/events/service.ts';
import { arn, deadLetterArn, entry, running } from './fixture.ts';

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
