import { mkdtemp } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { snsSqs } from '../../src/fauxqs/service.ts';
import { type S3Service, s3Service } from '../../src/s3/service.ts';
import { jsonCall, queryCall, sendRaw } from '../raw.ts';
import { serve } from '../serve.ts';

let running: Awaited<ReturnType<typeof serve>>;
let messages: Awaited<ReturnType<typeof snsSqs>>;
let s3: S3Service;

beforeAll(async () => {
  messages = await snsSqs('us-east-1');
  s3 = s3Service({ accountId: '000000000000', region: 'us-east-1', folder: await mkdtemp(join(tmpdir(), 's3-')) });
  s3.createBucket({ name: 'bucket' });
  running = await serve({
    services: [
      { targetPrefix: 'Test', eventSource: 'test.amazonaws.com', operations: { Ask: () => ({ said: 'yes' }) } },
    ],
    readers: [messages.read, s3.read],
    requestTimeoutMs: 600,
  });
});

afterAll(async () => {
  await running.close();
  await messages.close();
  await s3.close();
});

const half = (pieces: (string | Buffer)[]) => {
  const whole = Buffer.concat(pieces.map((piece) => Buffer.from(piece)));
  return [whole.subarray(0, whole.length - 1)];
};

it.each([
  ['headers', ['POST / HTTP/1.1\r\nHost: localhost\r\nContent-'], 408],
  ['JSON', half(jsonCall('Test.Ask', '{}')), undefined],
  ['SQS', half(jsonCall('AmazonSQS.ListQueues', '{}')), undefined],
  ['SNS', half(queryCall({ Action: 'ListTopics' })), undefined],
  ['an object', ['PUT /bucket/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nabc'], undefined],
])('the server closes a connection that sends only half of %s', async (_, pieces, status) => {
  expect((await sendRaw(running.port, pieces, 5000)).status).toBe(status);
});

it('the server accepts a request that arrives byte by byte', async () => {
  const bytes = Buffer.concat(jsonCall('Test.Ask', '{}').map((piece) => Buffer.from(piece)));
  const socket = connect(running.port, '127.0.0.1');
  const answer = new Promise<Buffer>((resolve) => socket.once('data', resolve));
  for (const byte of bytes) socket.write(Buffer.of(byte));
  expect(String(await answer)).toContain('200 OK');
  socket.destroy();
});

it('the server answers other clients while some close their connections early', async () => {
  const leaving = Array.from({ length: 50 }, async (_, index) => {
    const socket = connect(running.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write(
      index % 2
        ? 'GET /bucket/nothing HTTP/1.1\r\nHost: localhost\r\n\r\n'
        : (half(jsonCall('Test.Ask', '{}'))[0] ?? ''),
    );
    await sleep(index % 5);
    socket.destroy();
  });
  const replies = await Promise.all(
    Array.from({ length: 20 }, () => sendRaw(running.port, jsonCall('Test.Ask', '{}'))),
  );
  await Promise.all(leaving);
  expect(replies.map(({ status }) => status)).toEqual(Array(20).fill(200));
});
