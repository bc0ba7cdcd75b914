import type { GetCallerIdentityCommandOutput } from '@aws-sdk/client-sts';
import type { Stack, TemplateResource } from './stack.ts';
import { NoStackError } from './unknown.ts';

/** How the stack was read: it is there, it is not, or CloudFormation could not be asked. */
export type StackReading = { stack: Stack } | { stack: undefined; error?: Error };

/** What the doctor examines. */
export interface Deployment {
  stackName: string;
  stage: string;
  partition: string;
  region: string;
  account: string;
  /** The caller's identity. */
  callerArn: string;
  reading: StackReading;
  /** The outputs of the stack; without a stack, those that the environment names. */
  outputs: Partial<Record<Output, string>>;
}

/** The outputs in resources/outputs.yml, and their environment variables. */
const VARIABLES = {
  StateMachineArn: 'STATE_MACHINE_ARN',
  ExportBucket: 'EXPORT_BUCKET',
  ExportTopicArn: 'EXPORT_TOPIC_ARN',
  AlarmTopicArn: 'ALARM_TOPIC_ARN',
  PersonalizeRoleArn: 'PERSONALIZE_ROLE_ARN',
  ExportKeyArn: 'EXPORT_KEY_ARN',
  DeadLetterQueueUrl: 'DEAD_LETTER_QUEUE_URL',
} as const;

export type Output = keyof typeof VARIABLES;

/** The stack's name, stage and region, and the identity of the caller. */
export interface Place extends Pick<Deployment, 'stackName' | 'stage' | 'region'> {
  identity: GetCallerIdentityCommandOutput;
}

/** Puts together what is known about a deployment. */
export function deploymentOf(place: Place, reading: StackReading, environment: NodeJS.ProcessEnv): Deployment {
  const { identity, ...names } = place;
  const { Arn: callerArn = '', Account: account = '' } = identity;
  const partition = callerArn.split(':')[1] || 'aws';
  const about = { ...names, account, partition, callerArn, reading };
  const outputs = reading.stack ? outputsOf(reading.stack) : outputsIn(environment, about);
  return { ...about, outputs };
}

function outputsOf({ description }: Stack): Deployment['outputs'] {
  return Object.fromEntries((description.Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
}

/** The variables of `.local/env`, if they are of this deployment; and what follows from the names. */
function outputsIn(environment: NodeJS.ProcessEnv, about: Omit<Deployment, 'outputs'>): Deployment['outputs'] {
  const { stackName } = about;
  const named = {
    StateMachineArn: arnOf(about, 'states', `stateMachine:${stackName}`),
    ExportTopicArn: arnOf(about, 'sns', stackName),
    AlarmTopicArn: arnOf(about, 'sns', `${stackName}-alarms`),
  };
  if (environment.STATE_MACHINE_ARN !== named.StateMachineArn) return named;
  const given = Object.entries(VARIABLES).map(([output, variable]) => [output, environment[variable] || undefined]);
  return { ...named, ...Object.fromEntries(given.filter(([, value]) => value !== undefined)) };
}

/** An ARN in the deployment's account and region. */
export function arnOf(
  { partition, region, account }: Pick<Deployment, 'partition' | 'region' | 'account'>,
  service: string,
  resource: string,
): string {
  return `arn:${partition}:${service}:${region}:${account}:${resource}`;
}

/** The stack.
 * @throws why CloudFormation could not be asked; NoStackError if there is no stack */
export function stackOf({ reading, stackName }: Deployment): Stack {
  if (reading.stack) return reading.stack;
  throw reading.error ?? new NoStackError(`There is no stack ${stackName}.`);
}

/** The resources of one type in the stack's template, by logical id.
 * @throws as stackOf */
export function resourcesOf(deployment: Deployment, type: string): [logicalId: string, TemplateResource][] {
  return Object.entries(stackOf(deployment).template.Resources).filter(([, { Type }]) => Type === type);
}

/** The name of a resource: that in the template, or else the one that CloudFormation gave it. */
export function nameOf(deployment: Deployment, logicalId: string, property: string): string {
  const { template, resources } = stackOf(deployment);
  const given = template.Resources[logicalId]?.Properties?.[property];
  return typeof given === 'string' ? given : (resources.get(logicalId)?.PhysicalResourceId ?? logicalId);
}

/** A variable of a function's environment in the template, if it is a text. */
export function functionVariable({ reading }: Deployment, logicalId: string, name: string): string | undefined {
  const { Environment } = reading.stack?.template.Resources[logicalId]?.Properties ?? {};
  const value = (Environment as { Variables?: Record<string, unknown> } | undefined)?.Variables?.[name];
  return typeof value === 'string' ? value : undefined;
}

/** Whether one of the settings `existing…` names the resource, so that the stack has none of its own. */
export function isBrought({ reading }: Deployment, logicalId: string): boolean {
  return reading.stack !== undefined && !Object.hasOwn(reading.stack.template.Resources, logicalId);
}

/** The command that deploys this stage. */
export function deployCommand({ stage, region }: Pick<Deployment, 'stage' | 'region'>, parameter?: string): string {
  return `npm run deploy -- --stage ${stage} --region ${region}${parameter ? ` --param="${parameter}"` : ''}`;
}
