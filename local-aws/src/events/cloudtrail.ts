import { randomUUID } from 'node:crypto';
import type { EventBridgeEvent } from '../protocols/eventbridge-event.ts';
import type { ApiCall } from '../protocols/json-call.ts';

/** Makes the event that CloudTrail sends to EventBridge for an API call; `undefined` for calls that only read, which it does not
 * send. Source: EventBridge user guide, "AWS service events delivered via AWS CloudTrail". */
export function apiCallEvent({
  eventSource,
  eventName,
  caller,
  input,
  output,
  error,
  userAgent,
  requestId,
}: ApiCall): EventBridgeEvent | undefined {
  if (/^(Describe|List|Get)/.test(eventName) || error?.name === 'UnknownOperationException') return undefined;
  const { accountId, accessKeyId, region } = caller;
  const time = new Date().toISOString().replace(/\.\d+/, '');
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'AWS API Call via CloudTrail',
    source: `aws.${eventSource.split('.')[0]}`,
    account: accountId,
    time,
    region,
    resources: [],
    detail: {
      eventVersion: '1.11',
      userIdentity: { type: 'IAMUser', accountId, accessKeyId },
      eventTime: time,
      eventSource,
      eventName,
      awsRegion: region,
      sourceIPAddress: '127.0.0.1',
      userAgent,
      ...(error && { errorCode: error.name, errorMessage: error.message }),
      requestParameters: input,
      responseElements: error ? null : (output ?? null),
      requestID: requestId,
      eventID: randomUUID(),
      readOnly: false,
      eventType: 'AwsApiCall',
      managementEvent: true,
      recipientAccountId: accountId,
      eventCategory: 'Management',
    },
  };
}
