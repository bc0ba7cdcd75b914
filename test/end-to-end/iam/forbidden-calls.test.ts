import { CreateTableCommand, DeleteTableCommand, GetTableCommand } from '@aws-sdk/client-glue';
import {
  CreateDatasetExportJobCommand,
  CreateDatasetImportJobCommand,
  DescribeDatasetCommand,
  DescribeSchemaCommand,
} from '@aws-sdk/client-personalize';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, StartExecutionCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { PublishCommand } from '@aws-sdk/client-sns';
import { ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { clientConfig } from 'local-aws';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  arn,
  clientsOf,
  createDatasets,
  type Deployment,
  datasetArn,
  deploy,
  roleArn,
  stackName,
} from '../../deployment.ts';
import { clientsOfRole } from './permissions.ts';

// What somebody with stolen credentials of a function could try.
let deployment: Deployment;
let bucket: string;
const users = datasetArn('shop', 'USERS');
const exported = { Key: 'exports/shop/USERS/users.csv' };

beforeAll(async () => {
  deployment = await deploy();
  bucket = String(deployment.aws.environment.EXPORT_BUCKET);
  await createDatasets(deployment, 'shop', ['Users']);
  await deployment.s3.send(new PutObjectCommand({ Bucket: bucket, ...exported, Body: 'USER_ID\n' }));
});

afterAll(() => deployment?.close());

type Clients = ReturnType<typeof clientsOf>;
type Attempt = (clients: Clients) => Promise<unknown>;

const exportWith = (changes: object) => (clients: Clients) =>
  clients.personalize.send(
    new CreateDatasetExportJobCommand({
      datasetArn: users,
      jobName: 'stolen',
      roleArn: deployment.aws.environment.PERSONALIZE_ROLE_ARN,
      jobOutput: { s3DataDestination: { path: `s3://${bucket}/exports/` } },
      ...changes,
    }),
  );

const anotherMachine = arn('states', 'stateMachine:another');
const anotherTopic = arn('sns', 'another');

/** The error with which each service denies a call; `AccessDeniedException` from the others. */
const DENIALS: Record<string, string> = { s3: 'AccessDenied', sqs: 'AccessDenied', sns: 'AuthorizationErrorException' };

it.each<[role: string, attempt: string, Attempt, action: string]>([
  ...['NotifyRole', 'DescribeExportJobRole', 'CreateExportJobRole', 'StartExportRole'].map(
    (role): [string, string, Attempt, string] => [
      role,
      'reading what was exported',
      ({ s3 }) => s3.send(new GetObjectCommand({ Bucket: bucket, ...exported })),
      's3:GetObject',
    ],
  ),
  [
    'NotifyRole',
    'copying what was exported to where it can be read',
    ({ s3 }) =>
      s3.send(new CopyObjectCommand({ Bucket: bucket, Key: 'requests/x', CopySource: `${bucket}/${exported.Key}` })),
    's3:PutObject',
  ],
  [
    'CreateExportJobRole',
    'listing the bucket',
    ({ s3 }) => s3.send(new ListObjectsV2Command({ Bucket: bucket })),
    's3:ListBucket',
  ],
  [
    'NotifyRole',
    'listing another bucket',
    ({ s3 }) => s3.send(new ListObjectsV2Command({ Bucket: 'another' })),
    's3:ListBucket',
  ],
  [
    'NotifyRole',
    'deleting what was exported',
    ({ s3 }) => s3.send(new DeleteObjectCommand({ Bucket: bucket, ...exported })),
    's3:DeleteObject',
  ],
  [
    'VerifyExportRole',
    'replacing what was exported',
    ({ s3 }) => s3.send(new PutObjectCommand({ Bucket: bucket, ...exported, Body: 'USER_ID\nmine\n' })),
    's3:PutObject',
  ],
  [
    'VerifyExportRole',
    'deleting what was exported',
    ({ s3 }) => s3.send(new DeleteObjectCommand({ Bucket: bucket, ...exported })),
    's3:DeleteObject',
  ],
  [
    'VerifyExportRole',
    'reading a request',
    ({ s3 }) => s3.send(new GetObjectCommand({ Bucket: bucket, Key: 'requests/x.json' })),
    's3:GetObject',
  ],
  [
    'VerifyExportRole',
    'dropping a request',
    ({ s3 }) => s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'requests/x.json', Body: '{}' })),
    's3:PutObject',
  ],
  [
    'VerifyExportRole',
    'deleting a table',
    ({ glue }) => glue.send(new DeleteTableCommand({ DatabaseName: 'default', Name: 'shop_users_all' })),
    'glue:DeleteTable',
  ],
  [
    'VerifyExportRole',
    'creating a table in another database',
    ({ glue }) => glue.send(new CreateTableCommand({ DatabaseName: 'other', TableInput: { Name: 'shop_users_all' } })),
    'glue:CreateTable',
  ],
  [
    'NotifyRole',
    'describing a table',
    ({ glue }) => glue.send(new GetTableCommand({ DatabaseName: 'default', Name: 'shop_users_all' })),
    'glue:GetTable',
  ],
  [
    'PersonalizeRole',
    'writing a manifest',
    ({ s3 }) => s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'manifests/latest.json', Body: '{}' })),
    's3:PutObject',
  ],
  [
    'StartExportRole',
    'dropping a request',
    ({ s3 }) => s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'requests/x.json', Body: '{}' })),
    's3:PutObject',
  ],
  [
    'StartExportRole',
    'starting another machine',
    ({ sfn }) => sfn.send(new StartExecutionCommand({ stateMachineArn: anotherMachine })),
    'states:StartExecution',
  ],
  [
    'StartExportRole',
    'stopping an execution',
    ({ sfn }) => sfn.send(new StopExecutionCommand({ executionArn: arn('states', `execution:${stackName}:x`) })),
    'states:StopExecution',
  ],
  [
    'NotifyRole',
    'reading an execution',
    ({ sfn }) => sfn.send(new DescribeExecutionCommand({ executionArn: arn('states', `execution:${stackName}:x`) })),
    'states:DescribeExecution',
  ],
  ['CreateExportJobRole', 'passing another role', exportWith({ roleArn: roleArn('admin') }), 'iam:PassRole'],
  ['PlanExportsRole', 'creating an export job', exportWith({}), 'personalize:CreateDatasetExportJob'],
  [
    'CreateExportJobRole',
    'importing',
    ({ personalize }) =>
      personalize.send(
        new CreateDatasetImportJobCommand({
          jobName: 'stolen',
          datasetArn: users,
          dataSource: { dataLocation: 's3://another/users.csv' },
          roleArn: deployment.aws.environment.PERSONALIZE_ROLE_ARN,
        }),
      ),
    'personalize:CreateDatasetImportJob',
  ],
  [
    'PlanExportsRole',
    'an operation that no table knows',
    ({ personalize }) => personalize.send(new DescribeSchemaCommand({ schemaArn: arn('personalize', 'schema/shop') })),
    'personalize:DescribeSchema',
  ],
  [
    'NotifyRole',
    'publishing elsewhere',
    ({ sns }) => sns.send(new PublishCommand({ TopicArn: anotherTopic, Message: 'data' })),
    'sns:Publish',
  ],
  [
    'StartExportRole',
    'sending elsewhere',
    ({ sqs }) => sqs.send(new SendMessageCommand({ QueueUrl: notificationsQueue(), MessageBody: 'data' })),
    'sqs:SendMessage',
  ],
  [
    'StartExportRole',
    'reading dead letters',
    ({ sqs }) => sqs.send(new ReceiveMessageCommand({ QueueUrl: deployment.aws.environment.DEAD_LETTER_QUEUE_URL })),
    'sqs:ReceiveMessage',
  ],
])('the credentials of %s do not allow %s', async (role, _, attempt, action) => {
  const refused = await attempt(clientsOfRole(deployment.aws, role)).catch((error: Error) => error);
  expect(refused).toMatchObject({ name: DENIALS[action.split(':')[0] ?? ''] ?? 'AccessDeniedException' });
  expect((refused as Error).message).toContain(
    `User: arn:aws:sts::000000000000:assumed-role/${stackName}-${role}/test-${role} is not authorized to perform: ${action} on resource: `,
  );
});

function notificationsQueue(): string {
  return String(deployment.aws.environment.NOTIFICATIONS_QUEUE_URL);
}

it('the credentials of the account’s administrator allow everything', async () => {
  const { environment } = deployment.aws;
  const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'x' };
  const { s3, personalize } = clientsOf({ ...clientConfig(environment), credentials });
  await expect(s3.send(new HeadObjectCommand({ Bucket: bucket, ...exported }))).resolves.toBeDefined();
  await expect(personalize.send(new DescribeDatasetCommand({ datasetArn: users }))).resolves.toBeDefined();
});

it('credentials of a role that were never issued are refused', async () => {
  const credentials = { accessKeyId: `ROLE.${stackName}-NotifyRole.made-up`, secretAccessKey: 'x' };
  const { personalize } = clientsOf({ ...clientConfig(deployment.aws.environment), credentials });
  await expect(personalize.send(new DescribeDatasetCommand({ datasetArn: users }))).rejects.toMatchObject({
    name: 'UnrecognizedClientException',
  });
});
