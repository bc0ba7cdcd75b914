import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { ListDatasetGroupsCommand, PersonalizeClient } from '@aws-sdk/client-personalize';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jsonCall, queryCall, sendRaw } from '../raw.ts';
import { chunked, deepJson, get, post } from './raw-requests.ts';
import { startTarget } from './target.ts';

// Bytes that are not HTTP, not whole or too many: the local AWS answers, and goes on.

let target: Awaited<ReturnType<typeof startTarget>>;
beforeAll(async () => {
  target = await startTarget();
});
afterAll(() => target?.stop());

const json = /application\/x-amz-json/;
const xml = /application\/xml|text\/xml/;

describe('the HTTP server', () => {
  it.each<[what: string, pieces: (string | Buffer)[], status: number]>([
    ['bytes that are not HTTP', ['\x16\x03\x01\x02\x00\x01\x00\x01\xfc'], 400],
    ['a negative length', ['POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -5\r\n\r\n'], 400],
    ['two lengths', ['POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'], 400],
    [
      'both a length and chunks',
      ['POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n'],
      400,
    ],
    ['headers above 16 KB', [`GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`], 431],
    ['a thousand headers', [`GET / HTTP/1.1\r\nHost: localhost\r\n${'a: b\r\n'.repeat(1000)}\r\n`], 431],
    ['a request without a host', ['GET / HTTP/1.1\r\n\r\n'], 400],
  ])('the server refuses %s', async (_, pieces, status) => {
    expect(await sendRaw(target.port, pieces)).toMatchObject({ status });
  });

  it('the server answers HTTP/1.0', async () => {
    const reply = await sendRaw(target.port, ['GET /kept/object HTTP/1.0\r\n\r\n']);
    expect(reply).toMatchObject({ status: 200, body: 'kept' });
  });

  it('the server answers requests in one connection in their order', async () => {
    const [call = '', body = ''] = jsonCall('AmazonPersonalize.ListDatasetGroups', '{}');
    const piped = `${get('/kept/object')}${call}${body}${get('/kept/object')}`;
    const { text } = await sendRaw(target.port, [piped], 200);
    expect(text.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(3);
    expect(text.indexOf('kept')).toBeLessThan(text.indexOf('datasetGroups'));
  });

  it('the server answers a request that is followed by bytes that are not HTTP', async () => {
    const [call = '', body = ''] = jsonCall('AmazonPersonalize.ListDatasetGroups', '{}');
    const { status } = await sendRaw(target.port, [`${call}${body}\0\0garbage\r\n\r\n`]);
    expect(status).not.toBe(400);
  });
});

describe('a body that is too large', () => {
  const megabyte = 'x'.repeat(1024 * 1024);

  it.each([
    ['JSON', jsonCall('AmazonPersonalize.ListDatasets', megabyte.repeat(3)), json],
    [
      'JSON in chunks',
      [
        'POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: AmazonPersonalize.ListDatasets\r\nTransfer-Encoding: chunked\r\n\r\n',
        ...Array(20).fill(`100000\r\n${megabyte}\r\n`),
        '0\r\n\r\n',
      ],
      json,
    ],
    ['JSON for SQS', jsonCall('AmazonSQS.SendMessage', megabyte.repeat(5)), json],
    ['a form for SNS', queryCall({ Action: 'Publish', Message: megabyte.repeat(5) }), xml],
  ])('a body that is too large is refused: %s', async (_, pieces, type) => {
    const reply = await sendRaw(target.port, pieces);
    expect(reply).toMatchObject({ status: 413, headers: expect.stringMatching(type) });
    expect(reply.body).toContain('EntityTooLarge');
  });

  it.each([
    ['XML', post('/kept?delete', 'application/xml', megabyte.repeat(5))],
    [
      'an object above 5 GiB, before it is read',
      ['PUT /kept/huge HTTP/1.1\r\nHost: localhost\r\nContent-Length: 6000000000\r\n\r\nx'],
    ],
  ])('a body that is too large is refused by S3: %s', async (_, pieces) => {
    const reply = await sendRaw(target.port, pieces);
    expect(reply).toMatchObject({ status: 400, headers: expect.stringMatching(xml) });
    expect(reply.body).toContain('EntityTooLarge');
  });

  it('a list of faults that is too large is refused', async () => {
    const reply = await sendRaw(
      target.port,
      [
        `PUT /_local/faults HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3000000\r\n\r\n${megabyte}`,
        megabyte,
        megabyte,
      ],
      1000,
    );
    expect(reply).toMatchObject({ status: 413, headers: expect.stringContaining('application/json') });
  });
});

it('an upload that is cut off leaves no object', async () => {
  const socket = connect(target.port, '127.0.0.1');
  socket.write(`PUT /kept/half HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n${'x'.repeat(500_000)}`);
  await sleep(100);
  socket.destroy();
  await sleep(100);
  const { Contents = [] } = await target.s3.send(new ListObjectsV2Command({ Bucket: 'kept' }));
  expect(Contents.map(({ Key }) => Key)).toEqual(['object']);
});

it('an event that is nested deeply is refused', async () => {
  const entry = { Source: 'team.exports', DetailType: 'Dataset Export Requested', Detail: deepJson };
  const { Entries = [] } = await new EventBridgeClient(target.config).send(new PutEventsCommand({ Entries: [entry] }));
  expect(Entries).toMatchObject([{ ErrorCode: 'MalformedDetail' }]);
});

it('an execution whose input is nested deeply ends', async () => {
  const sfn = new SFNClient(target.config);
  const { STATE_MACHINE_ARN: stateMachineArn } = target.environment;
  const { executionArn } = await sfn.send(new StartExecutionCommand({ stateMachineArn, input: deepJson }));
  const status = async () => (await sfn.send(new DescribeExecutionCommand({ executionArn }))).status;
  await expect.poll(status, { timeout: 10_000 }).not.toBe('RUNNING');
});

it('the server listens on loopback only', async () => {
  const addresses = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
  for (const { address, internal, family } of addresses) {
    if (internal || family !== 'IPv4') continue;
    const refused = new Promise((resolve) =>
      connect(target.port, address).once('error', resolve).once('connect', resolve),
    );
    expect(await refused).toMatchObject({ code: 'ECONNREFUSED' });
  }
});

describe('after hundreds of requests of noise and mangled bytes', () => {
  const mangledRequests = () => {
    const { NOTIFICATIONS_QUEUE_URL, STATE_MACHINE_ARN } = target.environment;
    const group = 'arn:aws:personalize:us-east-1:1:dataset-group/x';
    const wholeRequests = [
      jsonCall('AmazonPersonalize.ListDatasets', JSON.stringify({ datasetGroupArn: group })),
      jsonCall('AWSStepFunctions.ListExecutions', JSON.stringify({ stateMachineArn: STATE_MACHINE_ARN })),
      jsonCall('AWSEvents.PutEvents', '{"Entries":[{"Source":"a","DetailType":"b","Detail":"{}"}]}'),
      jsonCall('AmazonSQS.ReceiveMessage', JSON.stringify({ QueueUrl: `${NOTIFICATIONS_QUEUE_URL}x` })),
      queryCall({ Action: 'ListTopics', Version: '2010-03-31' }),
      get('/kept/object', ['Range: bytes=0-1']),
      get('/kept?list-type=2&prefix=%20'),
      chunked('/nowhere/x', '2\r\nab\r\n0\r\nx-amz-checksum-crc32:AAAA\r\n\r\n'),
      get('/_local/faults'),
    ].map((pieces) => Buffer.concat(pieces.map((piece) => Buffer.from(piece))));
    const changes = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { maxLength: 5 });
    const length = fc.option(fc.nat(), { freq: 2 });
    return fc.tuple(fc.constantFrom(...wholeRequests), changes, length).map(([whole, places, cut]) => {
      const bytes = Buffer.from(whole);
      for (const [place, byte] of places) bytes[place % bytes.length] = byte;
      return cut === null ? bytes : bytes.subarray(0, cut % bytes.length);
    });
  };

  beforeAll(async () => {
    const noise = fc.uint8Array({ maxLength: 600 }).map((bytes) => Buffer.from(bytes));
    const requests = fc.sample(
      fc.oneof({ weight: 3, arbitrary: mangledRequests() }, { weight: 1, arbitrary: noise }),
      600,
    );
    while (requests.length > 0)
      await Promise.all(requests.splice(0, 40).map((bytes) => sendRaw(target.port, [bytes], 40)));
  }, 60_000);

  it('S3 still has its objects after hundreds of requests of noise and mangled bytes', async () => {
    const { Body } = await target.s3.send(new GetObjectCommand({ Bucket: 'kept', Key: 'object' }));
    expect(await Body?.transformToString()).toBe('kept');
  });

  it('Personalize still answers after hundreds of requests of noise and mangled bytes, and has no dataset group', async () => {
    expect((await new PersonalizeClient(target.config).send(new ListDatasetGroupsCommand({}))).datasetGroups).toEqual(
      [],
    );
  });

  it('SQS still answers after hundreds of requests of noise and mangled bytes', async () => {
    const { NOTIFICATIONS_QUEUE_URL: QueueUrl } = target.environment;
    const AttributeNames = ['ApproximateNumberOfMessages' as const];
    const request = new GetQueueAttributesCommand({ QueueUrl, AttributeNames });
    await expect(new SQSClient(target.config).send(request)).resolves.toBeDefined();
  });
});
