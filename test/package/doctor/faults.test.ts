import { beforeAll, describe, expect, it } from 'vitest';
import { CHECKS } from '../../../cli/doctor/checks.ts';
import { exitStatusOf } from '../../../cli/doctor/verdict.ts';
import { type Account, type Answers, accountOf } from './account.ts';
import { doctorInAccount, type Examined, sdkError } from './examine.ts';

// Each call of each check fails in every way, one call at a time.

const examine = doctorInAccount();
let account: Account;
let healthy: Examined;
beforeAll(async () => {
  account = await accountOf('every option');
  healthy = await run();
});

const run = (answers: Answers = {}, limits?: { callMs: number; runMs: number }) =>
  examine(account, { answers, datasetArn: account.datasetArn, ...(limits && { limits }) });

/** The commands that the checks send, by IAM action, without the one that must succeed. */
const actions = CHECKS.flatMap(({ name, actions: all }) => all.map((action) => [name, action] as const));
/** Asked only if the stack does not tell the queue's URL. */
const NOT_CALLED = ['sqs:GetQueueUrl'];
const cases = actions.filter(([, action]) => !NOT_CALLED.includes(action));

const nameOf = (action: string) => healthy.calls.find((call) => call.action === action)?.name ?? action;
const unknownBy = ({ report }: Examined, check: string) =>
  report.findings.filter(
    (finding) => finding.check === check && finding.state === 'unknown' && finding.subject !== 'package',
  );

describe.each(cases)('the check %s, when %s', (check, action) => {
  const fails = (error: Error): Answers => ({
    [nameOf(action)]: () => {
      throw error;
    },
  });

  it.each([
    ['is denied', 'AccessDeniedException', 'no permission', `The credentials do not allow ${action}.`, action],
    ['is throttled', 'ThrottlingException', 'throttled', `AWS throttles ${action}.`, 'again'],
    ['is not emulated', 'UnknownOperationException', 'not emulated', `${action} is not emulated here.`, 'AWS'],
  ])('a check whose call %s is unknown and says so', async (_, name, because, seen, fix) => {
    const examined = await run(fails(sdkError(name)));
    // The outcome of a failed execution is a detail of its check.
    if (action === 'states:DescribeExecution') {
      expect(JSON.stringify(examined.report)).toContain(`unknown (${action} failed: ${name})`);
      return;
    }
    const found = unknownBy(examined, check);
    expect(found).not.toEqual([]);
    for (const finding of found) {
      expect(finding).toMatchObject({
        because,
        action,
        seen,
        why: expect.any(String),
        fix: expect.stringContaining(fix),
      });
    }
    expect(examined.report.counts.fail).toBe(0);
    expect(exitStatusOf(examined.report)).toBe(check === 'stack' && because !== 'not emulated' ? 2 : 0);
  });

  it('a check whose call is not answered is unknown within the time limit', async () => {
    const began = Date.now();
    const examined = await run({ [nameOf(action)]: () => new Promise(() => {}) }, { callMs: 200, runMs: 800 });
    expect(Date.now() - began).toBeLessThan(10_000);
    if (action === 'states:DescribeExecution') return;
    expect(unknownBy(examined, check)).toContainEqual(expect.objectContaining({ because: 'timeout', action }));
  });

  it('a check whose call gets an empty answer is not ok', async () => {
    const examined = await run({ [nameOf(action)]: () => ({}) });
    // Without a location, a bucket is in us-east-1. An execution need not have an error.
    if (['s3:GetBucketLocation', 'states:DescribeExecution'].includes(action)) return;
    const troubled = examined.report.findings.filter((finding) => finding.check === check && finding.state !== 'ok');
    expect(troubled.filter(({ subject }) => subject !== 'package')).not.toEqual([]);
  });
});

it('the doctor ends within its time when no call but that for the identity is answered', async () => {
  const began = Date.now();
  const names = [...new Set(healthy.calls.map(({ name }) => name))].filter((name) => name !== 'GetCallerIdentity');
  const { report } = await run(Object.fromEntries(names.map((name) => [name, () => new Promise(() => {})])), {
    callMs: 200,
    runMs: 500,
  });
  expect(Date.now() - began).toBeLessThan(10_000);
  expect(report.verdict).toBe('unknown');
  expect(exitStatusOf(report)).toBe(2);
});

it('the doctor throws if its credentials are not accepted', async () => {
  const answers = { GetCallerIdentity: () => Promise.reject(sdkError('ExpiredTokenException')) };
  await expect(run(answers)).rejects.toMatchObject({ name: 'ExpiredTokenException', action: 'sts:GetCallerIdentity' });
});

it('the doctor reads a list without an end until its time is over', async () => {
  let page = 0;
  const answers: Answers = {
    ListDatasetGroups: () => {
      page += 1;
      return new Promise((resolve) => setTimeout(() => resolve({ datasetGroups: [], nextToken: String(page) }), 5));
    },
  };
  const { report } = await run(answers, { callMs: 200, runMs: 600 });
  expect(report.findings.find(({ check }) => check === 'datasets')).toMatchObject({
    state: 'unknown',
    because: 'timeout',
  });
});

it('the doctor shows nothing of a hostile answer but plain characters, and keeps its limits', async () => {
  const Policy = JSON.stringify({
    Statement: [{ Effect: 'Allow', Principal: '*', Action: `s3:${'*a'.repeat(2_000)}`, Resource: '*' }],
  });
  const began = Date.now();
  const { report } = await run({ GetBucketPolicy: () => ({ Policy }), GetKeyPolicy: () => ({ Policy: 'not JSON' }) });
  expect(Date.now() - began).toBeLessThan(10_000);
  expect(report.findings.find(({ check, subject }) => check === 'bucket' && subject === 'policy')).toMatchObject({
    state: 'fail',
  });
  expect(report.findings.find(({ check, subject }) => check === 'key' && subject === 'policy')).toMatchObject({
    state: 'unknown',
  });
});
