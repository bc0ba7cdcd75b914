import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { patiently, untilCreated } from '../../../../cli/restore/patience.ts';
import { findRestoreRole } from '../../../../cli/restore/restore-role.ts';
import { mocked } from '../../../mocked.ts';
import { sdkError } from '../../builders.ts';

afterEach(() => vi.useRealTimers());

/** Waits without time passing, other than on the clock. */
function waiting(controller = new AbortController()) {
  vi.useFakeTimers({ toFake: ['Date'] });
  const lines: string[] = [];
  const pauseFor = async (milliseconds: number) => void vi.setSystemTime(Date.now() + milliseconds);
  return { lines, signal: controller.signal, log: (text: string) => void lines.push(text), pauseFor };
}

/** Gives one answer per call, and the last one from then on. */
function answering<T>(...answers: (T | Error)[]) {
  return async () => {
    const [answer] = answers.length > 1 ? answers.splice(0, 1) : answers;
    if (answer instanceof Error) throw answer;
    return answer as T;
  };
}

describe('patiently', () => {
  it('patiently repeats a call that is throttled, and says so', async () => {
    const at = waiting();
    const call = answering(sdkError('ThrottlingException'), sdkError('ThrottlingException'), 'done');
    expect(await patiently(call, at)).toBe('done');
    expect(at.lines).toEqual([expect.stringMatching(/Retrying\.$/), expect.stringMatching(/Retrying\.$/)]);
  });

  it('patiently gives up after five minutes', async () => {
    const at = waiting();
    const start = Date.now();
    await expect(patiently(answering(sdkError('ThrottlingException')), at)).rejects.toThrow();
    expect(Date.now() - start).toBeGreaterThan(300_000);
    expect(Date.now() - start).toBeLessThan(330_000);
  });

  it('patiently does not repeat a call that is refused', async () => {
    const at = waiting();
    await expect(patiently(answering(sdkError('AccessDeniedException')), at)).rejects.toThrow();
    expect(at.lines).toEqual([]);
  });
});

describe('untilCreated', () => {
  it.each(['ACTIVE', 'CREATE FAILED'])('untilCreated ends at %s, and reports each status', async (status) => {
    const seen: string[] = [];
    const describe = answering({ status: 'CREATE PENDING' }, { status: 'A NEW STATUS' }, { status });
    expect(await untilCreated(describe, waiting(), (one) => void seen.push(one))).toEqual({ status });
    expect(seen).toEqual(['CREATE PENDING', 'A NEW STATUS', status]);
  });

  it('untilCreated ends after two days at a status that it does not know', async () => {
    const ended = untilCreated(answering({ status: 'A NEW STATUS' }), waiting(), () => {});
    await expect(ended).rejects.toThrow(/still A NEW STATUS after two days/);
  });

  it('untilCreated stops when it is interrupted', async () => {
    const controller = new AbortController();
    const ended = untilCreated(answering({ status: 'CREATE PENDING' }), waiting(controller), () => controller.abort());
    await expect(ended).rejects.toThrow(/abort/);
  });
});

describe('findRestoreRole', () => {
  const cloudFormation = mocked(CloudFormationClient);
  const client = new CloudFormationClient({ region: 'eu-west-1', maxAttempts: 1 });
  const options = { manifest: 'm', stage: 'prod' };
  const find = (given: object = {}, environment = {}) =>
    findRestoreRole({ ...options, ...given }, 'eu-west-1', environment, client);

  it('findRestoreRole prefers the option, then RESTORE_ROLE_ARN, which a stage replaces', async () => {
    cloudFormation.on(DescribeStacksCommand).resolves({ Stacks: [] });
    const environment = { RESTORE_ROLE_ARN: 'of-environment' };
    expect(await find({ roleArn: 'of-option' }, environment)).toBe('of-option');
    expect(await find({ stage: undefined }, environment)).toBe('of-environment');
    expect(await find({}, environment)).toBeUndefined();
  });

  it('findRestoreRole reads the output of the stack', async () => {
    const Outputs = [{ OutputKey: 'RestoreRoleArn', OutputValue: 'of-stack' }];
    const Stack = { StackName: 'personalize-dataset-export-prod', CreationTime: undefined, StackStatus: undefined };
    cloudFormation
      .on(DescribeStacksCommand, { StackName: Stack.StackName })
      .resolves({ Stacks: [{ ...Stack, Outputs } as never] });
    expect(await find()).toBe('of-stack');
  });

  it('findRestoreRole finds none where the stack does not exist', async () => {
    cloudFormation.on(DescribeStacksCommand).rejects(sdkError('ValidationError'));
    expect(await find()).toBeUndefined();
  });

  it('findRestoreRole asks for --role-arn where the stack must not be described', async () => {
    cloudFormation.on(DescribeStacksCommand).rejects(sdkError('AccessDenied'));
    await expect(find()).rejects.toThrow(/cloudformation:DescribeStacks\. Give --role-arn/);
  });
});
