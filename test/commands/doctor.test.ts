import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Finding, type Report, reportSchema } from '../../cli/doctor/report-schema.ts';
import { runCommand } from '../cli/command-line.ts';
import { createDatasets, type Deployment, datasetArn, deploy, execute, setFaults } from '../deployment.ts';

// `npm run doctor` as a process, against the packaged stack.
let deployment: Deployment;
let environment: Record<string, string>;

beforeAll(async () => {
  deployment = await deploy();
  environment = deployment.aws.environment;
  await createDatasets(deployment, 'shop', ['Items', 'Users']);
}, 60_000);
afterAll(() => deployment?.close());

const examined = (...args: string[]) => examinedIn(environment, ...args);

async function examinedIn(variables: Record<string, string>, ...args: string[]) {
  const { exitCode, stdout, stderr } = await runCommand('doctor', ['--json', '--timeout', '20', ...args], variables);
  expect(stderr).toBe('Region: us-east-1\n');
  const report: Report = JSON.parse(stdout);
  const of = (check: string, subject?: string) =>
    report.findings.find((finding: Finding) => finding.check === check && finding.subject === subject);
  return { exitCode, report, of };
}

describe('npm run doctor', () => {
  it('npm run doctor examines what the local AWS emulates, and says that the rest is not emulated', async () => {
    const { exitCode, report, of } = await examined();
    const ajv = new Ajv2020();
    addFormats.default(ajv);
    expect(ajv.validate(reportSchema, report), ajv.errorsText()).toBe(true);
    const unknown = report.findings.filter(({ state }) => state === 'unknown');
    expect(new Set(unknown.map(({ because }) => because))).toEqual(new Set(['not emulated']));
    expect(report.findings.filter(({ state }) => state === 'warn' || state === 'fail')).toEqual([]);
    expect(of('trail')).toMatchObject({ state: 'unknown', action: 'cloudtrail:DescribeTrails' });
    expect(of('state-machine', 'package')).toMatchObject({ state: 'ok' });
    expect(of('rules', 'import-started')).toMatchObject({ state: 'ok' });
    expect(of('datasets', 'shop')).toMatchObject({ state: 'ok', seen: 'ITEMS, USERS can be exported.' });
    expect(exitCode).toBe(0);
  });

  it('npm run doctor writes a line per finding, and a verdict at the end', async () => {
    const { exitCode, stdout } = await runCommand('doctor', ['--stage', 'local', '--timeout', '20'], environment);
    expect(stdout).toMatch(/^ok {7}credentials .*account 000000000000, us-east-1\n/);
    expect(stdout).toMatch(/\nok {7}dead-letters +No dead letters\.\n/);
    expect(stdout).toMatch(
      /\n\npersonalize-dataset-export-local in us-east-1 can work: \d+ ok, 0 warn, 0 fail, \d+ unknown\.\n$/,
    );
    expect(exitCode).toBe(0);
  });

  it('npm run doctor says with --dataset-arn whether a dataset can be exported', async () => {
    const { of } = await examined('--dataset-arn', datasetArn('shop', 'ITEMS'));
    expect(of('dataset', 'status')).toMatchObject({ state: 'ok' });
    expect(of('dataset', 'imports')).toMatchObject({
      state: 'warn',
      seen: 'No import has been made into this dataset.',
    });
    const { exitCode, of: ofOther } = await examined('--dataset-arn', datasetArn('shop', 'INTERACTIONS'));
    expect(ofOther('dataset', 'status')).toMatchObject({ state: 'fail' });
    expect(exitCode).toBe(1);
  });

  it('npm run doctor reports dead letters and failed executions', async ({ onTestFinished }) => {
    const other = await deploy();
    onTestFinished(other.close);
    const QueueUrl = other.aws.environment.DEAD_LETTER_QUEUE_URL;
    await other.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: '{}' }));
    await execute(other, {});
    const { exitCode, of } = await examinedIn(other.aws.environment);
    expect(of('dead-letters')).toMatchObject({ state: 'warn', seen: '1 dead letter waits.' });
    expect(of('executions')).toMatchObject({ state: 'warn', seen: expect.stringContaining('1 REJECTED') });
    expect(exitCode).toBe(0);
  });

  it.each<[what: string, args: string[], changes: Record<string, string | undefined>, says: RegExp]>([
    ['no credentials', [], { AWS_ACCESS_KEY_ID: undefined }, /No AWS credentials found.*aws sso login/],
    ['no region', ['--stage', 'local'], { AWS_REGION: undefined, AWS_DEFAULT_REGION: undefined }, /^No region is set/],
    [
      'an endpoint that does not answer',
      [],
      { AWS_ENDPOINT_URL: 'http://127.0.0.1:9' },
      /can't be reached \(ECONNREFUSED\)/,
    ],
    ['the ARN of another kind', ['--dataset-arn', 'arn:aws:s3:::x'], {}, /ARN of a dataset/],
  ])('npm run doctor says what to do about %s, and exits with 2', async (_, args, changes, says) => {
    const { exitCode, stdout, stderr } = await runCommand('doctor', args, { ...environment, ...changes });
    expect(stderr).toMatch(says);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(stdout).toBe('');
    expect(exitCode).toBe(2);
  });
});

describe('npm run doctor, while a call fails,', () => {
  afterEach(async () => void (await setFaults(deployment)));

  it.each<[what: string, fault: object, check: string, subject: string | undefined, finding: object, status: number]>([
    [
      'a rule without a target',
      { service: 'events', operation: 'ListTargetsByRule', answer: { set: { Targets: [] } } },
      'rules',
      'import-started',
      { state: 'fail', seen: 'The rule has no target.' },
      1,
    ],
    [
      'a rule that is disabled',
      { service: 'events', operation: 'DescribeRule', answer: { set: { State: 'DISABLED' } } },
      'rules',
      'import-started',
      { state: 'warn' },
      0,
    ],
    [
      'a permission that is missing',
      { service: 'personalize', operation: 'ListDatasetGroups', error: 'AccessDeniedException' },
      'datasets',
      undefined,
      { state: 'unknown', because: 'no permission', action: 'personalize:ListDatasetGroups' },
      0,
    ],
    [
      'a call that is throttled',
      { service: 'states', operation: 'ListExecutions', error: 'ThrottlingException' },
      'executions',
      undefined,
      { state: 'unknown', because: 'throttled', action: 'states:ListExecutions' },
      0,
    ],
    [
      'a connection that is cut',
      { service: 's3', operation: 'GetBucketVersioning', cut: 'before' },
      'bucket',
      'versions',
      { state: 'unknown', because: 'unreachable' },
      0,
    ],
    [
      'an answer without its members',
      { service: 'states', operation: 'DescribeStateMachine', answer: { remove: ['definition'] } },
      'state-machine',
      'state',
      { state: 'unknown', because: 'no answer' },
      0,
    ],
  ])('npm run doctor reports %s', async (_, fault, check, subject, finding, status) => {
    await setFaults(deployment, fault);
    const { exitCode, of } = await examined();
    expect(of(check, subject)).toMatchObject(finding);
    expect(exitCode).toBe(status);
  });

  it('npm run doctor does not wait for a call that is not answered', async () => {
    await setFaults(deployment, { service: 'sqs', operation: 'GetQueueAttributes', delayMs: 60_000 });
    const began = Date.now();
    const { of } = await examined('--timeout', '2.5');
    expect(of('dead-letters')).toMatchObject({
      ...{ state: 'unknown', because: 'timeout', action: 'sqs:GetQueueAttributes' },
      seen: 'sqs:GetQueueAttributes did not answer within 2.5 s.',
    });
    // Loading takes a second; more, while other tests run.
    expect(Date.now() - began).toBeLessThan(30_000);
  });
});
