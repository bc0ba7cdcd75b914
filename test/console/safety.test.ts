import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { PublishCommand } from '@aws-sdk/client-sns';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { execute } from '../deployment.ts';
import { type Console, startConsole } from './open-page.ts';

const HOSTILE = '<img src=x onerror="window.hit=1"><script>window.hit=1</script>';

let aws: Console;
beforeAll(async () => {
  aws = await startConsole();
}, 60_000);
afterAll(() => aws?.close());

async function emptyPage(): Promise<Page> {
  const context = await aws.browser.newContext();
  onTestFinished(() => context.close());
  return await context.newPage();
}

it('hostile texts of requests, messages and events stay text', async () => {
  const { EXPORT_TOPIC_ARN: TopicArn } = aws.aws.environment;
  await execute(aws, { datasetArn: HOSTILE, origin: { trigger: HOSTILE } });
  await aws.sns.send(new PublishCommand({ TopicArn, Subject: 'hostile', Message: HOSTILE }));
  const event = { source: HOSTILE, 'detail-type': HOSTILE, detail: { [HOSTILE]: HOSTILE } };
  await fetch(`${aws.url}_local/console/events`, { method: 'POST', body: JSON.stringify(event) });
  for (const route of ['#/executions', '#/notifications', '#/events']) {
    const page = await aws.open(route);
    await page.getByText('<img src=x').first().waitFor();
    expect(await page.evaluate('window.hit')).toBeUndefined();
    expect(await page.locator('img[src=x]').count()).toBe(0);
  }
  expect(aws.problems).toEqual([]);
});

it('an object of S3 that a browser opens can not call the local AWS', async () => {
  const { EXPORT_BUCKET: Bucket } = aws.aws.environment;
  const Body = `<p>object</p><script>fetch('/_local/faults', {method: 'DELETE'}).then(() => document.title = 'hit')</script>`;
  await aws.s3.send(new PutObjectCommand({ Bucket, Key: 'requests/page.html', Body, ContentType: 'text/html' }));
  const page = await emptyPage();
  await page.goto(`${aws.url}${Bucket}/requests/page.html`);
  await page.getByText('object').waitFor();
  expect(await page.title()).toBe('');
});

it('a page of another origin can neither read nor change nor frame it', async () => {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/html');
    response.end(`<iframe src="${aws.url}"></iframe>`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const page = await emptyPage();
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const read = `fetch('${aws.url}_local/console/executions').then((r) => r.text(), () => 'refused')`;
  const write = `fetch('${aws.url}_local/console/trials/0', {method: 'POST', mode: 'no-cors'}).then((r) => r.type)`;
  expect(await page.evaluate(read)).toBe('refused');
  expect(await page.evaluate(write)).toBe('opaque');
  const groups = await (await fetch(`${aws.url}_local/console/datasets`)).json();
  expect(groups).toMatchObject({ groups: [] });
  expect(await page.frames()[1]?.evaluate('document.body.textContent')).not.toContain('Executions');
  server.close();
});

it('the page asks nothing of any other server', async () => {
  const page = await aws.open();
  const urls = (await page.evaluate(`performance.getEntriesByType('resource').map(({ name }) => name)`)) as string[];
  expect(urls.filter((url) => !url.startsWith(aws.url))).toEqual([]);
});
