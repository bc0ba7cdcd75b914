import { datasetArn, personalizeArn } from '../builders.ts';

/** What AWS says of a call that is not allowed. */
export const denied = (action: string, resource = datasetArn) =>
  `AccessDeniedException: User: arn:aws:sts::1:assumed-role/kms-quota/x is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`;

/** Reasons by their cause: those of one cause have one remedy, which names what to look at. */
export const CAUSES: Record<string, { names?: string; reasons: [string, ...string[]] }> = {
  'a job name that is taken': {
    names: 'jobName',
    reasons: [
      'JobNameTakenError: jobName: x is taken',
      'JobNameTakenError: jobName: kms-export is taken by arn:x',
      'JobNameTakenError: jobName: x is taken: path s3://encrypted/ there, s3://other/ here',
    ],
  },
  'too many tags': {
    names: '50',
    reasons: ['TooManyTagsException: 51 tags', 'TooManyTagsException: tag permission-level'],
  },
  'too large a request': { reasons: ['States.DataLimitExceeded: The result exceeds the limit'] },
  'a function that cannot run': {
    names: 'Lambda',
    reasons: [
      'Lambda.KMSDisabledException: the key of the environment',
      'Lambda.ResourceNotFoundException: no such function',
      'Runtime.ImportModuleError: no module',
      'Runtime.HandlerNotFound: index.handler is undefined',
      'Sandbox.Odd: x',
    ],
  },
  'used up concurrency of Lambda': { names: 'Lambda', reasons: ['Lambda.TooManyRequestsException: Rate Exceeded.'] },
  throttling: {
    reasons: ['TransientError: ThrottlingException: Rate exceeded', 'TransientError: TooManyRequestsException: x'],
  },
  'a dataset that does not exist': {
    reasons: [
      'ResourceNotFoundException: no such dataset',
      'ResourceNotFoundException: dataset/kms-group/ITEMS does not exist',
    ],
  },
  'a role that may not be passed': {
    names: 'iam:PassRole',
    reasons: [denied('iam:PassRole', 'arn:aws:iam::1:role/y')],
  },
  'a role that cannot be assumed': {
    names: 'sts:AssumeRole',
    reasons: [
      'Role arn:aws:iam::1:role/y cannot be assumed by Personalize.',
      'User: personalize.amazonaws.com is not authorized to perform: sts:AssumeRole',
    ],
  },
  'a key that cannot be used': {
    names: 'kms:GenerateDataKey',
    reasons: [
      'The KMS key is disabled',
      'The encryption key is disabled',
      'Can not encrypt the data',
      'Access denied by the kms key policy',
      denied('kms:CreateGrant'),
      'KMSAccessDeniedException: no',
    ],
  },
  'a bucket that does not exist': {
    reasons: ['The specified bucket does not exist', 'NoSuchBucket: b', 'The bucket kms-data does not exist'],
  },
  'a bucket without access': {
    names: 's3:PutObject',
    reasons: [
      'Insufficient privileges for accessing data in S3',
      'Insufficient privileges for accessing s3://kms-bucket/encrypted/',
      'S3 answered: AccessDenied',
      denied('s3:PutObject'),
    ],
  },
  'a full quota': {
    reasons: ['LimitExceededException: More than 5 jobs', 'The quota of export jobs is reached'],
  },
  'a dataset in use': { reasons: ['ResourceInUseException: busy'] },
  'a request that Personalize refuses': {
    reasons: [
      'InvalidInputException: wrong path',
      "ValidationException: Value at 'roleArn' failed",
      `InvalidInputException: ${personalizeArn('dataset/quota/ITEMS')} is odd`,
      'InvalidInputException: s3://my/quota is odd',
      'InvalidInputException: the role lacks personalize:DescribeDataset',
      ...['JobNameTakenError', 'TooManyTags', 'States.DataLimitExceeded', 'Runtime.Odd', 'Lambda.TooManyRequests'].map(
        (name) => `InvalidInputException: said after ${name}`,
      ),
      ...['TransientError: Throttling', 'ResourceNotFound'].map((name) => `InvalidInputException: said after ${name}`),
    ],
  },
  'a service that does not answer': {
    reasons: [
      'TransientError: TimeoutError: too late',
      'Lambda.Unknown: odd',
      'Lambda.ServiceException: odd',
      'Lambda.AWSLambdaException: odd',
      'Lambda.SdkClientException: odd',
      'Lambda.ClientExecutionTimeoutException: late',
      'Runtime.ExitError: exited',
      'Sandbox.Timedout: Task timed out after 30.00 seconds',
      'States.Timeout',
    ],
  },
  'an unknown cause': { reasons: ['something new', ''] },
};
