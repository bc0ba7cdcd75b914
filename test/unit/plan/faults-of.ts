import { expect } from 'vitest';
import * as validators from '#validators';
import { InvalidRequestError } from '../../../src/lambda/errors.ts';
import { check } from '../../../src/lambda/validation-message.ts';

/** The message about a request; empty if the request is accepted. */
export function faultsOf(request: unknown): string {
  try {
    check(validators.request, request);
    return '';
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidRequestError);
    return (error as Error).message;
  }
}

export const destination = (members: object) => ({ s3DataDestination: { path: 's3://bucket/folder/', ...members } });

export const tags = (count: number) => Array.from({ length: count }, (_, n) => ({ tagKey: `key-${n}`, tagValue: '' }));
