import { ExecutionAlreadyExists, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { describe, expect, it } from 'vitest';
import { executionName, start } from '../../../cli/start.ts';
import { mocked } from '../../mocked.ts';
import { executionArn, sdkError, stateMachineArn } from '../builders.ts';

const sfn = mocked(SFNClient);
const client = new SFNClient({ region: 'eu-west-1' });

describe('start', () => {
  it('start returns the ARN and the start of the execution', async () => {
    const startDate = new Date('2026-01-02T03:04:05Z');
    sfn.on(StartExecutionCommand, { stateMachineArn, input: '{}' }).resolves({ executionArn, startDate });
    expect(await start(client, stateMachineArn, '{}')).toEqual({ executionArn, startDate });
  });

  it('start returns the ARN of the execution that an earlier attempt with a lost answer has started', async () => {
    sfn
      .on(StartExecutionCommand)
      .rejects(new ExecutionAlreadyExists({ message: 'Execution Already Exists', $metadata: {} }));
    const started = await start(client, stateMachineArn, '{}');
    const [call] = sfn.commandCalls(StartExecutionCommand);
    const execution = stateMachineArn.replace(':stateMachine:', ':execution:');
    expect(started.executionArn).toBe(`${execution}:${call?.args[0].input.name}`);
  });

  it('start throws any other error', async () => {
    const error = sdkError('AccessDeniedException', { status: 400 });
    sfn.on(StartExecutionCommand).rejects(error);
    await expect(start(client, stateMachineArn, '{}')).rejects.toBe(error);
  });
});

describe('executionName', () => {
  it('an execution name says who started it and when, in the characters that are allowed', () => {
    const name = executionName('j.ünger@EXAMPLE', new Date('2026-01-02T03:04:05.678Z'));
    expect(name).toMatch(/^cli-j-nger-EXAMPLE-20260102T030405Z-[0-9a-f]{8}$/);
  });

  it('an execution name has at most 80 characters', () => {
    expect(executionName('x'.repeat(100)).length).toBeLessThanOrEqual(80);
  });

  it('an execution name leaves out a user without a name', () => {
    expect(executionName('')).toMatch(/^cli-\d{8}T/);
  });

  it('every execution name is different', () => {
    const now = new Date();
    expect(executionName('x', now)).not.toBe(executionName('x', now));
  });
});
