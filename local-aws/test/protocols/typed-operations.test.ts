import * as events from '@aws-sdk/client-eventbridge';
import * as sfn from '@aws-sdk/client-sfn';
import { expect, it } from 'vitest';
import { typedOperations } from '../../src/protocols/typed-operations.ts';

const caller = { accessKeyId: 'demo', accountId: '000000000000', region: 'us-east-1' };
const echo = (input: unknown) => input;
const operations = {
  ...typedOperations(sfn, { StartExecution: echo, ListExecutions: echo, GetExecutionHistory: echo }),
  ...typedOperations(events, { PutEvents: echo }),
};

it.each([
  ['StartExecution', { input: { datasetArn: 'x' } }],
  ['StartExecution', { name: 5 }],
  ['StartExecution', { stateMachineArn: ['x'] }],
  ['ListExecutions', { maxResults: 'many' }],
  ['GetExecutionHistory', { reverseOrder: 'true' }],
  ['PutEvents', { Entries: { Detail: '{}' } }],
  ['PutEvents', { Entries: [null] }],
  ['PutEvents', { Entries: [{ Detail: {} }] }],
  ['PutEvents', { Entries: [{ Resources: [5] }] }],
  ['PutEvents', { Entries: [{ Time: 'now' }] }],
])('the operation %s refuses %j, which has a wrong type', (operation, input) => {
  const call = () => operations[operation]?.(input, caller);
  expect(call).toThrow(expect.objectContaining({ name: 'SerializationException', statusCode: 400 }));
});

it('an operation receives members of the right types, without those that the API does not know', () => {
  const input = { stateMachineArn: 'x', name: null, input: '{}', colour: 'red' };
  expect(operations.StartExecution?.(input, caller)).toEqual({ stateMachineArn: 'x', input: '{}' });
  const Entries = [{ Time: 5, Resources: ['a'], Detail: '{}' }];
  expect(operations.PutEvents?.({ Entries }, caller)).toEqual({ Entries });
});
