import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Console, startSeededConsole } from './open-page.ts';

// With a local AWS of their own: the tests read the newest notification.
let aws: Console;
beforeAll(async () => {
  aws = await startSeededConsole();
}, 90_000);
afterAll(() => aws?.close());

it('a notification can be read as an e-mail, as JSON and raw', async () => {
  const page = await aws.open('#/notifications');
  await page.getByRole('article', { name: 'The e-mail' }).getByText('was exported.').waitFor();
  await page.getByRole('tab', { name: 'JSON' }).click();
  await page.getByText('"outcome": "ACTIVE"').waitFor();
  await page.getByRole('tab', { name: 'Raw' }).click();
  await page.getByText('"MessageStructure": "json"').waitFor();
});

it('a filter policy of one’s own marks the messages that match', async () => {
  const page = await aws.open('#/notifications');
  await page.getByText('Filter policies', { exact: true }).click();
  await page.getByLabel('A policy to try').fill('{"datasetType": ["USERS"]}');
  await page.getByRole('button', { name: 'Compare' }).click();
  await page.locator('.tag', { hasText: 'Yours' }).waitFor();
  expect(await page.locator('.tag', { hasText: 'Yours' }).count()).toBe(1);
});
