import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { PublishBatchCommand, PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientConfig } from '../../src/protocols/account.ts';
import { sendRaw } from '../raw.ts';
import { startStack } from '../stack.ts';

const console = {
  trials: [{ title: 'break', description: '', commands: '', run: () => Promise.reject(new Error('broken')) }],
};

let aws: Awaited<ReturnType<typeof startStack>>;
let url: string;
beforeAll(async () => {
  aws = await startStack({ console });
  url = `${aws.environment.AWS_ENDPOINT_URL}/`;
});
afterAll(() => aws?.stop());

interface Answer {
  message: string;
  spans: { id: number }[];
  nodes: object[];
  messages: object[];
  matches: Record<string, string[]>;
}

const read = async (path: string) => (await (await fetch(`${url}_local/console/${path}`)).json()) as Answer;
const post = (path: string, body: unknown) =>
  fetch(`${url}_local/console/${path}`, { method: 'POST', body: JSON.stringify(body) });

describe('the page', () => {
  it('the page is what a browser gets at the root', async () => {
    const response = await fetch(url, { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } });
    expect(response.headers.get('content-type')).toContain('text/html');
    expect(await response.text()).toContain('<div id="app">');
  });

  it.each<[client: string, path: string, headers: Record<string, string>]>([
    ['a client of S3', '', {}],
    ['a client that accepts anything', '', { accept: '*/*' }],
    [
      'a signed request',
      '',
      { accept: 'text/html', authorization: 'AWS4-HMAC-SHA256 Credential=a/1/us-east-1/s3/aws4_request' },
    ],
    ['a presigned URL', '?X-Amz-Expires=1', { accept: 'text/html' }],
  ])('the page is not what %s gets at the root', async (_, path, headers) => {
    const response = await fetch(url + path, { headers });
    expect(await response.text()).not.toContain('<div id="app">');
  });

  it('the page leaves ListBuckets to the SDK', async () => {
    const s3 = new S3Client(clientConfig(aws.environment));
    expect((await s3.send(new ListBucketsCommand())).Buckets).toEqual([]);
  });

  it('the page has a strict policy, and no inline script', async () => {
    const response = await fetch(url, { headers: { accept: 'text/html' } });
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toContain('unsafe');
    expect(await response.text()).not.toMatch(/<script(?![^>]*\bsrc=)/);
  });

  it('the page has a script of less than 120 KB', async () => {
    const script = await (await fetch(`${url}_local/console/page.js`)).text();
    expect(Buffer.byteLength(script)).toBeLessThan(120_000);
  });

  it.each([
    ['the host of a web site', 'Host: example.com'],
    ['a page of another origin', 'Host: localhost\r\nOrigin: https://example.com'],
    ['another site, as the browser says', 'Host: localhost\r\nSec-Fetch-Site: cross-site'],
  ])('the page refuses %s', async (_, headers) => {
    const port = Number(new URL(url).port);
    for (const path of ['/', '/_local/console/executions', '/_local/console/changes', '/_local/console/page.js']) {
      const reply = await sendRaw(port, [`GET ${path} HTTP/1.1\r\n${headers}\r\nAccept: text/html\r\n\r\n`]);
      expect(reply.status).toBe(403);
    }
  });

  it.each([
    ['GET', 'nothing', 404],
    ['GET', 'executions/arn:none', 404],
    ['GET', 'executions/%ff', 404],
    ['DELETE', 'executions', 405],
    ['POST', 'trials/7', 404],
    ['POST', 'constructor', 404],
  ])('the page answers %s %s with %i', async (method, path, status) => {
    expect((await fetch(`${url}_local/console/${path}`, { method })).status).toBe(status);
  });
});

describe('what the page reads', () => {
  it('the page reads an execution with its timeline and its data', async () => {
    const sfn = new SFNClient(clientConfig(aws.environment));
    const stateMachineArn = aws.environment.STATE_MACHINE_ARN;
    const { executionArn = '' } = await sfn.send(new StartExecutionCommand({ stateMachineArn, input: '{"a":1}' }));
    await expect.poll(() => read('executions')).toMatchObject([{ arn: executionArn, status: 'SUCCEEDED' }]);
    const detail = await read(`executions/${encodeURIComponent(executionArn)}`);
    expect(detail).toMatchObject({ input: '{"a":1}', spans: [{ name: 'Pass', status: 'succeeded' }] });
    const data = await read(`executions/${encodeURIComponent(executionArn)}/${detail.spans[0]?.id}`);
    expect(data).toEqual({ input: '{"a":1}', output: '{"a":1}' });
    const graph = await read(`machines/${encodeURIComponent(stateMachineArn ?? '')}`);
    expect(graph.nodes).toMatchObject([{ name: 'Pass', type: 'Pass' }]);
  });

  it('the page reads messages as the subscribers get them, with the filter policies that match', async () => {
    const sns = new SNSClient(clientConfig(aws.environment));
    const TopicArn = aws.environment.TOPIC_ARN;
    const MessageAttributes = { kind: { DataType: 'String', StringValue: 'good' } };
    const Message = JSON.stringify({ default: 'd', email: 'dear reader', sqs: '{"n":1}' });
    await sns.send(
      new PublishCommand({ TopicArn, Message, MessageStructure: 'json', Subject: 's', MessageAttributes }),
    );
    const PublishBatchRequestEntries = [
      { Id: '1', Message: 'one' },
      { Id: '2', Message: 'two' },
    ];
    await sns.send(new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries }));
    const { messages, matches } = await read(`messages?policy=${encodeURIComponent('{"kind":["good"]}')}`);
    expect(messages).toMatchObject([
      { body: 'two' },
      { body: 'one' },
      { email: 'dear reader', body: '{"n":1}', subject: 's', attributes: { kind: 'good' } },
    ]);
    expect(Object.values(matches)).toEqual([[], [], ['Yours']]);
  });

  it('the page is told what is wrong with a filter policy', async () => {
    expect((await read('messages?policy={')).message).toContain("The filter policy can't be used.");
    expect((await read(`messages?policy=${encodeURIComponent('{"a":1}')}`)).message).toContain('a must be');
  });

  it.each([
    [{ 'detail-type': 't', detail: {} }, "The event's source is missing"],
    [{ source: 's', 'detail-type': '', detail: {} }, 'The event\'s detail-type is ""'],
    [{ source: 's', 'detail-type': 't', detail: [] }, "The event's detail is []"],
  ])('the page cannot send the event %j', async (event, message) => {
    const response = await post('events', event);
    expect(response.status).toBe(400);
    expect(((await response.json()) as Answer).message).toContain(message);
  });

  it('the page is told why something to try did not work', async () => {
    const response = await post('trials/0', {});
    expect(response.status).toBe(409);
    expect(((await response.json()) as Answer).message).toBe('It did not work: broken');
  });

  it('the page gets an event when something changes', async () => {
    const stop = new AbortController();
    const response = await fetch(`${url}_local/console/changes`, { signal: stop.signal });
    const chunks = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    const next = async () => JSON.parse(/data: (.*)/.exec((await chunks?.read())?.value ?? '')?.[1] ?? 'null');
    const first = (await next()) ?? (await next());
    await post('events', { source: 's', 'detail-type': 't', detail: {} });
    expect(Number((await next()).events)).toBe(Number(first.events) + 1);
    stop.abort();
  });
});
