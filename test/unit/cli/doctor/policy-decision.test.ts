import { expect, it } from 'vitest';
import { type Decision, decide, matches, type ServiceCall } from '../../../../cli/doctor/policy-decision.ts';

const call: ServiceCall = {
  service: 'personalize.amazonaws.com',
  action: 's3:PutObject',
  resource: 'arn:aws:s3:::exports/shop/part.csv',
  context: { 'aws:sourceaccount': '123456789012', 'aws:securetransport': 'true' },
};
const allow = { Effect: 'Allow', Principal: { Service: call.service }, Action: 's3:PutObject', Resource: '*' };
const condition = (operator: string, key: string, value: unknown) => ({
  ...allow,
  Condition: { [operator]: { [key]: value } },
});

it.each<[what: string, statements: object[], Decision]>([
  ['no statement', [], 'not allowed'],
  ['the action', [allow], 'allowed'],
  ['the action in capitals', [{ ...allow, Action: ['S3:PUTOBJECT'] }], 'allowed'],
  ['every action but another', [{ ...allow, Action: undefined, NotAction: 's3:GetObject' }], 'allowed'],
  ['every action but this', [{ ...allow, Action: undefined, NotAction: 's3:Put*' }], 'not allowed'],
  [
    'every resource but this',
    [{ ...allow, Resource: undefined, NotResource: 'arn:aws:s3:::exports/*' }],
    'not allowed',
  ],
  ['everybody', [{ ...allow, Principal: '*' }], 'allowed'],
  ['everybody as a list', [{ ...allow, Principal: { AWS: ['*'] } }], 'allowed'],
  ['another service', [{ ...allow, Principal: { Service: ['lambda.amazonaws.com'] } }], 'not allowed'],
  ['an account', [{ ...allow, Principal: { AWS: 'arn:aws:iam::123456789012:root' } }], 'not allowed'],
  ['everybody but somebody', [{ ...allow, Principal: undefined, NotPrincipal: { AWS: 'x' } }], 'undecided'],
  ['a Deny besides', [allow, { ...allow, Effect: 'Deny', Principal: '*' }], 'denied'],
  ['a Deny without TLS', [allow, { ...condition('Bool', 'aws:SecureTransport', 'false'), Effect: 'Deny' }], 'allowed'],
  [
    'a Deny without TLS as a boolean',
    [allow, { ...condition('Bool', 'aws:SecureTransport', false), Effect: 'Deny' }],
    'allowed',
  ],
  [
    'a Deny that depends on what nobody knows',
    [allow, { ...condition('StringEquals', 'aws:SourceVpc', 'x'), Effect: 'Deny' }],
    'undecided',
  ],
  ['this account', [condition('StringEquals', 'AWS:SourceAccount', ['123456789012'])], 'allowed'],
  ['this account, if named', [condition('StringEqualsIfExists', 'aws:SourceAccount', '123456789012')], 'allowed'],
  ['another account', [condition('StringEquals', 'aws:SourceAccount', '999999999999')], 'not allowed'],
  ['every account but this', [condition('StringNotEquals', 'aws:SourceAccount', '123456789012')], 'not allowed'],
  ['accounts by a pattern', [condition('StringLike', 'aws:SourceAccount', '1234*')], 'allowed'],
  ['accounts but a pattern', [condition('StringNotLike', 'aws:SourceAccount', '1234*')], 'not allowed'],
  ['an operator that nobody knows', [condition('IpAddress', 'aws:SourceAccount', 'x')], 'undecided'],
])('a policy with %s is judged', (_, Statement, decision) => {
  expect(decide(JSON.stringify({ Statement }), call)).toBe(decision);
});

it('a policy of one statement need not be a list', () => {
  expect(decide(JSON.stringify({ Statement: allow }), call)).toBe('allowed');
});

it.each([
  ['', '', true],
  ['*', '', true],
  ['*', 'a:b/c', true],
  ['a?c', 'abc', true],
  ['a?c', 'ac', false],
  ['a*b*c', 'axxbxbc', true],
  ['a*b*c', 'axxbxbd', false],
  ['**a', 'ba', true],
  ['a.c', 'abc', false],
  ['abc', 'abcd', false],
])('the pattern %j fits the text %j: %s', (pattern, text, fits) => {
  expect(matches(pattern, text)).toBe(fits);
});

it('a pattern of many stars is judged at once', () => {
  const began = Date.now();
  expect(matches('*a'.repeat(1_000), 'a'.repeat(900))).toBe(false);
  expect(Date.now() - began).toBeLessThan(1_000);
});
