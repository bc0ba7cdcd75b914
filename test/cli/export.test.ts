import { DescribeExecutionCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  arn,
  createDatasets,
  type Deployment,
  datasetArn,
  datasetGroupArn,
  deploy,
  executionNames,
  setFaults,
} from '../deployment.ts';
import { runCommand } from './command-line.ts';

// `npm run export` as a process, against the packaged stack.
const group = datasetGroupArn('shop');
const users = datasetArn('shop', 'USERS');

let deployment: Deployment;
let environment: Record<string, string>;

beforeAll(async () => {
  deployment = await deploy();
  environment = deployment.aws.environment;
  await createDatasets(deployment, 'shop', ['Interactions', 'Items', 'Users']);
}, 60_000);
afterAll(() => deployment?.close());

describe.concurrent('npm run export', () => {
  it('npm run export starts nothing for an ARN of another region, and names both regions', async () => {
    const { exitCode, stdout, stderr } = await runCommand(
      'export',
      ['--dataset-arn', 'arn:aws:personalize:eu-west-1:000000000000:dataset/shop/ITEMS'],
      environment,
    );
    expect(stderr).toContain(
      'datasetArn: has the region "eu-west-1", but this deployment needs the region "us-east-1".',
    );
    expect(stdout).toBe('');
    expect(exitCode).toBe(2);
  });

  it('npm run export follows the export of a group to its end with --watch, and says where each dataset is', async () => {
    const { exitCode, stdout } = await runCommand('export', ['--group-arn', group, '--watch'], environment);
    expect(stdout).toMatch(/^arn:aws:states:.*:cli-/);
    for (const type of ['INTERACTIONS', 'ITEMS', 'USERS']) {
      expect(stdout).toMatch(new RegExp(`shop/${type}  \\w+: 1 s`));
      expect(stdout).toMatch(new RegExp(`shop/${type}  ACTIVE .*s3://`));
    }
    expect(stdout).toMatch(/succeeded after [\d.]+ s\n$/);
    expect(exitCode).toBe(0);
  });

  it('npm run export finds the state machine of a stage, and writes one JSON document with --json', async () => {
    const { STATE_MACHINE_ARN: _, ...others } = environment;
    const args = ['--dataset-arn', users, '--mode', 'BULK', '--stage', 'local', '--watch', '--json'];
    const { exitCode, stdout, stderr } = await runCommand('export', args, others);
    expect(JSON.parse(stdout)).toMatchObject({
      executionArn: expect.stringContaining(':personalize-dataset-export-local:cli-'),
      status: 'SUCCEEDED',
      outcomes: [{ outcome: 'ACTIVE', datasetArn: users, path: expect.stringMatching(/^s3:/) }],
    });
    expect(stderr).toContain('shop/USERS  outcome ACTIVE');
    expect(exitCode).toBe(0);
  });

  it('npm run export prints the ARN of the execution and how to follow it without --watch', async () => {
    const importJobArn = 'arn:aws:personalize:us-east-1:000000000000:dataset-import-job/nightly';
    const { exitCode, stdout, stderr } = await runCommand('export', ['--import-job-arn', importJobArn], environment);
    expect(await executionNames(deployment)).toContain(stdout.trim().split(':').pop());
    expect(stderr).toContain(`npm run export -- --follow ${stdout.trim()}`);
    expect(exitCode).toBe(0);
  });

  it('npm run export says why a request was rejected, and exits with 1', async () => {
    const stdin = JSON.stringify({ datasetArn: users, colour: 'red' });
    const { exitCode, stdout } = await runCommand('export', ['--request', '-', '--watch'], environment, { stdin });
    expect(stdout).toMatch(
      /\nshop\/USERS {2}REJECTED {2}.*colour: is not a known field.*\n {2}What to do: .*send it again/,
    );
    expect(stdout).toMatch(/failed after [\d.]+ s: REJECTED\n$/);
    expect(exitCode).toBe(1);
  });

  it('npm run export sends the path, the deadline and the tags of its options, and lists the execution', async () => {
    const args = ['--dataset-arn', users, '--deadline-minutes', '7', '--tag', 'team=search', '--watch', '--json'];
    const folder = `s3://${environment.EXPORT_BUCKET}/exports/own/{jobName}/`;
    const { stdout } = await runCommand('export', [...args, '--path', folder], environment);
    const { executionArn, outcomes } = JSON.parse(stdout);
    expect(outcomes).toMatchObject([{ outcome: 'ACTIVE', path: expect.stringContaining('/exports/own/users-') }]);
    const { input } = await deployment.sfn.send(new DescribeExecutionCommand({ executionArn }));
    expect(JSON.parse(input ?? '')).toMatchObject({
      deadlineMinutes: 7,
      tags: [{ tagKey: 'team', tagValue: 'search' }],
    });
    const listed = await runCommand('export', ['--list', '100', '--json'], environment);
    const { executions } = JSON.parse(listed.stdout);
    expect(executions).toContainEqual(expect.objectContaining({ executionArn, status: 'SUCCEEDED', exports: [users] }));
    const starts = executions.map(({ startDate }: { startDate: string }) => startDate);
    expect(starts).toEqual(starts.toSorted().reverse());
  });

  it('npm run export follows an execution that has ended, and says again how each export ended', async () => {
    const started = await runCommand('export', ['--request', '-', '--json'], environment, { stdin: '{}' });
    const { executionArn } = JSON.parse(started.stdout);
    const { exitCode, stdout } = await runCommand('export', ['--follow', executionArn], environment);
    expect(stdout).toMatch(/^arn:[\s\S]*\nREJECTED .*\n {2}What to do: .*\nThe execution failed after .*\n$/);
    expect(exitCode).toBe(1);
  });

  it('npm run export exits with 1 when somebody stops the execution', async () => {
    const args = ['--dataset-arn', users, '--watch'];
    const stop = ({ said }: { said: string }) => {
      const executionArn = said.trim().split('\n')[0];
      void deployment.sfn.send(new StopExecutionCommand({ executionArn }));
    };
    const { exitCode, stdout } = await runCommand('export', args, environment, { when: [' s  ', stop] });
    expect(stdout).toContain('aborted');
    expect(exitCode).toBe(1);
  });

  it('npm run export leaves the execution alone when it is interrupted, and exits with 130', async () => {
    const args = ['--dataset-arn', users, '--watch', '--json'];
    const { exitCode, stdout, stderr } = await runCommand('export', args, environment, {
      when: [' s  ', ({ interrupt }) => interrupt()],
    });
    expect(stderr).toContain('The execution continues: arn:aws:states:');
    expect(JSON.parse(stdout)).toMatchObject({ status: 'RUNNING', executionArn: expect.any(String) });
    expect(exitCode).toBe(130);
  });

  const anywhere = ['--group-arn', group];
  it.each<[what: string, args: string[], changes: Record<string, string | undefined>, says: RegExp]>([
    ['no credentials', anywhere, { AWS_ACCESS_KEY_ID: undefined }, /^No AWS credentials found.*aws sso login/],
    ['no such stage', [...anywhere, '--stage', 'prod'], {}, /-prod in us-east-1.*: local\./],
    [
      'no region',
      anywhere,
      { STATE_MACHINE_ARN: undefined, AWS_REGION: undefined, AWS_DEFAULT_REGION: undefined },
      /--region/,
    ],
    [
      'an endpoint that does not answer',
      anywhere,
      { AWS_ENDPOINT_URL: 'http://127.0.0.1:9' },
      /^http:\/\/127\.0\.0\.1:9 can't be reached \(ECONNREFUSED\).*npm run local/,
    ],
    [
      'a profile that does not exist',
      anywhere,
      { AWS_PROFILE: 'nope', AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined },
      /^The profile nope \(AWS_PROFILE\).*\n$/,
    ],
    ['an execution that does not exist', ['--follow', arn('states', 'execution:a:b')], {}, /Does Not Exist.*--list/],
    ['an option that is given twice', [...anywhere, ...anywhere], {}, /Give this option once/],
    ['two subjects', [...anywhere, '--request', '-'], {}, /exactly one of .*, not 2/],
    ['the ARN of another kind', ['--group-arn', datasetArn('shop', 'ITEMS')], {}, /ARN of a dataset group/],
    ['a file that is not JSON', ['--request', 'README.md'], {}, /^README\.md is not JSON/],
  ])('npm run export says what to do about %s, and exits with 2', async (_, args, changes, says) => {
    const { exitCode, stdout, stderr } = await runCommand('export', args, { ...environment, ...changes });
    expect(stderr).toMatch(says);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(stdout).toBe('');
    expect(exitCode).toBe(2);
  });
});

describe('npm run export after a failed call of Step Functions', () => {
  beforeEach(async () => void (await setFaults(deployment)));
  afterAll(async () => void (await setFaults(deployment)));

  it('npm run export starts one execution even if the answer to StartExecution is lost', async () => {
    await setFaults(deployment, { service: 'states', operation: 'StartExecution', cut: 'after', times: 1 });
    const before = (await executionNames(deployment)).length;
    const { exitCode } = await runCommand('export', ['--dataset-arn', users], environment);
    expect(await executionNames(deployment)).toHaveLength(before + 1);
    expect(exitCode).toBe(0);
  });

  it('npm run export names the action that its credentials lack', async () => {
    await setFaults(deployment, { service: 'states', operation: 'ListStateMachines', error: 'AccessDeniedException' });
    const { exitCode, stderr } = await runCommand('export', ['--group-arn', group, '--stage', 'local'], environment);
    expect(stderr).toMatch(/need the action states:ListStateMachines/);
    expect(exitCode).toBe(2);
  });

  it('npm run export continues to watch after an outage', async () => {
    await setFaults(deployment, { service: 'states', operation: 'GetExecutionHistory', status: 500, times: 3 });
    const args = ['--request', '-', '--watch'];
    const { exitCode, stdout } = await runCommand('export', args, environment, { stdin: '{}' });
    expect(stdout).toMatch(/states:GetExecutionHistory failed: .* Retrying\.\n/);
    expect(stdout).toMatch(/: REJECTED\n/);
    expect(exitCode).toBe(1);
  });

  it('npm run export says that the execution continues if it may not read the history', async () => {
    const operation = 'GetExecutionHistory';
    await setFaults(deployment, { service: 'states', operation, error: 'AccessDeniedException' });
    const args = ['--request', '-', '--watch'];
    const { exitCode, stderr } = await runCommand('export', args, environment, { stdin: '{}' });
    expect(stderr).toMatch(/need the action states:GetExecutionHistory.*\nThe execution continues: arn:/);
    expect(exitCode).toBe(2);
  });
});
