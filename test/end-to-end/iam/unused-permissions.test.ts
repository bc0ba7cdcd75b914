import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { CreateDatasetImportJobCommand, DescribeDatasetImportJobCommand } from '@aws-sdk/client-personalize';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { Grant } from 'local-aws';
import { beforeAll, expect, it } from 'vitest';
import {
  arn,
  createDatasets,
  type Deployment,
  datasetArn,
  datasetGroupArn,
  deploy,
  execute,
  receive,
  receiveNotification,
  roleArn,
  stackName,
  type TemplateChange,
  until,
} from '../../deployment.ts';

/** What the template allows though no run here uses it: the holder's logical id, the statement's name or an action in it,
 * and why it is needed on AWS. */
const NOT_EXERCISED: [holder: RegExp, statement: RegExp, reason: string][] = [
  [/Role$/, /logs:/, 'Lambda and Step Functions deliver logs to CloudWatch; here they are files.'],
  [/Role$/, /xray:/, 'Lambda and Step Functions send traces to X-Ray; here there is none.'],
  [/^(ExportKey|AlarmTopicPolicy)$/, /AlarmsPublish/, 'CloudWatch publishes alarms; here there are none.'],
  [
    /^CreateExportJobRole$/,
    /kms:CreateGrant/,
    'An older version of the Personalize guide asks the caller of an export for permissions on the key; the newer one does not.',
  ],
  [
    /^StartExportRole$/,
    /s3:GetObject /,
    'The bucket keeps versions, so every event names one; an owner may suspend them.',
  ],
];

const users = datasetArn('shop', 'USERS');
let grants: Grant[];

beforeAll(async () => {
  const [used, others] = await Promise.all([everyPath(), deadLetters()]);
  grants = used.map((grant, index) => ({ ...grant, used: grant.used || (others[index]?.used ?? false) }));
}, 60_000);

/** Takes every path through the pipeline in one deployment; gives the grants of its template. */
async function everyPath(): Promise<Grant[]> {
  // The import has not ended when the machine looks at it first, so it waits. With so little time, verify-export needs a second
  // call, which deletes what the first one stored.
  const change: TemplateChange = ({ Resources }) => {
    Object.assign(Resources.VerifyExportLambdaFunction?.Properties ?? {}, { Timeout: 60 });
  };
  const deployment = await deploy({ change, faults: [{ job: 'import', seconds: 5 }] });
  try {
    await createDatasets(deployment, 'shop', ['Users']);
    await createDatasets(deployment, 'own-key', ['Users'], deployment.aws.environment.EXPORT_KEY_ARN);
    await importUsers(deployment);
    const received = await receiveNotification(deployment);
    expect(received?.notification).toMatchObject({ outcome: 'ACTIVE' });
    await reportImportAgain(deployment);
    await requestByEvent(deployment);
    await requestByFile(deployment);
    const byHand = { datasetArn: users, jobName: 'by-hand' };
    const withPath = { ...byHand, jobOutput: { s3DataDestination: { path: pathOf(deployment) } } };
    const tags = [{ tagKey: 'team', tagValue: 'search' }];
    const withItsKey = execute(deployment, { datasetArn: datasetArn('own-key', 'USERS') });
    for (const request of [withPath, { datasetGroupArn: datasetGroupArn('shop'), tags }]) {
      expect(await execute(deployment, request)).toMatchObject({ status: 'SUCCEEDED' });
    }
    await restoreUsers(deployment);
    // The name is taken, so the job that has it is described.
    expect(await execute(deployment, byHand)).toMatchObject({ status: 'FAILED' });
    expect(await withItsKey).toMatchObject({ status: 'SUCCEEDED' });
    return deployment.aws.authorization.grants();
  } finally {
    await deployment.close();
  }
}

/** The AWS Solution reports the import that CloudTrail has reported: its execution exists. */
async function reportImportAgain({ lambda }: Deployment): Promise<void> {
  const detail = { Arn: arn('personalize', 'dataset-import-job/import'), Status: 'ACTIVE' };
  const event = { id: 'again', source: 'solutions.aws.personalize', detail };
  const Payload = JSON.stringify({ trigger: 'solution-import-active', event });
  await lambda.send(new InvokeCommand({ FunctionName: `${stackName}-start-export`, Payload }));
}

async function requestByFile({ aws, s3 }: Deployment): Promise<void> {
  const Bucket = aws.environment.EXPORT_BUCKET;
  await s3.send(
    new PutObjectCommand({ Bucket, Key: 'requests/users.json', Body: JSON.stringify({ datasetArn: users }) }),
  );
}

/** Events where the function, or the state machine that it starts, does not exist: one dead letter each. */
async function deadLetters(): Promise<Grant[]> {
  const change: TemplateChange = ({ Resources }) => {
    const { Targets } = Resources.ExportRequestedRule?.Properties ?? {};
    for (const target of Targets as { Arn: unknown }[]) target.Arn = arn('lambda', 'function:gone');
    const { Environment } = Resources.StartExportLambdaFunction?.Properties ?? {};
    const { Variables } = Environment as { Variables: Record<string, unknown> };
    Variables.STATE_MACHINE_ARN = arn('states', 'stateMachine:gone');
  };
  const deployment = await deploy({ change });
  try {
    await createDatasets(deployment, 'shop', ['Users']);
    await importUsers(deployment);
    await requestByEvent(deployment);
    const { DEAD_LETTER_QUEUE_URL } = deployment.aws.environment;
    const letters = [
      await receive(deployment, DEAD_LETTER_QUEUE_URL),
      await receive(deployment, DEAD_LETTER_QUEUE_URL),
    ];
    expect(letters).toEqual([expect.anything(), expect.anything()]);
    return deployment.aws.authorization.grants();
  } finally {
    await deployment.close();
  }
}

async function requestByEvent({ events }: Deployment): Promise<void> {
  const entry = { Source: 'test', DetailType: 'Dataset Export Requested', Detail: '{}' };
  await events.send(new PutEventsCommand({ Entries: [entry] }));
}

function pathOf({ aws }: Pick<Deployment, 'aws'>): string {
  return `s3://${aws.environment.EXPORT_BUCKET}/exports/by-hand/`;
}

async function importUsers({ personalize, s3 }: Deployment): Promise<void> {
  await s3.send(new CreateBucketCommand({ Bucket: 'source' }));
  await s3.send(new PutObjectCommand({ Bucket: 'source', Key: 'users.csv', Body: 'USER_ID,SEGMENT\nu1,new\n' }));
  const dataSource = { dataLocation: 's3://source/users.csv' };
  await personalize.send(
    new CreateDatasetImportJobCommand({ jobName: 'import', datasetArn: users, dataSource, roleArn: roleArn('import') }),
  );
}

/** Imports an export as `npm run restore` does: with the role of the setting restoreRole, which may read it. */
async function restoreUsers({ aws, personalize }: Deployment): Promise<void> {
  const dataSource = { dataLocation: `${pathOf({ aws })}by-hand-part-00000.csv` };
  const job = { jobName: 'restore', datasetArn: users, dataSource, roleArn: aws.environment.RESTORE_ROLE_ARN };
  const { datasetImportJobArn } = await personalize.send(new CreateDatasetImportJobCommand(job));
  const { status, failureReason } = await until(
    async () =>
      (await personalize.send(new DescribeDatasetImportJobCommand({ datasetImportJobArn }))).datasetImportJob ?? {},
    (one) => one.status === 'ACTIVE' || one.status === 'CREATE FAILED',
  );
  expect({ status, failureReason }).toEqual({ status: 'ACTIVE', failureReason: undefined });
}

/** A statement by its name and everything that it allows. */
function nameOf({ holder, statement }: Grant): string {
  const actions = grants.filter((one) => one.holder === holder && one.statement === statement);
  return [statement, ...actions.map(({ pattern }) => pattern)].join(' ');
}

function exceptionOf(grant: Grant) {
  return NOT_EXERCISED.find(([holder, statement]) => holder.test(grant.holder) && statement.test(nameOf(grant)));
}

it('the template allows no action and no resource that no path through the pipeline uses', () => {
  const unused = grants.filter((grant) => !grant.used && !exceptionOf(grant));
  expect(unused.map(({ holder, statement, element, pattern }) => [holder, statement, element, pattern])).toEqual([]);
});

it.each(NOT_EXERCISED)('%s still allows %s though no path here uses it: %s', (...exception) => {
  const meant = grants.filter((grant) => exceptionOf(grant)?.[2] === exception[2]);
  expect(meant.length).toBeGreaterThan(0);
  expect(meant.filter(({ used }) => used)).toEqual([]);
});
