import {
  GetBucketEncryptionCommand,
  GetBucketLocationCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { about, type Check, type Context, fail, ok, undecided, warn } from './check.ts';
import { type Deployment, deployCommand, isBrought } from './deployment.ts';
import { bucketArns, PERSONALIZE, personalizeMay } from './personalize-call.ts';
import type { Observation } from './report-schema.ts';
import { present } from './unknown.ts';

export const bucketCheck: Check = {
  name: 'bucket',
  checks:
    'The bucket exists in the region. Its policy lets Personalize write and list. Its default encryption, its versions, and, if request files are a trigger, its notifications to EventBridge.',
  why: 'If the bucket refuses Personalize, export jobs end as CREATE FAILED. Without its events, request files start no exports.',
  actions: [
    's3:GetBucketLocation',
    's3:GetBucketNotification',
    's3:GetBucketPolicy',
    's3:GetBucketVersioning',
    's3:GetEncryptionConfiguration',
  ],
  needsStack: true,
  run: async (context) => {
    const { deployment, clients } = context;
    const Bucket = present(deployment.outputs.ExportBucket, 'cloudformation:DescribeStacks', 'output ExportBucket');
    const location = await about('location', () => locationOf(context, Bucket));
    if (location.state === 'fail') return [location];
    const others = [
      about('policy', () => policyOf(clients.s3, Bucket, deployment)),
      about('encryption', () => encryptionOf(clients.s3, Bucket, deployment)),
      about('events', () => eventsOf(clients.s3, Bucket, deployment)),
      about('versions', () => versionsOf(clients.s3, Bucket, deployment)),
    ];
    return [location, ...(await Promise.all(others))];
  },
};

async function locationOf({ clients: { s3 }, deployment }: Context, Bucket: string): Promise<Observation> {
  const { region } = deployment;
  try {
    // S3 has two legacy values: none for us-east-1, and EU for eu-west-1.
    const { LocationConstraint } = await s3.send(new GetBucketLocationCommand({ Bucket }));
    const location = LocationConstraint === 'EU' ? 'eu-west-1' : LocationConstraint || 'us-east-1';
    if (location === region) return ok(`${Bucket} in ${region}`);
    return fail(
      `${Bucket} is in ${location}, the deployment in ${region}.`,
      `Set existingBucket to a bucket in ${region}.`,
    );
  } catch (error) {
    if ((error as Error).name !== 'NoSuchBucket') throw error;
    const fix = `Correct existingBucket, or remove the stack and deploy it again: ${deployCommand(deployment)}`;
    return fail(`There is no bucket ${Bucket}.`, fix);
  }
}

async function policyOf(client: S3Client, Bucket: string, deployment: Deployment): Promise<Observation> {
  const statement = 'the statement PersonalizeWritesExports from resources/bucket.yml';
  const fix = isBrought(deployment, 'ExportBucket')
    ? `Copy ${statement} into the bucket policy: docs/deploy.md, "Use existing resources".`
    : `Undo what was changed outside CloudFormation: the bucket policy needs ${statement}.`;
  const { Policy } = await client
    .send(new GetBucketPolicyCommand({ Bucket }))
    .catch(orIfMissing('NoSuchBucketPolicy', { Policy: '{}' }));
  const text = present(Policy, 's3:GetBucketPolicy', 'Policy');
  const { bucketArn, objectArn } = bucketArns(deployment, Bucket);
  const needs: [action: string, resource: string][] = [
    ['s3:PutObject', objectArn],
    ['s3:ListBucket', bucketArn],
  ];
  const decisions = needs.map(([action, resource]) => ({
    action,
    decision: personalizeMay(text, action, deployment, resource),
  }));
  const refused = decisions.filter(({ decision }) => decision === 'denied' || decision === 'not allowed');
  const said = (list: typeof decisions) => list.map(({ action, decision }) => `${action}: ${decision}`).join(', ');
  if (refused.length > 0) return fail(`The policy does not let ${PERSONALIZE} write exports. ${said(refused)}.`, fix);
  const open = decisions.filter(({ decision }) => decision === 'undecided');
  if (open.length > 0)
    return undecided(`The policy has conditions that can't be judged from here. ${said(open)}.`, fix);
  return ok(`${PERSONALIZE} may call s3:PutObject and s3:ListBucket.`);
}

/** S3 reports by an error that something is not configured. */
function orIfMissing<Value>(name: string, value: Value): (error: Error) => Value {
  return (error) => {
    if (error.name === name) return value;
    throw error;
  };
}

async function encryptionOf(client: S3Client, Bucket: string, deployment: Deployment): Promise<Observation> {
  const none = { ServerSideEncryptionConfiguration: { Rules: [] } };
  const { ServerSideEncryptionConfiguration } = await client
    .send(new GetBucketEncryptionCommand({ Bucket }))
    .catch(orIfMissing('ServerSideEncryptionConfigurationNotFoundError', none));
  const { Rules } = present(
    ServerSideEncryptionConfiguration,
    's3:GetEncryptionConfiguration',
    'ServerSideEncryptionConfiguration',
  );
  const { SSEAlgorithm = 'none', KMSMasterKeyID } = Rules?.[0]?.ApplyServerSideEncryptionByDefault ?? {};
  const seen = `By default ${SSEAlgorithm}${KMSMasterKeyID ? ` with ${KMSMasterKeyID}` : ''}.`;
  const { ExportKeyArn = '' } = deployment.outputs;
  const isOurs =
    KMSMasterKeyID !== undefined && (KMSMasterKeyID === ExportKeyArn || ExportKeyArn.endsWith(`/${KMSMasterKeyID}`));
  const why =
    'Exports are encrypted with the key of their request in any case. Manifests and request files get the default.';
  if (isOurs || (isBrought(deployment, 'ExportBucket') && SSEAlgorithm !== 'none')) return ok(seen);
  return warn(
    seen,
    `Set the default encryption of the bucket to aws:kms with ${ExportKeyArn || 'the key of the deployment'}.`,
    why,
  );
}

async function eventsOf(client: S3Client, Bucket: string, { reading, stage }: Deployment): Promise<Observation> {
  const isTrigger = reading.stack?.template.Resources.RequestDroppedRule?.Properties?.State !== 'DISABLED';
  const { EventBridgeConfiguration } = await client.send(new GetBucketNotificationConfigurationCommand({ Bucket }));
  if (EventBridgeConfiguration) return ok('EventBridge gets the events of the bucket.');
  if (!isTrigger) return ok('Not needed: the setting requestFileTrigger is false.');
  const fix = `Enable EventBridge in the properties of the bucket, under "Event notifications". Or, if request files need not start exports, set requestFileTrigger to false for the stage ${stage}.`;
  return fail('EventBridge gets no events of the bucket.', fix, 'Request files start no exports.');
}

async function versionsOf(client: S3Client, Bucket: string, deployment: Deployment): Promise<Observation> {
  const { Status = 'never enabled' } = await client.send(new GetBucketVersioningCommand({ Bucket }));
  if (Status === 'Enabled') return ok('The bucket keeps versions.');
  const why = 'An export or a manifest that is replaced or deleted is lost at once.';
  const fix = `aws s3api put-bucket-versioning --bucket ${Bucket} --versioning-configuration Status=Enabled`;
  const seen = `Versioning: ${Status}.`;
  return isBrought(deployment, 'ExportBucket') ? warn(seen, `If you want versions: ${fix}`, why) : warn(seen, fix, why);
}
