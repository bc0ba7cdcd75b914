import { expect, it } from 'vitest';
import { executionLines } from '../../../cli/executions.ts';

const started = { executionArn: 'arn:aws:states:r:1:execution:m:e', startDate: new Date(0), status: 'RUNNING' };

it('executionLines aligns the columns, and shows the first of many exports', () => {
  const stopDate = new Date(61_000);
  const arns = ['arn:aws:personalize:r:1:dataset/shop/ITEMS', 'b', 'c'];
  expect(
    executionLines([
      { ...started, status: 'SUCCEEDED', stopDate, trigger: 'schedule', exports: arns },
      { ...started, stopDate, exports: [] },
    ]),
  ).toEqual([
    'STATUS     STARTED               DURATION   TRIGGER   EXPORTS                        EXECUTION',
    `SUCCEEDED  1970-01-01T00:00:00Z  1 min 1 s  schedule  dataset/shop/ITEMS and 2 more  ${started.executionArn}`,
    `RUNNING    1970-01-01T00:00:00Z  1 min 1 s  -         -                              ${started.executionArn}`,
  ]);
});

it('executionLines keeps a trigger with line breaks and escape sequences on its line, and cuts a long one', () => {
  const [, line, ...others] = executionLines([{ ...started, trigger: `a\n\u001b[31m${'x'.repeat(500)}`, exports: [] }]);
  expect(others).toEqual([]);
  expect(line).not.toMatch(/\p{Cc}/u);
  expect(line?.length).toBeLessThan(250);
});

it('executionLines shows the whole ARN of an execution with a long name', () => {
  const executionArn = `${started.executionArn}${'x'.repeat(300)}`;
  expect(executionLines([{ ...started, executionArn, exports: [] }])[1]).toContain(executionArn);
});

it('executionLines says that there are no executions', () => {
  expect(executionLines([])).toEqual(['There are no executions.']);
});
