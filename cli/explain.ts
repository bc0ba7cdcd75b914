import { isRetryable } from '../src/lambda/is-retryable.ts';
import { shellQuoted } from '../src/lambda/shell-quoted.ts';
import { isLoopback } from './loopback.ts';
import { UsageError } from './usage-error.ts';

/** The IAM action of a failed call, such as `states:StartExecution`, and the URL that it was sent to. */
interface FailedCall {
  action?: string;
  endpoint?: string;
}

interface SdkError extends Error, FailedCall {
  code?: string;
  errors?: { code?: string }[];
}

interface Client {
  // biome-ignore lint/suspicious/noExplicitAny: each client's stack has its own types.
  middlewareStack: { add(middleware: any, options: any): void };
}

/** The prefix of the IAM actions, by client. */
const IAM_PREFIXES: Record<string, string> = {
  CloudFormationClient: 'cloudformation',
  CloudTrailClient: 'cloudtrail',
  EventBridgeClient: 'events',
  IAMClient: 'iam',
  KMSClient: 'kms',
  LambdaClient: 'lambda',
  PersonalizeClient: 'personalize',
  S3Client: 's3',
  SchedulerClient: 'scheduler',
  SFNClient: 'states',
  SNSClient: 'sns',
  SQSClient: 'sqs',
  STSClient: 'sts',
};

/** The actions whose names differ from those of their calls. */
const ACTIONS: Record<string, string> = {
  'lambda:Invoke': 'lambda:InvokeFunction',
  's3:HeadObject': 's3:GetObject',
  's3:ListObjectsV2': 's3:ListBucket',
  's3:ListObjectVersions': 's3:ListBucketVersions',
  's3:DeleteObjects': 's3:DeleteObjectVersion',
  's3:CreateMultipartUpload': 's3:PutObject',
  's3:UploadPart': 's3:PutObject',
  's3:GetBucketEncryption': 's3:GetEncryptionConfiguration',
  's3:GetBucketNotificationConfiguration': 's3:GetBucketNotification',
};

/** The IAM action of a client's command. */
export function actionOf(clientName: string, commandName: string): string {
  const call = `${IAM_PREFIXES[clientName]}:${commandName.replace(/Command$/, '')}`;
  return ACTIONS[call] ?? call;
}

/** Adds the IAM action and the endpoint of the call to each error that the client throws. */
export function withCallDetails<Client_ extends Client>(client: Client_): Client_ {
  const addDetails =
    // biome-ignore lint/suspicious/noExplicitAny: as above.
    (next: any, context: any) => async (args: unknown) => {
      try {
        return await next(args);
      } catch (error) {
        const action = actionOf(String(context.clientName), String(context.commandName));
        const about: FailedCall = { action, endpoint: context.endpointV2?.url?.origin };
        throw Object.assign(error as Error, about);
      }
    };
  client.middlewareStack.add(addDetails, { step: 'initialize', priority: 'high', name: 'withCallDetails' });
  return client;
}

const UNREACHABLE = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ECONNRESET|EPIPE)$/;

/** What to do about each error. The first match applies. */
const ADVICE: [names: RegExp, advice: (error: SdkError) => string][] = [
  [
    /^(AccessDenied|AccessDeniedException|AuthorizationError)$/,
    ({ action, message }) => `Access denied: these credentials need the action ${action}. ${message}`,
  ],
  [/^(ExpiredToken|ExpiredTokenException|RequestExpired)$/, () => `The credentials have expired. ${signIn}`],
  [
    /^(UnrecognizedClient|InvalidClientTokenId|InvalidAccessKeyId|InvalidSignature|SignatureDoesNotMatch|MissingAuthenticationToken)(Exception)?$/,
    ({ message }) => `AWS does not accept the credentials: ${message} ${signIn}`,
  ],
  [
    /^StateMachineDoesNotExist$/,
    ({ message }) => `${message}. Check STATE_MACHINE_ARN, or choose the deployment with --stage.`,
  ],
  [
    /^ExecutionDoesNotExist$/,
    ({ message }) =>
      `${message.replace(/\.?$/, '.')} Step Functions keeps an execution for 90 days. To see the latest: --list`,
  ],
  [
    /^(AWS\.SimpleQueueService\.NonExistentQueue|QueueDoesNotExist)$/,
    () => 'There is no such dead-letter queue in this region. Check --stage and --region, or DEAD_LETTER_QUEUE_URL.',
  ],
  [/^CallTimeoutError$/, ({ message }) => `${message} Check the network, or give a longer --timeout.`],
  [/^ResourceNotFoundException$/, ({ message }) => `${message.replace(/\.?$/, '.')} Check --stage and --region.`],
  [/^(Throttl|TooManyRequests|RequestThrottled)/, ({ action }) => `AWS throttles ${action}. Retry in a minute.`],
];

const signIn = 'Sign in again (aws sso login), or set AWS_PROFILE or new access keys.';

/** A message for people: what is wrong, and what to do. */
export function explain(thrown: unknown): string {
  const error = thrown as SdkError;
  if (error instanceof UsageError) return error.message;
  const profile = process.env.AWS_PROFILE;
  if (/region is missing/i.test(error.message)) {
    return `No region is set${profile ? `, and the profile ${profile} (AWS_PROFILE) does not exist or has none` : ''}. Use --region, or set AWS_REGION.`;
  }
  // The SDK's message names problems with the profile: an expired session, a missing profile.
  if (/^(CredentialsProviderError|TokenProviderError)$/.test(error.name)) {
    if (profile) {
      return `The profile ${profile} (AWS_PROFILE) does not exist or has no valid credentials: ${error.message.replace(/\.?$/, '.')} List the profiles with aws configure list-profiles, or sign in: aws sso login --profile ${shellQuoted(profile)}`;
    }
    return `No AWS credentials found: ${error.message.replace(/\.?$/, '.')} Sign in (aws sso login), or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.`;
  }
  if (isUnreachable(error)) {
    const why = codesOf(error).find((code) => UNREACHABLE.test(code)) ?? error.message;
    const advice = isLoopback(error.endpoint)
      ? 'No local AWS runs there. Start it with npm run local, and run . .local/env again; or unset AWS_ENDPOINT_URL.'
      : 'Check the network, the region and AWS_ENDPOINT_URL.';
    return `${error.endpoint ?? 'AWS'} can't be reached (${why}). ${advice}`;
  }
  const advice = ADVICE.find(([names]) => names.test(error.name))?.[1];
  return advice?.(error) ?? `${error.action ?? 'The command'} failed: ${error.name}: ${error.message}`;
}

/** Whether the same call may succeed later. */
export function isTransient(thrown: unknown): boolean {
  const error = thrown as SdkError;
  return isUnreachable(error) || isRetryable(error);
}

/** Whether the network, not the service, failed the call. */
export function isUnreachable(thrown: unknown): boolean {
  const error = thrown as SdkError;
  return error.name === 'TimeoutError' || codesOf(error).some((code) => UNREACHABLE.test(code));
}

/** If a host name has several addresses, each has its own error. */
function codesOf({ code, errors = [] }: SdkError): string[] {
  return [code, ...errors.map((one) => one.code)].filter((one) => one !== undefined);
}
