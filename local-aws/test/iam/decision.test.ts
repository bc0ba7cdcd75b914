import { describe, expect, it } from 'vitest';
import { conditionOf } from '../../src/iam/condition.ts';
import { decide } from '../../src/iam/decision.ts';
import { type Principal, statementsOf } from '../../src/iam/statement.ts';

const role: Principal = { type: 'role', roleArn: 'arn:aws:iam::111122223333:role/export', sessionName: 'export' };
const service: Principal = { type: 'service', service: 'events.amazonaws.com', sourceArn: 'arn:aws:events:::rule/x' };
const account = { AWS: 'arn:aws:iam::111122223333:root' };
const object = 'arn:aws:s3:::exports/a/b.csv';
const key = 'arn:aws:kms:eu-west-1:111122223333:key/1';

const allow = (Action: unknown, Resource: unknown, others: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...others,
});
const deny = (Action: unknown, Resource: unknown, others: object = {}) => ({
  ...allow(Action, Resource, others),
  Effect: 'Deny',
});
const policy = (...Statement: object[]) => statementsOf({ Version: '2012-10-17', Statement }, 'Holder', 'Policy');

const identityDenies = 'with an explicit deny in an identity-based policy';
const resourceDenies = 'with an explicit deny in a resource-based policy';
const noIdentity = (action: string) => `because no identity-based policy allows the ${action} action`;
const noResource = (action: string) => `because no resource-based policy allows the ${action} action`;

describe("a role's own policy", () => {
  it.each<[string, object[], string | undefined]>([
    ['says nothing', [], noIdentity('s3:PutObject')],
    ['names action and resource', [allow('s3:PutObject', object)], undefined],
    ['names the action in another case', [allow('S3:putobject', object)], undefined],
    ['names them among others', [allow(['s3:GetObject', 's3:PutObject'], ['arn:aws:s3:::x', object])], undefined],
    ['has a * in the action', [allow('s3:Put*', object)], undefined],
    ['has a ? in the action', [allow('s3:PutObjec?', object)], undefined],
    ['has a ? too many', [allow('s3:PutObject?', object)], noIdentity('s3:PutObject')],
    ['names another action', [allow('s3:GetObject', object)], noIdentity('s3:PutObject')],
    ['has a * across folders', [allow('s3:PutObject', 'arn:aws:s3:::exports/*')], undefined],
    ['names the bucket alone', [allow('s3:PutObject', 'arn:aws:s3:::exports')], noIdentity('s3:PutObject')],
    ['names a bucket that begins alike', [allow('s3:*', 'arn:aws:s3:::export/*')], noIdentity('s3:PutObject')],
    ['has a * that would have to cross a colon', [allow('s3:*', 'arn:aws:*:exports/*')], noIdentity('s3:PutObject')],
    ['takes a dot for a dot', [allow('s3:*', 'arn:aws:s3:::exports/a/b?csv')], undefined],
    ['allows everything', [allow('*', '*')], undefined],
    ['denies it in another statement', [allow('*', '*'), deny('s3:Put*', '*')], identityDenies],
    ['denies it on another resource', [allow('*', '*'), deny('s3:Put*', 'arn:aws:s3:::other/*')], undefined],
    ['allows all but it', [{ Effect: 'Allow', NotAction: 's3:Put*', Resource: '*' }], noIdentity('s3:PutObject')],
    ['allows all but another', [{ Effect: 'Allow', NotAction: 's3:Get*', Resource: '*' }], undefined],
  ])("a call is decided by a role's policy that %s", (_, statements, because) => {
    const decision = decide(
      role,
      { action: 's3:PutObject', resource: object },
      {},
      { identity: policy(...statements) },
    );
    expect('because' in decision ? decision.because : undefined).toBe(because);
  });

  it('an action without a resource must be allowed on *', () => {
    const permission = { action: 'personalize:ListDatasets', resource: '*' };
    const identity = policy(allow('personalize:ListDatasets', 'arn:aws:personalize:*:*:dataset-group/*'));
    expect(decide(role, permission, {}, { identity })).toHaveProperty('because');
    const onAll = policy(allow('personalize:ListDatasets', '*'));
    expect(decide(role, permission, {}, { identity: onAll })).toEqual({ allowedBy: onAll });
  });

  it('a role outside of the template may do everything', () => {
    expect(decide(role, { action: 's3:PutObject', resource: object }, {}, {})).toHaveProperty('allowedBy');
  });
});

describe('a policy of the resource', () => {
  const put = { action: 's3:PutObject', resource: object };
  const everybody = { Principal: '*' };
  it.each<[string, Principal, object[], string | undefined]>([
    ['lets the role in by itself', role, [allow('s3:*', '*', { Principal: { AWS: role.roleArn } })], undefined],
    ['leaves it to the account', role, [allow('s3:*', '*', { Principal: account })], noIdentity('s3:PutObject')],
    [
      'is about another role',
      role,
      [allow('s3:*', '*', { Principal: { AWS: `${role.roleArn}-x` } })],
      noIdentity('s3:PutObject'),
    ],
    [
      'is about a service',
      role,
      [allow('s3:*', '*', { Principal: { Service: service.service } })],
      noIdentity('s3:PutObject'),
    ],
    ['denies it to everybody', role, [allow('s3:*', '*', everybody), deny('s3:*', '*', everybody)], resourceDenies],
    [
      'denies it to the account',
      role,
      [allow('s3:*', '*', everybody), deny('s3:*', '*', { Principal: account })],
      resourceDenies,
    ],
    ['lets the service in', service, [allow('s3:*', '*', { Principal: { Service: [service.service] } })], undefined],
    [
      'is about another service',
      service,
      [allow('s3:*', '*', { Principal: { Service: 'sns.amazonaws.com' } })],
      noResource('s3:PutObject'),
    ],
    [
      'is about the account, not the service',
      service,
      [allow('s3:*', '*', { Principal: account })],
      noResource('s3:PutObject'),
    ],
  ])('a call is decided by a policy of the resource that %s', (_, principal, statements, because) => {
    const decision = decide(principal, put, {}, { identity: [], resource: policy(...statements) });
    expect('because' in decision ? decision.because : undefined).toBe(because);
  });
});

describe("a key's policy", () => {
  const decrypt = { action: 'kms:Decrypt', resource: key };
  const mine = allow('kms:Decrypt', key);
  it.each<[string, Principal, object[], object[], string | undefined]>([
    ['leaves it to a role that may', role, [mine], [allow('kms:*', '*', { Principal: account })], undefined],
    [
      'leaves it to a role that may not',
      role,
      [],
      [allow('kms:*', '*', { Principal: account })],
      noIdentity('kms:Decrypt'),
    ],
    ['names the role', role, [], [allow('kms:*', '*', { Principal: { AWS: role.roleArn } })], undefined],
    ['does not know the role that may', role, [mine], [], noResource('kms:Decrypt')],
    [
      'leaves it to the account, not to services',
      service,
      [],
      [allow('kms:*', '*', { Principal: account })],
      noResource('kms:Decrypt'),
    ],
    ['names the service', service, [], [allow('kms:*', '*', { Principal: { Service: service.service } })], undefined],
  ])("a call is decided by a key's policy that %s", (_, principal, identity, resource, because) => {
    const policies = { identity: policy(...identity), resource: policy(...resource) };
    const decision = decide(principal, decrypt, {}, policies);
    expect('because' in decision ? decision.because : undefined).toBe(because);
  });
});

describe('a condition', () => {
  const given = {
    'aws:SourceArn': 'arn:aws:events:eu-west-1:1:rule/x',
    'aws:SecureTransport': 'true',
    's3:prefix': 'a/b',
  };
  it.each<[string, Record<string, Record<string, unknown>>, boolean]>([
    ['none', {}, true],
    ['equal', { StringEquals: { 's3:prefix': 'a/b' } }, true],
    ['equal to one of several', { StringEquals: { 's3:prefix': ['x', 'a/b'] } }, true],
    ['equal but for case', { StringEquals: { 's3:prefix': 'A/b' } }, false],
    ['a wildcard that is none', { StringEquals: { 's3:prefix': 'a/*' } }, false],
    ['a wildcard', { StringLike: { 's3:prefix': 'a/*' } }, true],
    ['not equal', { StringNotEquals: { 's3:prefix': 'x' } }, true],
    ['not like', { StringNotLike: { 's3:prefix': 'a/*' } }, false],
    ['a key in another case', { StringEquals: { 'AWS:securetransport': 'true' } }, true],
    ['a key that the call lacks', { StringEquals: { 's3:delimiter': '/' } }, false],
    ['a key that the call lacks, negated', { StringNotEquals: { 's3:delimiter': '/' } }, true],
    ['a key that the call lacks, if it exists', { StringEqualsIfExists: { 's3:delimiter': '/' } }, true],
    ['an ARN', { ArnLike: { 'aws:SourceArn': 'arn:aws:events:eu-west-1:1:rule/*' } }, true],
    ['an ARN whose * would cross a colon', { ArnLike: { 'aws:SourceArn': 'arn:aws:events:*:rule/x' } }, false],
    ['an ARN with a wildcard, equal', { ArnEquals: { 'aws:SourceArn': 'arn:aws:events:*:1:rule/x' } }, true],
    ['a boolean', { Bool: { 'aws:SecureTransport': false } }, false],
    ['all of several', { Bool: { 'aws:SecureTransport': true }, StringEquals: { 's3:prefix': 'x' } }, false],
  ])('a condition with %s: %j is met: %s', (_, block, isMet) => {
    expect(conditionOf(block, 'here')(given)).toBe(isMet);
  });

  it.each<[string, Record<string, Record<string, unknown>>]>([
    ['operator NumericLessThan', { NumericLessThan: { 's3:prefix': '1' } }],
    ['operator ForAnyValue:StringEquals', { 'ForAnyValue:StringEquals': { 's3:prefix': 'x' } }],
    ['operator BoolNot', { BoolNot: { 'aws:SecureTransport': 'true' } }],
    ['key aws:MultiFactorAuthPresent', { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }],
  ])('a condition with the unknown %s is refused', (name, block) => {
    expect(() => conditionOf(block, 'here')).toThrow(`here: the condition ${name} is not known to the local AWS.`);
  });
});
