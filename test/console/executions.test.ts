import { afterAll, beforeAll, expect, it } from 'vitest';
import { seedData } from '../../demo/seed-data.ts';
import { datasetArn, setFaults } from '../deployment.ts';
import { type Console, startConsole } from './open-page.ts';

let aws: Console;
beforeAll(async () => {
  aws = await startConsole({ jobSeconds: 0.2 });
  await seedData(aws.aws.environment, AbortSignal.timeout(60_000));
}, 90_000);
afterAll(() => aws?.close());

it('an export appears, goes on and ends without a reload', { timeout: 90_000 }, async () => {
  await setFaults(aws, { job: 'export', seconds: 8, times: 1 });
  const page = await aws.open();
  await page.evaluate('window.isSamePage = true');
  await page.getByText('Start an execution').click();
  const request = { datasetArn: datasetArn('demo-shop', 'USERS'), tags: [{ tagKey: 'shown', tagValue: 'yes' }] };
  await page.getByLabel('Input', { exact: true }).first().fill(JSON.stringify(request));
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  const row = page.locator('.row.open');
  await row.getByText('"tagKey": "shown"').waitFor();
  await row.getByText('Running', { exact: true }).waitFor();
  await row.getByText('next in').waitFor();
  await row.getByText('Succeeded', { exact: true }).waitFor({ timeout: 60_000 });
  await row.getByRole('button', { name: /^VerifyExport \(Task\), succeeded/ }).waitFor();
  expect(await page.evaluate('window.isSamePage')).toBe(true);
  expect(aws.problems).toEqual([]);
});

it('a failed export shows its reason and its remedy', async () => {
  const page = await aws.open();
  await page.getByText('Try something').click();
  await page.getByRole('button', { name: 'Run: Rehearse a failed export' }).click();
  const notice = page.getByRole('region', { name: 'What failed' });
  await notice.getByText('What to do').waitFor();
  expect(await notice.textContent()).toContain('Insufficient privileges for accessing data in S3');
  expect(await notice.textContent()).toContain('Allow s3:PutObject and s3:ListBucket');
  await notice.getByRole('link', { name: 'Read the notification' }).click();
  await page.getByRole('article', { name: 'The e-mail' }).getByText('CREATE FAILED: the ITEMS dataset').waitFor();
});

it('a throttled call shows its retries, and each attempt its error', async () => {
  const page = await aws.open();
  await page.getByText('Try something').click();
  await page.getByRole('button', { name: 'Run: Rehearse throttling' }).click();
  await page.getByRole('button', { name: /^CreateExportJob .* errors: TransientError, TransientError$/ }).click();
  const attempts = page.getByRole('list', { name: 'Failed attempts' });
  await attempts.getByText('ThrottlingException').first().waitFor();
  await page.getByRole('group', { name: 'Input' }).getByText('"jobName"').waitFor();
});

it('the state machine is drawn with the states that the execution went through', async () => {
  const page = await aws.open();
  const graph = page.getByRole('img', { name: /^The state machine\. The execution went through: PlanExports, / });
  await graph.waitFor();
  expect(await graph.getByText('NotifyRejected').count()).toBe(1);
});
