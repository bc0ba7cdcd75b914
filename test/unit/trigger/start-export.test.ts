import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { describe, expect, it } from 'vitest';
import { startExport } from '../../../src/trigger/start-export.ts';
import { mocked } from '../../mocked.ts';
import { datasetImportJobArn, executionArn, importStarted, sdkError, stateMachineArn } from '../builders.ts';

const sfn = mocked(SFNClient);

const startDate = new Date();

it('starts one execution, named for the import, with the request as its input', async () => {
  sfn.on(StartExecutionCommand).resolves({ executionArn, startDate });
  const { executionName, alreadyStarted } = await startExport(importStarted(), stateMachineArn);
  expect(alreadyStarted).toBe(false);
  const [call] = sfn.commandCalls(StartExecutionCommand);
  const { input = '', ...started } = call?.args[0].input ?? {};
  expect(started).toEqual({ stateMachineArn, name: executionName });
  expect(JSON.parse(input)).toEqual({ datasetImportJobArn, origin: { way: 'import started', eventId: 'event-1' } });
});

it('takes an execution that is there already for success', async () => {
  sfn.on(StartExecutionCommand).rejects(sdkError('ExecutionAlreadyExists', { status: 400 }));
  expect(await startExport(importStarted(), stateMachineArn)).toEqual({
    executionName: expect.stringMatching(/^import-nightly-/),
    alreadyStarted: true,
  });
});

it('asks for the same execution when an event is delivered again', async () => {
  sfn.on(StartExecutionCommand).resolves({ executionArn, startDate });
  await startExport(importStarted(), stateMachineArn);
  await startExport(importStarted(), stateMachineArn);
  const [first, second] = sfn.commandCalls(StartExecutionCommand).map((call) => call.args[0].input);
  expect(second).toEqual(first);
});

describe('every other error stays what it is', () => {
  it.each([
    sdkError('StateMachineDoesNotExist', { status: 400 }),
    sdkError('AccessDeniedException', { status: 400 }),
    sdkError('InvalidName', { status: 400 }),
    sdkError('ThrottlingException', { status: 400 }),
    sdkError('TimeoutError', { code: 'ETIMEDOUT' }),
  ])('%s', async (error) => {
    sfn.on(StartExecutionCommand).rejects(error);
    await expect(startExport(importStarted(), stateMachineArn)).rejects.toBe(error);
  });
});

it('starts an execution that will be rejected for an event that no way in knows', async () => {
  sfn.on(StartExecutionCommand).resolves({ executionArn, startDate });
  await startExport({ ...importStarted(), source: 'aws.ec2' }, stateMachineArn);
  const { input = '' } = sfn.commandCalls(StartExecutionCommand)[0]?.args[0].input ?? {};
  expect(JSON.parse(input)).toMatchObject({ origin: { fault: expect.stringContaining('"aws.ec2"') } });
});
