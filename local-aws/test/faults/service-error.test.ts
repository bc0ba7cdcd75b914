import { expect, it } from 'vitest';
import type { CallFault } from '../../src/faults/fault.ts';
import { serviceErrorOf } from '../../src/faults/service-error.ts';

it.each<[fault: Partial<CallFault>, name: string, statusCode: number]>([
  [{ service: 'personalize', error: 'ThrottlingException' }, 'ThrottlingException', 400],
  [{ service: 'personalize', error: 'ResourceNotFoundException' }, 'ResourceNotFoundException', 404],
  [{ service: 'personalize', error: 'AccessDeniedException' }, 'AccessDeniedException', 400],
  [{ service: 'personalize', error: 'ServiceUnavailable' }, 'ServiceUnavailable', 503],
  [{ service: 'personalize', error: 'InternalFailure' }, 'InternalFailure', 500],
  [{ service: 'personalize', error: 'InternalServerError' }, 'InternalServerError', 500],
  [{ service: 'personalize', error: 'ThrottlingException', status: 429 }, 'ThrottlingException', 429],
  [{ service: 'states', error: 'ExecutionAlreadyExists' }, 'ExecutionAlreadyExists', 400],
  [{ service: 'events', error: 'InternalException' }, 'InternalException', 500],
  [{ service: 's3', error: 'SlowDown' }, 'SlowDown', 503],
  [{ service: 's3', error: 'AccessDenied' }, 'AccessDenied', 403],
  [{ service: 's3', error: 'NoSuchBucket' }, 'NoSuchBucket', 404],
  [{ service: 'sns', error: 'ThrottledException' }, 'ThrottledException', 429],
  [{ service: 'sns', error: 'InternalErrorException' }, 'InternalErrorException', 500],
  [{ service: 'sqs', error: 'OverLimit' }, 'OverLimit', 403],
  [{ service: 'personalize', status: 500 }, 'InternalFailure', 500],
  [{ service: 'personalize', status: 503 }, 'ServiceUnavailable', 503],
  [{ service: 'personalize', status: 403 }, 'AccessDeniedException', 403],
  [{ service: 'personalize', status: 404 }, 'ResourceNotFoundException', 404],
  [{ service: 'personalize', status: 408 }, 'RequestTimeoutException', 408],
  [{ service: 'personalize', status: 429 }, 'TooManyRequestsException', 429],
  [{ service: 'personalize', status: 502 }, 'BadGateway', 502],
  [{ service: 'personalize', status: 504 }, 'GatewayTimeout', 504],
  [{ service: 'personalize', error: 'RequestTimeoutException' }, 'RequestTimeoutException', 408],
  [{ service: 'personalize', status: 418 }, 'ValidationException', 418],
  [{ service: 'personalize', status: 599 }, 'InternalFailure', 599],
])('the fault %j is answered with %s and the status %i', (fault, name, statusCode) => {
  expect(serviceErrorOf({ operation: '*', ...fault } as CallFault)).toMatchObject({ name, statusCode });
});

it('the error has the message of the fault, or one that names /_local/faults', () => {
  const fault = { service: 's3', operation: '*', error: 'AccessDenied' } as const;
  expect(serviceErrorOf({ ...fault, message: 'no' })?.message).toBe('no');
  expect(serviceErrorOf(fault)?.message).toContain('/_local/faults');
});
