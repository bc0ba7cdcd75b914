import * as events from '@aws-sdk/client-eventbridge';
import * as glue from '@aws-sdk/client-glue';
import * as personalize from '@aws-sdk/client-personalize';
import * as s3 from '@aws-sdk/client-s3';
import * as states from '@aws-sdk/client-sfn';
import * as sns from '@aws-sdk/client-sns';
import * as sqs from '@aws-sdk/client-sqs';
import { AwsError } from '../protocols/aws-json.ts';
import type { CallFault } from './fault.ts';

/** The errors of the services' models, as the SDK has them: `[-3, namespace, name, traits, …]`. */
const models: Record<string, Record<string, unknown>> = { events, glue, personalize, s3, states, sns, sqs };

/** The statuses of errors that are in no model. All others have 400. */
const commonStatuses: [status: number, names: RegExp][] = [
  [500, /^Internal(Failure|Error|Server(Error|Exception)|Service(Error|Exception)|Exception)$/],
  [503, /^(ServiceUnavailable(Exception)?|SlowDown)$/],
  [429, /^(TooManyRequests|RequestThrottled|Throttled)(Exception)?$/],
  [403, /^(AccessDenied|SignatureDoesNotMatch|InvalidAccessKeyId|RequestExpired|AuthorizationError)$/],
  [408, /^RequestTimeoutException$/],
  [404, /^(NoSuch\w+|NotFound)$/],
];

const namesByStatus: Record<number, string> = {
  403: 'AccessDeniedException',
  404: 'ResourceNotFoundException',
  408: 'RequestTimeoutException',
  429: 'TooManyRequestsException',
  500: 'InternalFailure',
  502: 'BadGateway',
  503: 'ServiceUnavailable',
  504: 'GatewayTimeout',
};

/** The error that a service returns because of a fault; `undefined` if the fault only delays or cuts. */
export function serviceErrorOf({ service, error, status, message }: CallFault): AwsError | undefined {
  if (error === undefined && status === undefined) return undefined;
  const name =
    error ?? namesByStatus[status ?? 500] ?? ((status ?? 500) < 500 ? 'ValidationException' : 'InternalFailure');
  return new AwsError(name, message ?? messageOf(name), status ?? statusOf(service, name));
}

function statusOf(service: string, name: string): number {
  const modelled = models[service]?.[`${name}$`];
  const traits = Array.isArray(modelled) && modelled[0] === -3 ? (modelled[3] as Record<string, unknown>) : {};
  if (typeof traits.httpError === 'number') return traits.httpError;
  if (traits.error === 'server') return 500;
  if (name === 'AccessDeniedException' && ['s3', 'sns'].includes(service)) return 403;
  return commonStatuses.find(([, names]) => names.test(name))?.[0] ?? 400;
}

function messageOf(name: string): string {
  if (/Thrott|TooManyRequests/.test(name)) return 'Rate exceeded';
  return `${name}: a fault that was set at /_local/faults`;
}
