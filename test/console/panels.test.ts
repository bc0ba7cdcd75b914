import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { setFaults } from '../deployment.ts';
import { type Console, startSeededConsole } from './open-page.ts';

let aws: Console;
beforeAll(async () => {
  aws = await startSeededConsole();
}, 90_000);
afterAll(() => aws?.close());

it('an export shows its figures and its first rows, and its file can be downloaded', async () => {
  const page = await aws.open('#/exports');
  await page.locator('.row', { hasText: 'demo-shop/USERS' }).locator('.summary').click();
  await page.getByRole('cell', { name: 'u1', exact: true }).waitFor();
  expect(await page.getByLabel("The manifest's figures").textContent()).toContain('Rows25');
  const downloading = page.waitForEvent('download');
  await page.getByRole('link', { name: /\.csv$/ }).click();
  const file = await readFile(await (await downloading).path(), 'utf8');
  expect(file).toContain('USER_ID');
});

it('a dataset group shows its datasets, fields and jobs', async () => {
  const page = await aws.open('#/datasets');
  const group = page.getByRole('region', { name: 'Dataset group demo-shop' });
  await group.getByText('CREATION_TIMESTAMP').waitFor();
  expect(await group.getByRole('list', { name: 'Jobs of Items' }).getByRole('listitem').count()).toBeGreaterThan(1);
});

it('a CSV file is imported with a schema from its header', async () => {
  const page = await aws.open('#/datasets');
  await page.getByText('Import a CSV file').click();
  const buffer = Buffer.from('ITEM_ID,COLOUR,CREATION_TIMESTAMP\ni1,red,1700000000\n');
  await page.getByRole('combobox', { name: 'Dataset group' }).fill('uploaded');
  await page.getByLabel('CSV file').setInputFiles({ name: 'items.csv', mimeType: 'text/csv', buffer });
  await expect.poll(() => page.getByLabel(/^Schema/).inputValue()).toContain('"COLOUR"');
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  const jobs = page
    .getByRole('region', { name: 'Dataset group uploaded' })
    .getByRole('list', { name: 'Jobs of Items' });
  await jobs.getByText('import', { exact: true }).waitFor();
  await jobs.getByText('ACTIVE').first().waitFor();
});

it('an event shows why a rule did not match; edited and sent again, it matches', async () => {
  const page = await aws.open('#/events');
  await page.getByText('Send an event').click();
  const event = { source: 'my.shop', 'detail-type': 'Dataset Export Wanted', detail: { datasetArn: 'arn' } };
  const form = page.locator('.tools');
  await form.getByLabel('Event', { exact: true }).fill(JSON.stringify(event));
  await form.getByRole('button', { name: 'Send the event' }).click();
  const row = page.locator('.row', { hasText: 'Dataset Export Wanted' });
  await row.getByText('expected ["Dataset Export Requested"]').waitFor();
  await row.getByText('Edit and send again').click();
  const edited = JSON.stringify({ ...event, 'detail-type': 'Dataset Export Requested' });
  await row.getByLabel('Event', { exact: true }).fill(edited);
  await row.getByRole('button', { name: 'Send the event' }).click();
  const matched = page.locator('.row', { hasText: 'Dataset Export Requested' }).locator('.summary');
  await matched.getByText('Matched').waitFor();
});

it('a fault is set, hit and cleared', async () => {
  const page = await aws.open('#/faults');
  await page.getByText('A fault of your own').click();
  await page
    .getByLabel('Fault', { exact: true })
    .fill('{"service": "personalize", "operation": "ListSchemas", "status": 503}');
  await page.getByRole('button', { name: 'Set this fault' }).click();
  await page.getByText('0 hits').waitFor();
  const headers = { 'x-amz-target': 'AmazonPersonalize.ListSchemas', 'content-type': 'application/x-amz-json-1.1' };
  await fetch(aws.url, { method: 'POST', headers, body: '{}' });
  await page.getByText('1 hit', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Clear all' }).click();
  await page.getByText('No fault is set.').waitFor();
});

it('a wrong fault is refused with the reason', async () => {
  const page = await aws.open('#/faults');
  await page.getByText('A fault of your own').click();
  await page.getByLabel('Fault', { exact: true }).fill('{"service": "nowhere", "operation": "*", "status": 503}');
  await page.getByRole('button', { name: 'Set this fault' }).click();
  expect(await page.getByRole('alert').textContent()).toContain('service');
});

it('faults of the services do not apply to what the page reads', async () => {
  onTestFinished(async () => void (await setFaults(aws)));
  await setFaults(
    aws,
    { service: 'states', operation: '*', status: 503 },
    { service: 's3', operation: '*', status: 503 },
  );
  const page = await aws.open('#/exports');
  await page.locator('.row', { hasText: 'demo-shop/USERS' }).locator('.summary').click();
  await page.getByRole('cell', { name: 'u1', exact: true }).waitFor();
});
