import { expect, it } from 'vitest';
import { resolveTemplate } from '../../src/stack/template.ts';

const address = { stackName: 'shop', accountId: '000000000000', region: 'us-east-1', partition: 'aws' };

/** The value that the local AWS gives to a property of a resource in a template with two rules. */
function resolved(value: unknown): unknown {
  const rule = (Properties: object) => ({ Type: 'AWS::Events::Rule', Properties: { ...Properties } });
  const Resources = {
    Own: rule({ Name: 'own' }),
    OnBus: rule({ Name: 'on-bus', EventBusName: 'orders' }),
    Alarm: { Type: 'AWS::CloudWatch::Alarm', Properties: { value } },
  };
  return resolveTemplate({ Resources }, address as never).resolved.Resources.Alarm?.Properties.value;
}

it.each([
  ['Ref', { Ref: 'OnBus' }, 'orders|on-bus'],
  ['Ref of a pseudo parameter', { Ref: 'AWS::Region' }, 'us-east-1'],
  ['Fn::GetAtt', { 'Fn::GetAtt': ['Own', 'Arn'] }, 'arn:aws:events:us-east-1:000000000000:rule/own'],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the syntax of Fn::Sub
  ['Fn::Sub', { 'Fn::Sub': '${Own.Arn}/x' }, 'arn:aws:events:us-east-1:000000000000:rule/own/x'],
  ['Fn::Join', { 'Fn::Join': ['-', ['a', { Ref: 'Own' }]] }, 'a-own'],
  ['Fn::Split', { 'Fn::Split': ['|', { Ref: 'OnBus' }] }, ['orders', 'on-bus']],
  ['Fn::Select of Fn::Split', { 'Fn::Select': [1, { 'Fn::Split': ['|', { Ref: 'OnBus' }] }] }, 'on-bus'],
])('the local AWS resolves %s', (_, value, expected) => {
  expect(resolved(value)).toEqual(expected);
});

it.each([
  ['an intrinsic function', { 'Fn::Cidr': ['10.0.0.0/8', 2, 8] }, 'Fn::Cidr is not known'],
  ['a resource', { Ref: 'Another' }, 'Another, which it does not have'],
  ['an attribute', { 'Fn::GetAtt': ['Own', 'Colour'] }, 'Colour of Own'],
])('the local AWS refuses a template with %s that it does not know', (_, value, message) => {
  expect(() => resolved(value)).toThrow(message);
});
