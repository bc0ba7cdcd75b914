import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { CreateDatasetImportJobCommand } from '@aws-sdk/client-personalize';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { Grant } from 'local-aws';
import { beforeAll, expect, it } from 'vitest';
import {
  arn,
  createDataset,
  type Deployment,
  deploy,
  receive,
  receiveNotification,
  roleArn,
  run,
} from './deployment.ts';

/** What the template allows and no run here can need, by the holder's logical id, the statement's name or an action in
 * it, and why it is there all the same. */
const NOT_EXERCISED: [holder: RegExp, statement: RegExp, reason: string][] = [
  [/Role$/, /logs:/, 'Lambda and Step Functions deliver logs to CloudWatch; here they are files.'],
  [/Role$/, /xray:/, 'Lambda and Step Functions send traces to X-Ray; here there is none.'],
  [/^(ExportKey|AlarmTopicPolicy)$/, /AlarmsPublish/, 'CloudWatch publishes alarms; here there are none.'],
  [
    /^StartExportRole$/,
    /s3:GetObject /,
    'The bucket keeps versions, so every event names one; an owner may suspend them.',
  ],
];

let grants: Grant[];

beforeAll(async () => {
  const [used, others] = await Promise.all([everyPath(), deadLetters()]);
  grants = used.map((grant, index) => ({ ...grant, used: grant.used || (others[index]?.used ?? false) }));
}, 60_000);

/** Every way through the pipeline, in one deployment; the grants of its template. */
async function everyPath(): Promise<Grant[]> {
  // The import has not ended when the machine looks at it first, so it waits.
  const deployment = await deploy(undefined, { faults: [{ job: 'import', seconds: 5 }] });
  try {
    const datasetArn = await createDataset(deployment, 'shop');
    const withGroupKey = await createDataset(deployment, 'own-key', deployment.aws.environment.EXPORT_KEY_ARN);
    await importUsers(deployment, datasetArn);
    const notification = (await receiveNotification(deployment)) ?? (await receiveNotification(deployment));
    expect(notification).toMatchObject({ outcome: 'ACTIVE' });
    await askByEvent(deployment);
    await askByFile(deployment, datasetArn);
    const byHand = { datasetArn, jobName: 'by-hand', jobOutput: { s3DataDestination: { path: pathOf(deployment) } } };
    const group = datasetArn.replace(/:dataset\/(.+)\/.+/, ':dataset-group/$1');
    const tags = [{ tagKey: 'team', tagValue: 'search' }];
    // The second one's name is taken by the same export, so it is adopted.
    const withItsKey = run(deployment, { datasetArn: withGroupKey });
    for (const request of [byHand, byHand, { datasetGroupArn: group, tags }]) {
      expect(await run(deployment, request)).toMatchObject({ status: 'SUCCEEDED' });
    }
    expect(await withItsKey).toMatchObject({ status: 'SUCCEEDED' });
    return deployment.aws.authorization.grants();
  } finally {
    await deployment.close();
  }
}

async function askByFile({ aws, s3 }: Deployment, datasetArn: string): Promise<void> {
  const Bucket = aws.environment.EXPORT_BUCKET;
  await s3.send(new PutObjectCommand({ Bucket, Key: 'requests/users.json', Body: JSON.stringify({ datasetArn }) }));
}

/** What becomes of events where the function, or the machine that it starts, is gone: one dead letter each. */
async function deadLetters(): Promise<Grant[]> {
  const deployment = await deploy(({ Resources }) => {
    const { Targets } = Resources.ExportRequestedRule?.Properties ?? {};
    for (const target of Targets as { Arn: unknown }[]) target.Arn = arn('lambda', 'function:gone');
    const { Environment } = Resources.StartExportLambdaFunction?.Properties ?? {};
    const { Variables } = Environment as { Variables: Record<string, unknown> };
    Variables.STATE_MACHINE_ARN = arn('states', 'stateMachine:gone');
  });
  try {
    await importUsers(deployment, await createDataset(deployment, 'shop'));
    await askByEvent(deployment);
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

async function askByEvent({ events }: Deployment): Promise<void> {
  const entry = { Source: 'test', DetailType: 'Dataset Export Requested', Detail: '{}' };
  await events.send(new PutEventsCommand({ Entries: [entry] }));
}

function pathOf({ aws }: Deployment): string {
  return `s3://${aws.environment.EXPORT_BUCKET}/by-hand/`;
}

async function importUsers({ personalize, s3 }: Deployment, datasetArn: string): Promise<void> {
  await s3.send(new CreateBucketCommand({ Bucket: 'source' }));
  await s3.send(new PutObjectCommand({ Bucket: 'source', Key: 'users.csv', Body: 'USER_ID,SEGMENT\nu1,new\n' }));
  const dataSource = { dataLocation: 's3://source/users.csv' };
  await personalize.send(
    new CreateDatasetImportJobCommand({ jobName: 'import', datasetArn, dataSource, roleArn: roleArn('import') }),
  );
}

/** A statement by its name and everything that it allows. */
function nameOf({ holder, statement }: Grant): string {
  const actions = grants.filter((one) => one.holder === holder && one.statement === statement);
  return [statement, ...actions.map(({ pattern }) => pattern)].join(' ');
}

function exceptionOf(grant: Grant) {
  return NOT_EXERCISED.find(([holder, statement]) => holder.test(grant.holder) && statement.test(nameOf(grant)));
}

it('no action and no resource is allowed that no path needs', () => {
  const unused = grants.filter((grant) => !grant.used && !exceptionOf(grant));
  expect(unused.map(({ holder, statement, element, pattern }) => [holder, statement, element, pattern])).toEqual([]);
});

it.each(NOT_EXERCISED)('%s, %s is still on the list for its reason: %s', (...exception) => {
  const meant = grants.filter((grant) => exceptionOf(grant)?.[2] === exception[2]);
  expect(meant.length).toBeGreaterThan(0);
  expect(meant.filter(({ used }) => used)).toEqual([]);
});
