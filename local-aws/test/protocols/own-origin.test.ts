import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { ListTopicsCommand, SNSClient } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientConfig } from '../../src/protocols/account.ts';
import { sendRaw } from '../raw.ts';
import { startStack } from '../stack.ts';

// A web page that the user visits can send requests to this computer, and reads the answers if its name resolves to
// 127.0.0.1. What it can't choose are the headers Host, Origin and Sec-Fetch-Site.

let aws: Awaited<ReturnType<typeof startStack>>;
let s3: S3Client;
let port: number;
beforeAll(async () => {
  aws = await startStack();
  port = Number(new URL(aws.environment.AWS_ENDPOINT_URL ?? '').port);
  s3 = new S3Client({ ...clientConfig(aws.environment), forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: 'kept' }));
  const Body = '<script>fetch("/_local/faults", {method: "DELETE"})</script>';
  await s3.send(new PutObjectCommand({ Bucket: 'kept', Key: 'page', Body, ContentType: 'text/html' }));
});
afterAll(() => aws?.stop());

function send(firstLine: string, headers: string[], body = '') {
  const length = `Content-Length: ${Buffer.byteLength(body)}`;
  return sendRaw(port, [[`${firstLine} HTTP/1.1`, ...headers, length, '', body].join('\r\n')]);
}

const foreign: [from: string, headers: string[]][] = [
  ['the host of a web site', ['Host: example.com']],
  ['the host of a web site, with the port', ['Host: example.com:4566']],
  ['a host that starts like a local one', ['Host: localhost.example.com']],
  ['a host that ends like a local one', ['Host: evillocalhost']],
  ['a host that resolves to 127.0.0.1', ['Host: 127.0.0.1.nip.io']],
  ['the address 0.0.0.0', ['Host: 0.0.0.0']],
  ['an empty host', ['Host: ']],
  ['a page of a web site', ['Host: localhost', 'Origin: https://example.com']],
  ['a page without an origin', ['Host: localhost', 'Origin: null']],
  ['a page of another local server', ['Host: localhost:4566', 'Origin: http://localhost:3000']],
  ['a page that https delivered', ['Host: localhost', 'Origin: https://localhost']],
  ['two origins', ['Host: localhost', 'Origin: http://localhost', 'Origin: http://localhost']],
  ['another site, as the browser says', ['Host: localhost', 'Sec-Fetch-Site: cross-site']],
  ['the same site, as the browser says', ['Host: localhost', 'Sec-Fetch-Site: same-site']],
];

describe('the local AWS', () => {
  it.each(foreign)('refuses a request from %s', async (_, headers) => {
    const reply = await send('GET /kept/page', headers);
    expect(reply.status).toBe(403);
    expect(reply.headers).toMatch(/^connection: close$/im);
    expect(reply.body).not.toContain('script');
  });

  const json = (target: string) => [`X-Amz-Target: ${target}`, 'Content-Type: application/x-amz-json-1.1'];
  it.each<[what: string, firstLine: string, headers: string[], body: string]>([
    ['Personalize', 'POST /', json('AmazonPersonalize.CreateDatasetGroup'), '{"name":"foreign"}'],
    ['Step Functions', 'POST /', json('AWSStepFunctions.ListStateMachines'), '{}'],
    ['EventBridge', 'POST /', json('AWSEvents.PutEvents'), '{"Entries":[]}'],
    ['SQS', 'POST /', json('AmazonSQS.ListQueues'), '{}'],
    ['SNS', 'POST /', ['Content-Type: application/x-www-form-urlencoded'], 'Action=ListTopics&Version=2010-03-31'],
    ['Lambda', 'POST /2015-03-31/functions/x/invocations', [], '{}'],
    ['S3', 'PUT /kept/foreign', [], 'x'],
    ['the faults', 'PUT /_local/faults', [], '[]'],
    ['an unknown path below /_local/', 'GET /_local/nothing', [], ''],
  ])('the local AWS refuses a request of another origin to %s', async (_, firstLine, headers, body) => {
    const reply = await send(firstLine, ['Host: localhost', 'Origin: https://example.com', ...headers], body);
    expect(reply.status).toBe(403);
  });
});

it('a refused request changes nothing', async () => {
  const TopicArn = aws.environment.TOPIC_ARN ?? '';
  const form = new URLSearchParams({ Action: 'DeleteTopic', TopicArn, Version: '2010-03-31' }).toString();
  const type = 'Content-Type: application/x-www-form-urlencoded';
  const origin = 'Origin: https://example.com';
  await send('POST /', ['Host: localhost', type, origin], form);
  await send('DELETE /kept/page', ['Host: localhost', origin]);
  const { Topics } = await new SNSClient(clientConfig(aws.environment)).send(new ListTopicsCommand({}));
  expect(Topics).toContainEqual({ TopicArn });
  await expect(s3.send(new GetObjectCommand({ Bucket: 'kept', Key: 'page' }))).resolves.toBeDefined();
});

describe('the local AWS', () => {
  it.each([
    ['Host: 127.0.0.1'],
    ['Host: 127.0.0.1:4566'],
    ['Host: [::1]:4566'],
    ['Host: localhost'],
    ['Host: LOCALHOST:4566'],
    ['Host: localhost.:4566'],
    ['Host: s3.localhost:4566'],
    ['Host: localhost:4566', 'Origin: http://localhost:4566'],
    ['Host: localhost', 'Sec-Fetch-Site: same-origin'],
    ['Host: localhost', 'Sec-Fetch-Site: none'],
  ])('the local AWS answers a request with %s %s', async (...headers) => {
    expect(await send('GET /kept/page', headers)).toMatchObject({ status: 200 });
  });
});

describe('S3', () => {
  it.each([
    ['an object', '/kept/page'],
    ['an error', '/kept/nothing'],
    ['a list', '/kept?list-type=2'],
  ])('S3 sandboxes %s for a browser', async (_, path) => {
    const { headers } = await send(`GET ${path}`, ['Host: localhost']);
    expect(headers.toLowerCase()).toContain('content-security-policy: sandbox\r\n');
    expect(headers.toLowerCase()).toContain('x-content-type-options: nosniff\r\n');
  });
});

it.each(['GET', 'POST', 'DELETE'])('a request %s /_fauxqs does not reach the library', async (method) => {
  const reply = await send(`${method} /_fauxqs`, ['Host: localhost']);
  expect(reply.status).toBeGreaterThanOrEqual(400);
  expect(reply.body).toContain('<Error>');
});
