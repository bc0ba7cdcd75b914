import { expect, it } from 'vitest';
import { apiCallEvent } from '../../src/events/cloudtrail.ts';
import { AwsError } from '../../src/protocols/aws-json.ts';

const call = {
  eventSource: 'personalize.amazonaws.com',
  eventName: 'CreateSchema',
  caller: { accountId: '123456789012', accessKeyId: 'AKIDEXAMPLE', region: 'eu-west-1' },
  input: { name: 'users' },
  output: { schemaArn: 'arn' },
  userAgent: 'aws-cli',
  requestId: 'b1f4d3c2',
};

it('the event of a call is a management event of CloudTrail with the request and the response', () => {
  expect(apiCallEvent(call)).toMatchObject({
    'detail-type': 'AWS API Call via CloudTrail',
    ...{ source: 'aws.personalize', account: '123456789012', region: 'eu-west-1' },
    detail: {
      ...{ eventSource: call.eventSource, eventName: call.eventName, awsRegion: 'eu-west-1' },
      ...{ requestParameters: call.input, responseElements: call.output, requestID: call.requestId },
      ...{ readOnly: false, managementEvent: true, eventCategory: 'Management', eventType: 'AwsApiCall' },
      ...{ recipientAccountId: '123456789012', userIdentity: { accessKeyId: 'AKIDEXAMPLE' } },
    },
  });
});

it('the event of a call that failed has the error and no response', () => {
  const error = new AwsError('LimitExceededException', 'Too many.');
  const { detail } = apiCallEvent({ ...call, error }) ?? {};
  expect(detail).toMatchObject({ errorCode: error.name, errorMessage: error.message, responseElements: null });
});

it.each(['DescribeDataset', 'ListDatasets', 'GetSolutionMetrics'])(
  'a call of %s, which only reads, has no event',
  (eventName) => {
    expect(apiCallEvent({ ...call, eventName })).toBeUndefined();
  },
);

it('a call of an operation that does not exist has no event', () => {
  const error = new AwsError('UnknownOperationException', 'Unknown.');
  expect(apiCallEvent({ ...call, error })).toBeUndefined();
});
