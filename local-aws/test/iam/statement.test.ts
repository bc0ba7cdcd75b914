import { expect, it } from 'vitest';
import { statementsOf } from '../../src/iam/statement.ts';

const statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };
const read = (document: object) => statementsOf(document, 'Holder', 'Policy');

it.each([
  [
    'a version that does not exist',
    { Version: '2020-01-01', Statement: statement },
    'the policy Version 2020-01-01 does',
  ],
  ['an unknown element', { Statement: statement, Statements: [] }, 'the policy element Statements is not known'],
  [
    'an unknown element in a statement',
    { Statement: { ...statement, NotResource: '*' } },
    'element NotResource is not',
  ],
  ['NotPrincipal', { Statement: { ...statement, NotPrincipal: '*' } }, 'element NotPrincipal is not'],
  ['an unknown effect', { Statement: { ...statement, Effect: 'allow' } }, 'Effect is "allow".'],
  ['a statement without an action', { Statement: { ...statement, Action: [] } }, 'needs an Action and a Resource.'],
  ['a statement without a resource', { Statement: { ...statement, Resource: [] } }, 'needs an Action and a Resource.'],
  [
    'a policy variable',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: IAM's own placeholder
    { Statement: { ...statement, Resource: 'arn:aws:s3:::b/${aws:username}' } },
    'policy variable in',
  ],
  [
    'an unknown principal',
    { Statement: { ...statement, Principal: { Federated: 'x' } } },
    'the principal Federated is',
  ],
])('a policy with %s is refused, and its place is named', (_, document, problem) => {
  expect(() => read(document)).toThrow(problem);
  expect(() => read(document)).toThrow(/^Holder, Policy/);
});

it.each([
  ['the second by default', [statement, { ...statement, Action: [] }], /^Holder, Policy, statement 2: /],
  ['its Sid', [{ ...statement, Sid: 'Reads', Action: [] }], /^Holder, Policy, Reads: /],
])('a wrong statement is named as %s', (_, Statement, place) => {
  expect(() => read({ Statement })).toThrow(place);
});

it.each(['2008-10-17', '2012-10-17', undefined])('a policy of the version %s is read', (Version) => {
  expect(read({ ...(Version && { Version }), Id: 'anything', Statement: [statement] })).toMatchObject([
    { holder: 'Holder', name: 'Policy, statement 1', effect: 'Allow', actions: ['s3:GetObject'], resources: ['*'] },
  ]);
});
