import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, afterEach, beforeEach, expect, it, vi } from 'vitest';
import { mocked } from '../../mocked.ts';
import { datasetArn, sdkError, stateMachineArn } from '../builders.ts';

const sfn = mocked(SFNClient);
const written: Record<string, unknown>[] = [];
let startOnce: typeof import('../../../src/trigger/start-once.ts').startOnce;

beforeEach(async () => {
  written.length = 0;
  vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'false');
  vi.stubEnv('POWERTOOLS_DEV', 'true');
  vi.resetModules();
  ({ startOnce } = await import('../../../src/trigger/start-once.ts'));
  vi.spyOn(console, 'log').mockImplementation((line) => written.push(JSON.parse(line)));
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

// Other files share the process, and must not get the module that writes.
afterAll(() => void vi.resetModules());

const execution = { name: 'first', otherName: 'second', input: { datasetArn } };
const start = () => startOnce(execution, stateMachineArn, new SFNClient({}), []);

it('the metric counts each name that is taken for something else, by state machine', async () => {
  sfn.on(StartExecutionCommand).rejects(sdkError('ExecutionAlreadyExists', { status: 400 }));
  sfn.on(DescribeExecutionCommand).resolves({ input: '{}' });
  await expect(start()).rejects.toMatchObject({ name: 'ExecutionNameTakenError' });
  const taken = expect.objectContaining({ ExecutionNamesTaken: 1, stateMachine: 'exports' });
  expect(written).toEqual([taken, taken]);
});

it('the metric does not count a duplicate', async () => {
  sfn.on(StartExecutionCommand).rejects(sdkError('ExecutionAlreadyExists', { status: 400 }));
  sfn.on(DescribeExecutionCommand).resolves({ input: JSON.stringify({ datasetArn }) });
  await start();
  expect(written).toEqual([]);
});
