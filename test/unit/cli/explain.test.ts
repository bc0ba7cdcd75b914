import { describe, expect, it } from 'vitest';
import { explain, isTransient } from '../../../cli/explain.ts';

const error = (name: string, more: object = {}) => Object.assign(new Error('said.'), { name, ...more });

describe('explain', () => {
  it.each([
    [
      'the action that is not allowed',
      error('AccessDeniedException', { action: 'states:StartExecution' }),
      /states:St/,
    ],
    ['how to renew credentials that have expired', error('ExpiredTokenException'), /aws sso login/],
    ['what AWS says of credentials that it does not accept', error('UnrecognizedClientException'), /said\. Sign in/],
    ['the variable that names an unknown state machine', error('StateMachineDoesNotExist'), /STATE_MACHINE_ARN/],
    ['the endpoint that is unknown', error('Error', { code: 'ENOTFOUND', endpoint: 'https://states.x' }), /^https:/],
    [
      'the code of the first of several network errors',
      error('AggregateError', { errors: [{ code: 'ECONNREFUSED' }] }),
      /\(ECONNREFUSED\)/,
    ],
    ['the action that is throttled', error('ThrottlingException', { action: 'states:StartExecution' }), /states:Start/],
    ['the call that failed for another reason', error('Other', { action: 'sqs:DeleteMessage' }), /^sqs:DeleteMessage/],
  ])('explain names %s', (_, thrown, text) => {
    expect(explain(thrown)).toMatch(text);
  });
});

it.each([
  ['http://127.0.0.1:4566', true],
  ['http://127.8.8.8:1', true],
  ['http://[::1]:4566', true],
  ['http://localhost:4566', true],
  ['http://s3.localhost', true],
  ['http://127.0.0.1.example.com', false],
  ['https://states.eu-west-1.amazonaws.com', false],
  [undefined, false],
])('explain suggests npm run local if %s refuses the connection: %s', (endpoint, suggested) => {
  const text = explain(error('Error', { code: 'ECONNREFUSED', endpoint }));
  expect(text.includes('npm run local')).toBe(suggested);
});

describe('isTransient', () => {
  it.each([
    [error('ThrottlingException'), true],
    [error('x', { $metadata: { httpStatusCode: 503 } }), true],
    [error('TimeoutError'), true],
    [error('AccessDeniedException', { $metadata: { httpStatusCode: 400 } }), false],
  ])('isTransient returns for %s: %s', (thrown, passing) => {
    expect(isTransient(thrown)).toBe(passing);
  });
});
