import * as personalize from '@aws-sdk/client-personalize';
import * as s3 from '@aws-sdk/client-s3';
import * as sfn from '@aws-sdk/client-sfn';
import * as sns from '@aws-sdk/client-sns';
import { sdkError } from '../../unit/builders.ts';

/** What the pipeline makes of a fault depends on these alone.
 * `throttled`: refused for now, so nothing was done. `unsure`: retryable, and the service may have acted. `cut after`: the
 * service acted, and the response was lost. `queue`: no room now. `taken`: the name exists. `final`: refused for good. */
export type Kind = 'throttled' | 'unsure' | 'cut after' | 'queue' | 'taken' | 'final' | 'empty' | 'unknown status';

export interface Fault {
  name: string;
  kind: Kind;
  /** In the call's place; `act` lets the service do what it was asked for. */
  happen(act: () => unknown): unknown;
}

const SDK: Record<string, Record<string, unknown>> = {
  'client-personalize': personalize,
  'client-s3': s3,
  'client-sfn': sfn,
  'client-sns': sns,
};

const throwing = (name: string, kind: Kind, error: Error): Fault => ({
  name,
  kind,
  happen: () => {
    throw error;
  },
});
const cut = () => sdkError('Error', { message: 'socket hang up', code: 'ECONNRESET' });

const cutAfter: Fault = {
  name: 'cut after',
  kind: 'cut after',
  happen: async (act) => {
    await Promise.try(act).catch(() => {}); // a refusal is lost as well
    throw cut();
  },
};

/** What can happen to any call. S3 has a name of its own for what one may not do. */
const general = (client: string): Fault[] => [
  throwing('ThrottlingException', 'throttled', sdkError('ThrottlingException', { status: 400 })),
  throwing('InternalServerError', 'unsure', sdkError('InternalServerError', { status: 500 })),
  throwing('ServiceUnavailable', 'unsure', sdkError('ServiceUnavailable', { status: 503 })),
  throwing('TimeoutError', 'unsure', sdkError('TimeoutError', { message: 'too late' })),
  throwing('cut before', 'unsure', cut()),
  cutAfter,
  client === 'client-s3'
    ? throwing('AccessDenied', 'final', sdkError('AccessDenied', { status: 403 }))
    : throwing('AccessDeniedException', 'final', sdkError('AccessDeniedException', { status: 400 })),
  {
    name: 'an empty answer',
    kind: 'empty',
    happen: async (act) => {
      await act();
      return {};
    },
  },
];

const KINDS: Record<string, Kind> = {
  LimitExceededException: 'queue',
  ResourceInUseException: 'queue',
  ResourceAlreadyExistsException: 'taken',
  ExecutionAlreadyExists: 'taken',
  ExecutionDoesNotExist: 'unsure',
  KMSThrottlingException: 'throttled',
  KmsThrottlingException: 'throttled',
};

/** The exceptions of each operation, from its API reference. */
const EXCEPTIONS: Record<string, string[]> = {
  CreateDatasetExportJob: [
    ...['InvalidInputException', 'LimitExceededException', 'ResourceAlreadyExistsException'],
    ...['ResourceInUseException', 'ResourceNotFoundException', 'TooManyTagsException'],
  ],
  DescribeExecution: [
    ...['ExecutionDoesNotExist', 'InvalidArn', 'KmsAccessDeniedException', 'KmsInvalidStateException'],
    'KmsThrottlingException',
  ],
  DescribeDataset: ['InvalidInputException', 'ResourceNotFoundException'],
  DescribeDatasetExportJob: ['InvalidInputException', 'ResourceNotFoundException'],
  DescribeDatasetGroup: ['InvalidInputException', 'ResourceNotFoundException'],
  DescribeDatasetImportJob: ['InvalidInputException', 'ResourceNotFoundException'],
  ListDatasetExportJobs: ['InvalidInputException', 'InvalidNextTokenException'],
  ListDatasets: ['InvalidInputException', 'InvalidNextTokenException'],
  ListObjectsV2: ['NoSuchBucket'],
  GetObject: ['InvalidObjectState', 'NoSuchKey'],
  HeadObject: ['NotFound'],
  PutObject: ['EncryptionTypeMismatch', 'InvalidRequest', 'InvalidWriteOffset', 'TooManyParts'],
  DescribeSchema: ['InvalidInputException', 'ResourceNotFoundException'],
  Publish: [
    ...['AuthorizationErrorException', 'EndpointDisabledException', 'InternalErrorException'],
    ...['InvalidParameterException', 'InvalidParameterValueException', 'InvalidSecurityException'],
    ...['KMSAccessDeniedException', 'KMSDisabledException', 'KMSInvalidStateException', 'KMSNotFoundException'],
    ...['KMSOptInRequired', 'KMSThrottlingException', 'NotFoundException', 'PlatformApplicationDisabledException'],
    'ValidationException',
  ],
  StartExecution: [
    ...['ExecutionAlreadyExists', 'ExecutionLimitExceeded', 'InvalidArn', 'InvalidExecutionInput', 'InvalidName'],
    ...['KmsAccessDeniedException', 'KmsInvalidStateException', 'KmsThrottlingException'],
    ...['StateMachineDeleting', 'StateMachineDoesNotExist', 'ValidationException'],
  ],
};

interface Modelled extends Error {
  $fault: 'client' | 'server';
}
type ModelledClass = new (options: object) => Modelled;

/** The exceptions of an operation, as the SDK throws them. */
function modelled(client: string, call: string): Fault[] {
  return (EXCEPTIONS[call] ?? []).map((name) => {
    const Exception = SDK[client]?.[name] as ModelledClass;
    const { $fault } = new Exception({ message: '', $metadata: {} });
    const httpStatusCode = $fault === 'server' ? 500 : 400;
    const error = new Exception({ message: 'said by the service', $metadata: { httpStatusCode } });
    return throwing(name, KINDS[name] ?? ($fault === 'server' ? 'unsure' : 'final'), error);
  });
}

/** What a job's description may hold that nobody knows yet. */
function unknownStatus(call: string): Fault[] {
  const key = { DescribeDatasetImportJob: 'datasetImportJob', DescribeDatasetExportJob: 'datasetExportJob' }[call];
  if (!key) return [];
  const happen = async (act: () => unknown) => {
    const answer = (await act()) as Record<string, object>;
    return { [key]: { ...answer[key], status: 'HIBERNATING' } };
  };
  return [{ name: 'an unknown status', kind: 'unknown status', happen }];
}

/** Every fault of one operation. */
export function faultsOf(client: string, call: string): Fault[] {
  return [...general(client), ...modelled(client, call), ...unknownStatus(call)];
}
