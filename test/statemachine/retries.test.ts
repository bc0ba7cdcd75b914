import { describe, expect, it } from 'vitest';
import { definition, definitionText } from '../../scripts/definition.ts';
import * as errors from '../../src/lambda/errors.ts';

const inMap = definition.States.ExportDatasets?.ItemProcessor?.States ?? {};
const states = { ...definition.States, ...inMap };

/** Errors that are expected to pass: ours, Lambda's and Step Functions'. From
 * https://docs.aws.amazon.com/step-functions/latest/dg/bp-lambda-serviceexception.html and
 * https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html. */
const transient = {
  ErrorEquals: [
    'TransientError',
    'Lambda.ClientExecutionTimeoutException',
    'Lambda.ServiceException',
    'Lambda.AWSLambdaException',
    'Lambda.SdkClientException',
    'Lambda.TooManyRequestsException',
    'Lambda.Unknown',
    'Sandbox.Timedout',
    'Runtime.ExitError',
    'States.Timeout',
  ],
  ...{ IntervalSeconds: 2, MaxAttempts: 8, BackoffRate: 2, MaxDelaySeconds: 60, JitterStrategy: 'FULL' },
};
/** Each attempt of VerifyExport may take a quarter of an hour. */
const transientTwice = {
  ErrorEquals: transient.ErrorEquals,
  ...{ IntervalSeconds: 30, MaxAttempts: 2, BackoffRate: 2, JitterStrategy: 'FULL' },
};
const anything = {
  ErrorEquals: ['States.ALL'],
  ...{ IntervalSeconds: 15, MaxAttempts: 3, BackoffRate: 2, MaxDelaySeconds: 60, JitterStrategy: 'FULL' },
};
const catchAll = (Next: string, ResultPath?: string) => [
  { ErrorEquals: ['States.ALL'], ...(ResultPath && { ResultPath }), Next },
];

/** What each Task retries, and what becomes of an error that is left. A failed call of Create or Plan is final, unless it is
 * expected to pass. A repeated Describe or Notify is harmless, so there any error is retried. */
const TASKS: [name: string, retriers: object[], catchers: object[] | undefined][] = [
  ['PlanExports', [transient], catchAll('NotifyRejected')],
  ['DescribeImportJob', [transient, anything], catchAll('NotifyRejected')],
  // A failed attempt may have created the job.
  ['CreateExportJob', [transient], catchAll('DescribeExportJob', '$.createError')],
  ['DescribeExportJob', [transient, anything], catchAll('Notify', '$.error')],
  ['VerifyExport', [transientTwice], catchAll('Notify', '$.verifyError')],
  ['Notify', [transient, anything], catchAll('NotificationFailed', '$.error')],
  // If nobody can be notified, the execution fails with the error itself.
  ['NotifyRejected', [transient, anything], undefined],
  ['NotifyImportFailed', [transient, anything], undefined],
  ['NotifyNothingToExport', [transient, anything], undefined],
];

it('the table of this test lists every Task of the definition', () => {
  const tasks = Object.entries(states).filter(([, { Type }]) => Type === 'Task');
  expect(tasks.map(([name]) => name).sort()).toEqual(TASKS.map(([name]) => name).sort());
});

describe.each(TASKS)('the task %s', (name, retriers, catchers) => {
  it('a task retries the errors that it may', () => {
    expect(states[name]?.Retry).toEqual(retriers);
  });

  it('a task catches all other errors, or fails with them', () => {
    expect(states[name]?.Catch).toEqual(catchers);
  });
});

it('the only error of ours that is retried is TransientError', () => {
  const ownErrors = Object.values(errors).map((OwnError) => new OwnError('').name);
  expect(ownErrors).toContain('TransientError');
  expect(ownErrors.filter((name) => definitionText.includes(`"${name}"`))).toEqual(['TransientError']);
});
