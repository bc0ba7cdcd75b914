import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sendRaw } from '../raw.ts';
import { type S3Server, startS3 } from './server.ts';

const Bucket = 'a.bucket';
let server: S3Server;
let s3: S3Client;
const callers: string[] = [];

beforeAll(async () => {
  server = await startS3({
    intercept: async ({ caller }, act) => {
      callers.push(caller.accessKeyId);
      await act('send');
    },
  });
  s3 = server.s3;
  await s3.send(new CreateBucketCommand({ Bucket }));
  await s3.send(new PutObjectCommand({ Bucket, Key: 'x', Body: 'content' }));
});

afterAll(() => server.close());

const send = (method: string, path: string, headers: string[] = [], body = '') =>
  sendRaw(server.port, [
    [
      `${method} ${path} HTTP/1.1`,
      ...(headers.some((one) => /^host:/i.test(one)) ? [] : ['Host: localhost']),
      ...headers,
      `Content-Length: ${body.length}`,
      '',
      body,
    ].join('\r\n'),
  ]);

const md5 = (text: string) => createHash('md5').update(text).digest('base64');

describe('virtual-host style', () => {
  it.each([
    `${Bucket}.localhost`,
    `${Bucket}.localhost:4566`,
    `${Bucket}.s3.localhost`,
    `${Bucket}.s3.eu-west-1.localhost`,
  ])('the bucket is read from the host %s', async (host) => {
    expect((await send('GET', '/x', [`Host: ${host}`])).body).toBe('content');
    expect((await send('GET', '/?list-type=2', [`Host: ${host}`])).body).toContain('<Key>x</Key>');
  });

  it.each(['localhost', 'localhost:4566', '127.0.0.1', 's3.localhost', 's3.us-east-1.localhost:4566'])(
    'the bucket is read from the path for the host %s',
    async (host) => {
      expect((await send('GET', `/${Bucket}/x`, [`Host: ${host}`])).body).toBe('content');
      expect((await send('GET', '/', [`Host: ${host}`])).body).toContain('<ListAllMyBucketsResult');
    },
  );
});

describe('responses', () => {
  it("a response has request ids, and XML with S3's namespace", async () => {
    const { headers, body } = await send('GET', `/${Bucket}`);
    expect(headers).toMatch(/x-amz-request-id: [0-9A-F]{16}/);
    expect(headers).toMatch(/x-amz-id-2: \S{60,}/);
    expect(body).toMatch(
      /^<\?xml version="1.0" encoding="UTF-8"\?>\n<ListBucketResult xmlns="http:\/\/s3.amazonaws.com\/doc\/2006-03-01\/">/,
    );
  });

  it('an error has the key, the resource and the request id', async () => {
    const { headers, body } = await send('GET', `/${Bucket}/nothing?x=1`);
    const [, requestId] = /x-amz-request-id: (\w+)/.exec(headers) ?? [];
    expect(body).toContain(
      '<Code>NoSuchKey</Code><Message>The specified key does not exist.</Message><Key>nothing</Key>',
    );
    expect(body).toContain(`<Resource>/${Bucket}/nothing</Resource><RequestId>${requestId}</RequestId><HostId>`);
  });

  it('HEAD is answered with the headers of GET and no body', async () => {
    const [head, get] = [await send('HEAD', `/${Bucket}/x`), await send('GET', `/${Bucket}/x`)];
    expect(head).toMatchObject({ status: 200, body: '' });
    const lines = ({ headers }: { headers: string }) =>
      headers.split('\r\n').filter((line) => /^(etag|content|last|accept)/i.test(line));
    expect(lines(head)).toEqual(lines(get));
    expect(await send('HEAD', `/${Bucket}/nothing`)).toMatchObject({ status: 404, body: '' });
  });

  it.each([
    ['304', ['If-None-Match: *'], 304],
    ['412', ['If-Match: "x"'], 412],
    ['416', ['Range: bytes=99-'], 416],
  ])('the connection stays open after a response with %s', async (_, headers, status) => {
    const one = [`GET /${Bucket}/x HTTP/1.1`, 'Host: localhost', ...headers, '', ''].join('\r\n');
    const next = `GET /${Bucket}/x HTTP/1.1\r\nHost: localhost\r\n\r\n`;
    const { text } = await sendRaw(server.port, [one + next], 300);
    expect(text).toMatch(new RegExp(`^HTTP/1.1 ${status}`));
    expect(text).toMatch(/HTTP\/1.1 200 OK[\s\S]*content$/);
  });

  it('a response header with a line break is refused', async () => {
    const reply = await send('GET', `/${Bucket}/x?response-content-type=a%0D%0AX-Injected:1`);
    expect(reply).toMatchObject({ status: 400, body: expect.stringContaining('InvalidArgument') });
    expect(reply.headers).not.toContain('X-Injected');
  });
});

it('a client that expects 100 Continue receives it', async () => {
  const socket = connect(server.port, '127.0.0.1');
  const received: string[] = [];
  socket.on('data', (bytes) => received.push(String(bytes)));
  socket.write(
    `PUT /${Bucket}/expected HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n`,
  );
  await expect.poll(() => received.join('')).toContain('100 Continue');
  socket.write('body');
  await expect.poll(() => received.join('')).toContain('200 OK');
  socket.destroy();
});

it.each([
  ['before it was read', '/nowhere/x', ''],
  ['while it was read', `/${Bucket}/y`, 'Content-Encoding: aws-chunked\r\n'],
])('the next request is answered after a body was refused %s', async (_, path, header) => {
  const body = `not a size\r\n${'x'.repeat(2_000_000)}`;
  const refused = `PUT ${path} HTTP/1.1\r\nHost: localhost\r\n${header}Content-Length: ${body.length}\r\n\r\n${body}`;
  const { text } = await sendRaw(server.port, [`${refused}GET /${Bucket}/x HTTP/1.1\r\nHost: localhost\r\n\r\n`], 500);
  expect(text).toMatch(/^HTTP\/1.1 40/);
  expect(text).toMatch(/200 OK[\s\S]*content$/);
});

it('a range is answered only if the object matches If-Range', async () => {
  const { ETag } = await s3.send(new PutObjectCommand({ Bucket, Key: 'ranged', Body: '0123456789' }));
  const [past, future] = ['Wed, 01 Jan 2020 00:00:00 GMT', new Date(Date.now() + 60_000).toUTCString()];
  const bodies = [ETag, '"x"', past, future].map(
    async (condition) => (await send('GET', `/${Bucket}/ranged`, ['Range: bytes=8-', `If-Range: ${condition}`])).body,
  );
  expect(await Promise.all(bodies)).toEqual(['89', '0123456789', '0123456789', '89']);
});

describe('presigned URLs', () => {
  const time = (secondsAgo: number) =>
    `${new Date(Date.now() - secondsAgo * 1000).toISOString().replace(/[-:]|\.\d+/g, '')}`;
  const url = (options: { date?: string; expires?: string; more?: string } = {}) =>
    `/${Bucket}/presigned?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=ROLE%2F20300101%2Fus-east-1%2Fs3%2Faws4_request` +
    `&X-Amz-Date=${options.date ?? time(10)}&X-Amz-Expires=${options.expires ?? '60'}&X-Amz-SignedHeaders=host&X-Amz-Signature=abc${options.more ?? ''}`;

  it('a presigned URL names the caller', async () => {
    callers.length = 0;
    expect((await send('PUT', url(), [], 'presigned')).status).toBe(200);
    expect((await send('GET', url())).body).toBe('presigned');
    expect(callers).toEqual(['ROLE', 'ROLE']);
  });

  it('a presigned URL may have headers in its query', async () => {
    await send('PUT', url({ more: '&x-amz-meta-colour=red&x-amz-storage-class=STANDARD_IA' }), [], 'presigned');
    const got = await s3.send(new GetObjectCommand({ Bucket, Key: 'presigned' }));
    expect(got).toMatchObject({ Metadata: { colour: 'red' }, StorageClass: 'STANDARD_IA' });
    await got.Body?.transformToString();
  });

  it.each([
    ['after its time', { date: time(61) }, 403, 'Request has expired'],
    ['for more than a week', { expires: '604801' }, 400, 'AuthorizationQueryParametersError'],
    ['for 0 seconds', { expires: '0' }, 400, 'AuthorizationQueryParametersError'],
    ['with an invalid date', { date: 'today' }, 400, 'AuthorizationQueryParametersError'],
  ])('a presigned URL %s is refused', async (_, options, status, text) => {
    const reply = await send('GET', url(options));
    expect(reply).toMatchObject({ status, body: expect.stringContaining(text) });
  });

  it('a presigned URL of signature version 2 expires', async () => {
    const url2 = (expires: number) => `/${Bucket}/x?AWSAccessKeyId=OLD&Signature=abc&Expires=${expires}`;
    expect((await send('GET', url2(Math.floor(Date.now() / 1000) + 60))).body).toBe('content');
    expect((await send('GET', url2(1))).status).toBe(403);
  });
});

it('DeleteObjects without a digest of its body is refused', async () => {
  const reply = await send('POST', `/${Bucket}?delete`, [], '<Delete><Object><Key>x</Key></Object></Delete>');
  expect(reply).toMatchObject({ status: 400, body: expect.stringContaining('<Code>InvalidRequest</Code>') });
  expect(await send('GET', `/${Bucket}/x`)).toMatchObject({ status: 200 });
});

describe('malformed XML', () => {
  it.each([
    ['a boolean', '<Delete><Quiet>maybe</Quiet><Object><Key>x</Key></Object></Delete>'],
    ['a number', '<Delete><Object><Key>x</Key><Size>ten</Size></Object></Delete>'],
  ])('DeleteObjects refuses XML with a word in the place of %s', async (_, body) => {
    const reply = await send('POST', `/${Bucket}?delete`, [`Content-MD5: ${md5(body)}`], body);
    expect(reply).toMatchObject({ status: 400, body: expect.stringContaining('<Code>MalformedXML</Code>') });
    expect(await send('GET', `/${Bucket}/x`)).toMatchObject({ status: 200 });
  });

  it.each([
    ['nothing', ''],
    ['another document', '<a/>'],
    ['an element that S3 does not know', '<Tagging><TagSet/><Colour/></Tagging>'],
    ['an element twice', '<Tagging><TagSet/><TagSet/></Tagging>'],
    ['a tag without a value', '<Tagging><TagSet><Tag><Key>a</Key></Tag></TagSet></Tagging>'],
    ['a list of other elements', '<Tagging><TagSet><Other><Key>a</Key><Value/></Other></TagSet></Tagging>'],
    ['an element inside a text', '<Tagging><TagSet><Tag><Key><b/></Key><Value/></Tag></TagSet></Tagging>'],
    ['an element that is not closed', '<Tagging><TagSet>'],
    [
      'an entity of its own',
      '<!DOCTYPE a [<!ENTITY b "c">]><Tagging><TagSet><Tag><Key>&b;</Key><Value/></Tag></TagSet></Tagging>',
    ],
    ['nesting without end', '<Tagging>'.repeat(20_000)],
    ['bytes that are not UTF-8', '<Tagging>\xff</Tagging>'],
  ])('%s in place of XML is refused', async (_, body) => {
    const pieces = [
      `PUT /${Bucket}/x?tagging HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${Buffer.byteLength(body, 'latin1')}\r\n\r\n`,
      Buffer.from(body, 'latin1'),
    ];
    const reply = await sendRaw(server.port, pieces);
    expect(reply).toMatchObject({ status: 400, body: expect.stringContaining('<Code>MalformedXML</Code>') });
  });
});
