import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { expect, it } from 'vitest';
import { startExport } from '../../../src/trigger/start-export.ts';
import { mocked } from '../../mocked.ts';
import { datasetImportJobArn, executionArn, importStarted, sdkError, stateMachineArn, triggered } from '../builders.ts';

const sfn = mocked(SFNClient);

const settings = { stateMachineArn, importDatasetGroups: [] };
const startDate = new Date();
const started = () => sfn.commandCalls(StartExecutionCommand).map((call) => call.args[0].input);

it('startExport starts one execution, named after the import, with the request as its input', async () => {
  sfn.on(StartExecutionCommand).resolves({ executionArn, startDate });
  const { executionName, alreadyStarted } = await startExport(importStarted(), settings);
  expect(alreadyStarted).toBe(false);
  expect(started()).toEqual([{ stateMachineArn, name: executionName, input: expect.any(String) }]);
  expect(JSON.parse(started()[0]?.input ?? '')).toEqual({
    datasetImportJobArn,
    quietIfNothing: true,
    origin: { trigger: 'import started', eventId: 'event-1' },
  });
});

it('startExport succeeds when the execution of the event already exists', async () => {
  sfn.on(StartExecutionCommand).rejects(sdkError('ExecutionAlreadyExists', { status: 400 }));
  sfn.on(DescribeExecutionCommand).resolves({ input: JSON.stringify({ datasetImportJobArn, quietIfNothing: true }) });
  expect(await startExport(importStarted(), settings)).toEqual({
    executionName: expect.stringMatching(/^import-nightly-/),
    alreadyStarted: true,
  });
});

it('startExport starts the same execution when an event is delivered twice', async () => {
  sfn.on(StartExecutionCommand).resolves({ executionArn, startDate });
  await startExport(importStarted(), settings);
  await startExport(importStarted(), settings);
  expect(started()).toHaveLength(2);
  expect(started()[1]).toEqual(started()[0]);
});

it.each([
  sdkError('StateMachineDoesNotExist', { status: 400 }),
  sdkError('AccessDeniedException', { status: 400 }),
  sdkError('InvalidName', { status: 400 }),
  sdkError('ThrottlingException', { status: 400 }),
  sdkError('TimeoutError', { code: 'ETIMEDOUT' }),
])('startExport throws %s of Step Functions unchanged', async (error) => {
  sfn.on(StartExecutionCommand).rejects(error);
  await expect(startExport(importStarted(), settings)).rejects.toBe(error);
});

it("startExport passes the setting importDatasetGroups to the AWS Solution's trigger", async () => {
  sfn.on(StartExecutionCommand).resolves({ executionArn, startDate });
  await startExport(triggered('solution-import-active', { Arn: datasetImportJobArn }), {
    stateMachineArn,
    importDatasetGroups: ['shop'],
  });
  expect(JSON.parse(started()[0]?.input ?? '')).toMatchObject({ onlyDatasetGroups: ['shop'] });
});
