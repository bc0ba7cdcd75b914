import type { Account } from '../protocols/account.ts';
import type { Context } from './condition.ts';
import type { Permission } from './statement.ts';

export type Input = Record<string, unknown>;

/** Where a call is made, and which keys encrypt the resources. */
export interface Place extends Account {
  /** The key of a bucket, topic or queue by its ARN; `undefined` if it has no key of the stack. */
  keyOf: (arn: string) => string | undefined;
}

/** The permissions that a call needs, by its input. */
export type Needs = (input: Input, place: Place) => Permission[];

/** An action on the resources that the input names by ARN. */
export function on(action: string, ...members: string[]): Needs {
  return (input) => members.map((member) => ({ action, resource: String(input[member] ?? '*') }));
}

/** An action without a resource type in AWS: only `*` allows it. */
export function onAnything(action: string): Needs {
  return () => [{ action, resource: '*' }];
}

/** Actions on the key that encrypts a resource, or on the key that the call names. */
export function withKey(
  arn: string,
  actions: string[],
  service: string,
  { keyOf, region }: Place,
  given?: unknown,
): Permission[] {
  const resource = (given as string | undefined) ?? keyOf(arn);
  if (!resource) return [];
  const context: Context = { 'kms:ViaService': `${service}.${region}.amazonaws.com` };
  return actions.map((action) => ({ action, resource, context }));
}
