import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { ListDatasetGroupsCommand, PersonalizeClient } from '@aws-sdk/client-personalize';
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalAws } from '../src/local-aws.ts';
import { clientConfig } from '../src/protocols/account.ts';
import { jsonCall, queryCall, sendRaw } from './raw.ts';
import { startStack } from './stack.ts';

let aws: LocalAws;
let port: number;
let personalize: PersonalizeClient;
let s3: S3Client;
let sfn: SFNClient;
let sns: SNSClient;
let sqs: SQSClient;

beforeAll(async () => {
  aws = await startStack();
  port = Number(new URL(aws.environment.AWS_ENDPOINT_URL ?? '').port);
  const config = { ...clientConfig(aws.environment), maxAttempts: 1 };
  personalize = new PersonalizeClient(config);
  s3 = new S3Client({ ...config, forcePathStyle: true });
  sfn = new SFNClient(config);
  sns = new SNSClient(config);
  sqs = new SQSClient(config);
  await s3.send(new CreateBucketCommand({ Bucket: 'kept' }));
  await s3.send(new PutObjectCommand({ Bucket: 'kept', Key: 'object', Body: 'kept' }));
});

afterAll(async () => {
  await aws?.stop();
});

const json = /application\/x-amz-json/;
const xml = /application\/xml|text\/xml/;
const get = (path: string, headers: string[] = []) => [
  [`GET ${path} HTTP/1.1`, 'Host: x', ...headers, '', ''].join('\r\n'),
];
const post = (path: string, type: string, body: string) => [
  `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
];
const put = (path: string, body: string, ...headers: string[]) => [
  [`PUT ${path} HTTP/1.1`, 'Host: x', `Content-Length: ${body.length}`, ...headers, '', body].join('\r\n'),
];
const chunked = (path: string, body: string, ...headers: string[]) =>
  put(
    path,
    body,
    'Content-Encoding: aws-chunked',
    'x-amz-content-sha256: STREAMING-UNSIGNED-PAYLOAD-TRAILER',
    ...headers,
  );
const deep = `${'{"a":'.repeat(40_000)}1${'}'.repeat(40_000)}`;

describe('a request that is wrong gets an error in the form of its protocol', () => {
  const personalizeOf = (operation: string) => `AmazonPersonalize.${operation}`;
  it.each<[what: string, pieces: (string | Buffer)[], status: number, type: RegExp, error: string]>([
    ['an unknown operation', jsonCall(personalizeOf('Destroy'), '{}'), 400, json, 'UnknownOperationException'],
    [
      'an operation that every object has',
      jsonCall(personalizeOf('constructor'), '{}'),
      400,
      json,
      'UnknownOperationException',
    ],
    ['no operation', jsonCall('AmazonPersonalize', '{}'), 400, json, 'UnknownOperationException'],
    ['an unknown service', jsonCall('DynamoDB_20120810.PutItem', '{}'), 400, json, 'UnknownOperationException'],
    ['JSON without a target', post('/', 'application/x-amz-json-1.1', '{}'), 400, json, 'UnknownOperationException'],
    ['no JSON', jsonCall(personalizeOf('ListDatasets'), '{"a":'), 400, json, 'SerializationException'],
    ['JSON that is no object', jsonCall(personalizeOf('ListDatasets'), '[1]'), 400, json, 'SerializationException'],
    [
      'invalid UTF-8',
      jsonCall(personalizeOf('ListDatasets'), Buffer.from([0x7b, 0xff, 0x7d])),
      400,
      json,
      'SerializationException',
    ],
    ['deep JSON', jsonCall(personalizeOf('CreateDatasetImportJob'), deep), 400, json, 'SerializationException'],
    ['deep JSON for SQS', jsonCall('AmazonSQS.SendMessage', deep), 400, json, 'SerializationException'],
    [
      'a wrong type',
      jsonCall(personalizeOf('ListDatasets'), '{"maxResults":{"__proto__":1}}'),
      400,
      json,
      'SerializationException',
    ],
    ['SQS: null', jsonCall('AmazonSQS.SendMessage', 'null'), 400, json, 'SerializationException'],
    ['SQS: a wrong type', jsonCall('AmazonSQS.SendMessage', '{"QueueUrl":5}'), 400, json, 'SerializationException'],
    ['SQS: an unknown operation', jsonCall('AmazonSQS.__proto__', '{}'), 400, json, 'InvalidAction'],
    ['SNS: an unknown action', queryCall({ Action: 'toString' }), 400, xml, 'InvalidAction'],
    ['SNS: no action', queryCall({ Version: '2010-03-31' }), 400, xml, 'MissingAction'],
    ['S3: a bad escape in the path', get('/kept/%zz'), 400, xml, 'InvalidURI'],
    ['S3: half a character in the path', get('/kept/%c3'), 400, xml, 'InvalidURI'],
    ['S3: an address that is whole', get('http://kept/object'), 400, xml, 'InvalidURI'],
    ['S3: an address of nothing', get('//'), 404, xml, 'NoSuchBucket'],
    ['S3: bad escapes in the query', get('/kept/nothing?%zz=%&&=&uploads=%c3'), 404, xml, 'NoSuchKey'],
    ['S3: a long bucket', get(`/${'b'.repeat(500)}/key`), 400, xml, 'InvalidBucketName'],
    ['S3: an unknown method', ['PATCH /kept/object HTTP/1.1\r\nHost: x\r\n\r\n'], 405, xml, 'MethodNotAllowed'],
    ['S3: a POST to nothing', post('/', 'text/plain', 'x'), 405, xml, 'MethodNotAllowed'],
    ['S3: no XML', post('/kept?delete', 'application/xml', '<Delete><Key>'.repeat(1000)), 400, xml, 'MalformedXML'],
    ['S3: XML of another operation', post('/kept/x?uploadId=1', 'application/xml', '<a/>'), 400, xml, 'MalformedXML'],
    ['S3: an unknown upload', get('/kept/x?uploadId=1'), 404, xml, 'NoSuchUpload'],
    ['S3: a source with a bad escape', put('/kept/x', '', 'x-amz-copy-source: /%zz'), 400, xml, 'InvalidArgument'],
    ['S3: a chunk of no size', chunked('/kept/x', 'zz\r\nab\r\n0\r\n\r\n'), 400, xml, 'IncompleteBody'],
    ['S3: a chunk of less than nothing', chunked('/kept/x', '-6\r\n'), 400, xml, 'IncompleteBody'],
    ['S3: a chunk that is cut', chunked('/kept/x', '5\r\nab'), 400, xml, 'IncompleteBody'],
    [
      'S3: less than was promised',
      chunked('/kept/x', '2\r\nab\r\n0\r\n\r\n', 'x-amz-decoded-content-length: 3'),
      400,
      xml,
      'IncompleteBody',
    ],
    [
      'S3: a length that is none',
      chunked('/kept/x', '0\r\n\r\n', 'x-amz-decoded-content-length: -1'),
      400,
      xml,
      'IncompleteBody',
    ],
    [
      'S3: a bucket in a strange host',
      ['GET / HTTP/1.1\r\nHost: no-bucket.localhost\r\n\r\n'],
      404,
      xml,
      'NoSuchBucket',
    ],
    ['faults below another path', get('/_local/nothing'), 404, /application\/json/, 'NotFound'],
  ])('%s', async (_, pieces, status, type, error) => {
    const reply = await sendRaw(port, pieces);
    expect(reply).toMatchObject({ status, headers: expect.stringMatching(type), body: expect.stringContaining(error) });
  });
});

describe('what is no HTTP, or not whole', () => {
  it.each<[what: string, pieces: (string | Buffer)[], status: number]>([
    ['no HTTP', ['\x16\x03\x01\x02\x00\x01\x00\x01\xfc'], 400],
    ['a length below 0', ['POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n'], 400],
    ['two lengths', ['POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'], 400],
    [
      'a length and chunks',
      ['POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n'],
      400,
    ],
    ['headers above 16 KB', [`GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`], 431],
    ['a thousand headers', [`GET / HTTP/1.1\r\nHost: x\r\n${'a: b\r\n'.repeat(1000)}\r\n`], 431],
    ['no host', ['GET / HTTP/1.1\r\n\r\n'], 400],
  ])('%s', async (_, pieces, status) => {
    expect(await sendRaw(port, pieces)).toMatchObject({ status });
  });

  it('speaks HTTP/1.0', async () => {
    const reply = await sendRaw(port, ['GET /kept/object HTTP/1.0\r\n\r\n']);
    expect(reply).toMatchObject({ status: 200, body: 'kept' });
  });

  it('answers piped requests in their order, and nothing to what comes behind that is none', async () => {
    const [call = '', body = ''] = jsonCall('AmazonPersonalize.ListDatasetGroups', '{}');
    const piped = `${get('/kept/object')}${call}${body}${get('/kept/object')}`;
    const { text } = await sendRaw(port, [piped], 200);
    expect(text.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(3);
    expect(text.indexOf('kept')).toBeLessThan(text.indexOf('datasetGroups'));
    const { status } = await sendRaw(port, [`${call}${body}\0\0garbage\r\n\r\n`]);
    expect(status).not.toBe(400);
  });
});

describe('bodies that are too large', () => {
  const megabyte = 'x'.repeat(1024 * 1024);

  it.each([
    ['JSON', jsonCall('AmazonPersonalize.ListDatasets', megabyte.repeat(3)), json],
    [
      'JSON in chunks',
      [
        'POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: AmazonPersonalize.ListDatasets\r\nTransfer-Encoding: chunked\r\n\r\n',
        ...Array(20).fill(`100000\r\n${megabyte}\r\n`),
        '0\r\n\r\n',
      ],
      json,
    ],
    ['SQS', jsonCall('AmazonSQS.SendMessage', megabyte.repeat(5)), json],
    ['SNS', queryCall({ Action: 'Publish', Message: megabyte.repeat(5) }), xml],
  ])('%s', async (_, pieces, type) => {
    const reply = await sendRaw(port, pieces);
    expect(reply).toMatchObject({ status: 413, headers: expect.stringMatching(type) });
    expect(reply.body).toContain('EntityTooLarge');
  });

  it.each([
    ['XML for S3', post('/kept?delete', 'application/xml', megabyte.repeat(5))],
    [
      'an object above 5 GiB, before it is read',
      ['PUT /kept/huge HTTP/1.1\r\nHost: x\r\nContent-Length: 6000000000\r\n\r\nx'],
    ],
  ])('%s', async (_, pieces) => {
    const reply = await sendRaw(port, pieces);
    expect(reply).toMatchObject({ status: 400, headers: expect.stringMatching(xml) });
    expect(reply.body).toContain('EntityTooLarge');
  });

  it('faults', async () => {
    const reply = await sendRaw(
      port,
      [`PUT /_local/faults HTTP/1.1\r\nHost: x\r\nContent-Length: 3000000\r\n\r\n${megabyte}`, megabyte, megabyte],
      1000,
    );
    expect(reply).toMatchObject({ status: 413, headers: expect.stringContaining('application/json') });
  });
});

it('keeps no object of an upload that was cut', async () => {
  const socket = connect(port, '127.0.0.1');
  socket.write(`PUT /kept/half HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n${'x'.repeat(500_000)}`);
  await sleep(100);
  socket.destroy();
  await sleep(100);
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: 'kept' }));
  expect(Contents.map(({ Key }) => Key)).toEqual(['object']);
});

it.each([
  ['no JSON', 'json', 'hello'],
  ['JSON that is no object', 'json', '["default"]'],
  ['no default', 'json', '{"sqs":"x"}'],
  ['a default that is no text', 'json', '{"default":{}}'],
  ['another structure', 'xml', '<default/>'],
])('refuses a message of a structure that is wrong: %s', async (_, MessageStructure, Message) => {
  const TopicArn = aws.environment.TOPIC_ARN;
  await expect(sns.send(new PublishCommand({ TopicArn, Message, MessageStructure }))).rejects.toMatchObject({
    name: 'InvalidParameterException',
  });
});

it('lives through an event and an input that are nested deeply', async () => {
  const events = new EventBridgeClient({ ...clientConfig(aws.environment), maxAttempts: 1 });
  const entry = { Source: 'team.exports', DetailType: 'Dataset Export Requested', Detail: deep };
  const { Entries = [] } = await events.send(new PutEventsCommand({ Entries: [entry] }));
  expect(Entries).toMatchObject([{ ErrorCode: 'MalformedDetail' }]);
  const { STATE_MACHINE_ARN: stateMachineArn } = aws.environment;
  const { executionArn } = await sfn.send(new StartExecutionCommand({ stateMachineArn, input: deep }));
  await expect
    .poll(async () => (await sfn.send(new DescribeExecutionCommand({ executionArn }))).status, { timeout: 10_000 })
    .not.toBe('RUNNING');
});

it('listens on loopback only', async () => {
  const addresses = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
  for (const { address, internal, family } of addresses) {
    if (internal || family !== 'IPv4') continue;
    const refused = new Promise((resolve) => connect(port, address).once('error', resolve).once('connect', resolve));
    expect(await refused).toMatchObject({ code: 'ECONNREFUSED' });
  }
});

it('lives through seconds of random bytes, with its state as it was', async () => {
  const random = randomFrom(20_241_124);
  const until = Date.now() + 2500;
  let sent = 0;
  while (Date.now() < until) {
    await Promise.all(Array.from({ length: 40 }, () => sendRaw(port, [hostileBytes(random)], 40)));
    sent += 40;
  }
  expect(sent).toBeGreaterThan(100);
  expect((await personalize.send(new ListDatasetGroupsCommand({}))).datasetGroups).toEqual([]);
  const kept = await s3.send(new GetObjectCommand({ Bucket: 'kept', Key: 'object' }));
  expect(await kept.Body?.transformToString()).toBe('kept');
  await expect(s3.send(new HeadObjectCommand({ Bucket: 'kept', Key: 'half' }))).rejects.toThrow();
  const QueueUrl = aws.environment.NOTIFICATIONS_QUEUE_URL;
  const AttributeNames = ['ApproximateNumberOfMessages' as const];
  await expect(sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }))).resolves.toBeDefined();
});

function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Noise, or a request whose bytes were changed, cut or repeated in places. */
function hostileBytes(random: (below: number) => number): Buffer {
  if (random(4) === 0) return Buffer.from(Array.from({ length: random(600) }, () => random(256)));
  const whole = [
    jsonCall('AmazonPersonalize.ListDatasets', '{"datasetGroupArn":"arn:aws:personalize:us-east-1:1:dataset-group/x"}'),
    jsonCall('AWSStepFunctions.ListExecutions', `{"stateMachineArn":"${aws.environment.STATE_MACHINE_ARN}"}`),
    jsonCall('AWSEvents.PutEvents', '{"Entries":[{"Source":"a","DetailType":"b","Detail":"{}"}]}'),
    jsonCall('AmazonSQS.ReceiveMessage', `{"QueueUrl":"${aws.environment.NOTIFICATIONS_QUEUE_URL}x"}`),
    queryCall({ Action: 'ListTopics', Version: '2010-03-31' }),
    get('/kept/object', ['Range: bytes=0-1']),
    get('/kept?list-type=2&prefix=%20'),
    chunked('/nowhere/x', '2\r\nab\r\n0\r\nx-amz-checksum-crc32:AAAA\r\n\r\n'),
    get('/_local/faults'),
  ];
  const bytes = Buffer.concat((whole[random(whole.length)] ?? []).map((piece) => Buffer.from(piece)));
  for (let change = random(6); change > 0; change--) bytes[random(bytes.length)] = random(256);
  const cut = random(3) === 0 ? bytes.subarray(0, random(bytes.length)) : bytes;
  return random(8) === 0 ? Buffer.concat([cut, cut]) : cut;
}
