import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jsonCall, queryCall, sendRaw } from '../raw.ts';
import { chunked, deepJson, get, post, put } from './raw-requests.ts';
import { startTarget } from './target.ts';

// Wrong requests: each protocol has a form of its own for an error.

let target: Awaited<ReturnType<typeof startTarget>>;
beforeAll(async () => {
  target = await startTarget();
});
afterAll(() => target?.stop());

const json = /application\/x-amz-json/;
const xml = /application\/xml|text\/xml/;

describe('the local AWS', () => {
  const personalizeOf = (operation: string) => `AmazonPersonalize.${operation}`;
  it.each<[what: string, pieces: (string | Buffer)[], status: number, type: RegExp, error: string]>([
    ['an unknown operation', jsonCall(personalizeOf('Destroy'), '{}'), 400, json, 'UnknownOperationException'],
    [
      'an operation named after a member of every object',
      jsonCall(personalizeOf('constructor'), '{}'),
      400,
      json,
      'UnknownOperationException',
    ],
    ['no operation', jsonCall('AmazonPersonalize', '{}'), 400, json, 'UnknownOperationException'],
    ['an unknown service', jsonCall('DynamoDB_20120810.PutItem', '{}'), 400, json, 'UnknownOperationException'],
    ['JSON without a target', post('/', 'application/x-amz-json-1.1', '{}'), 400, json, 'UnknownOperationException'],
    ['a body that is not JSON', jsonCall(personalizeOf('ListDatasets'), '{"a":'), 400, json, 'SerializationException'],
    ['JSON that is not an object', jsonCall(personalizeOf('ListDatasets'), '[1]'), 400, json, 'SerializationException'],
    [
      'invalid UTF-8',
      jsonCall(personalizeOf('ListDatasets'), Buffer.from([0x7b, 0xff, 0x7d])),
      400,
      json,
      'SerializationException',
    ],
    [
      'JSON that is nested deeply',
      jsonCall(personalizeOf('CreateDatasetImportJob'), deepJson),
      400,
      json,
      'SerializationException',
    ],
    [
      'JSON for SQS that is nested deeply',
      jsonCall('AmazonSQS.SendMessage', deepJson),
      400,
      json,
      'SerializationException',
    ],
    [
      'a member of the wrong type',
      jsonCall(personalizeOf('ListDatasets'), '{"maxResults":{"__proto__":1}}'),
      400,
      json,
      'SerializationException',
    ],
    ['null for SQS', jsonCall('AmazonSQS.SendMessage', 'null'), 400, json, 'SerializationException'],
    [
      'a member of the wrong type for SQS',
      jsonCall('AmazonSQS.SendMessage', '{"QueueUrl":5}'),
      400,
      json,
      'SerializationException',
    ],
    ['an unknown operation of SQS', jsonCall('AmazonSQS.__proto__', '{}'), 400, json, 'InvalidAction'],
    ['an unknown action of SNS', queryCall({ Action: 'toString' }), 400, xml, 'InvalidAction'],
    ['a call of SNS without an action', queryCall({ Version: '2010-03-31' }), 400, xml, 'MissingAction'],
    ['a bad escape in a path of S3', get('/kept/%zz'), 400, xml, 'InvalidURI'],
    ['half a character in a path of S3', get('/kept/%c3'), 400, xml, 'InvalidURI'],
    ['an absolute address for S3', get('http://kept/object'), 400, xml, 'InvalidURI'],
    ['an empty address for S3', get('//'), 404, xml, 'NoSuchBucket'],
    ['bad escapes in a query of S3', get('/kept/nothing?%zz=%&&=&uploads=%c3'), 404, xml, 'NoSuchKey'],
    ['a bucket name of S3 that is too long', get(`/${'b'.repeat(500)}/key`), 400, xml, 'InvalidBucketName'],
    [
      'an unknown method of S3',
      ['PATCH /kept/object HTTP/1.1\r\nHost: localhost\r\n\r\n'],
      405,
      xml,
      'MethodNotAllowed',
    ],
    ['a POST to S3 without a path', post('/', 'text/plain', 'x'), 405, xml, 'MethodNotAllowed'],
    [
      'a body for S3 that is not XML',
      post('/kept?delete', 'application/xml', '<Delete><Key>'.repeat(1000)),
      400,
      xml,
      'MalformedXML',
    ],
    ['XML of another operation of S3', post('/kept/x?uploadId=1', 'application/xml', '<a/>'), 400, xml, 'MalformedXML'],
    ['an unknown upload of S3', get('/kept/x?uploadId=1'), 404, xml, 'NoSuchUpload'],
    [
      'a source of a copy in S3 with a bad escape',
      put('/kept/x', '', 'x-amz-copy-source: /%zz'),
      400,
      xml,
      'InvalidArgument',
    ],
    [
      'a chunk for S3 whose size is not a number',
      chunked('/kept/x', 'zz\r\nab\r\n0\r\n\r\n'),
      400,
      xml,
      'IncompleteBody',
    ],
    ['a chunk for S3 of a negative size', chunked('/kept/x', '-6\r\n'), 400, xml, 'IncompleteBody'],
    ['a chunk for S3 that is cut off', chunked('/kept/x', '5\r\nab'), 400, xml, 'IncompleteBody'],
    [
      'fewer bytes for S3 than announced',
      chunked('/kept/x', '2\r\nab\r\n0\r\n\r\n', 'x-amz-decoded-content-length: 3'),
      400,
      xml,
      'IncompleteBody',
    ],
    [
      'a negative length for S3',
      chunked('/kept/x', '0\r\n\r\n', 'x-amz-decoded-content-length: -1'),
      400,
      xml,
      'IncompleteBody',
    ],
    [
      'an unknown bucket of S3 in the host name',
      ['GET / HTTP/1.1\r\nHost: no-bucket.localhost\r\n\r\n'],
      404,
      xml,
      'NoSuchBucket',
    ],
    ['an unknown path below /_local', get('/_local/nothing'), 404, /application\/json/, 'NotFound'],
  ])('the local AWS answers %s with an error in the form of the protocol', async (_, pieces, status, type, error) => {
    const reply = await sendRaw(target.port, pieces);
    expect(reply).toMatchObject({ status, headers: expect.stringMatching(type), body: expect.stringContaining(error) });
  });
});

it.each([
  ['that is not JSON', 'json', 'hello'],
  ['that is not an object', 'json', '["default"]'],
  ['without a default', 'json', '{"sqs":"x"}'],
  ['whose default is not a text', 'json', '{"default":{}}'],
  ['of an unknown structure', 'xml', '<default/>'],
])('SNS refuses a message by protocol %s', async (_, MessageStructure, Message) => {
  const TopicArn = target.environment.TOPIC_ARN;
  await expect(
    new SNSClient(target.config).send(new PublishCommand({ TopicArn, Message, MessageStructure })),
  ).rejects.toMatchObject({
    name: 'InvalidParameterException',
  });
});
