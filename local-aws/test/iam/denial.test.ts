import { expect, it } from 'vitest';
import { denialBy } from '../../src/iam/denial.ts';
import type { Principal } from '../../src/iam/statement.ts';

const role: Principal = {
  type: 'role',
  roleArn: 'arn:aws:iam::123456789012:role/team/notify',
  sessionName: 'notify-1',
};
const because = 'because no identity-based policy allows it';
const key = { action: 'kms:Decrypt', resource: 'arn:aws:kms:eu-west-1:123456789012:key/1' };

// Sources: the API references of the services, "Errors" of the calls.
it.each([
  ['s3', 's3:GetObject', 'AccessDenied', 403],
  ['sns', 'sns:Publish', 'AuthorizationError', 403],
  ['sqs', 'sqs:SendMessage', 'AccessDenied', 403],
  ['events', 'lambda:InvokeFunction', 'NO_PERMISSIONS', 403],
  ['personalize', 'personalize:DescribeDataset', 'AccessDeniedException', 400],
])('%s refuses %s with %s and the status %i', (service, action, name, statusCode) => {
  expect(denialBy(service, role, { action, resource: '*' }, because)).toMatchObject({ name, statusCode });
});

it.each([
  ['s3', 'AccessDenied', 403],
  ['sns', 'KMSAccessDenied', 400],
  ['sqs', 'KMS.AccessDeniedException', 400],
  ['personalize', 'AccessDeniedException', 400],
])('%s refuses a call that may not use the key with %s and the status %i', (service, name, statusCode) => {
  expect(denialBy(service, role, key, because)).toMatchObject({ name, statusCode });
});

it.each<[string, Principal, string]>([
  ['the session of a role', role, 'arn:aws:sts::123456789012:assumed-role/notify/notify-1'],
  ['a service', { type: 'service', service: 'personalize.amazonaws.com', sourceArn: '' }, 'personalize.amazonaws.com'],
])('a denial names %s, the action, the resource and the reason', (_, principal, name) => {
  expect(denialBy('s3', principal, key, because).message).toBe(
    `User: ${name} is not authorized to perform: kms:Decrypt on resource: ${key.resource} ${because}`,
  );
});
