import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Template as LocalTemplate } from 'local-aws';
import { copyService } from '../../scripts/service-folder.ts';

const run = promisify(execFile);

/** The settings that the tests package: every option is used at least once. */
const PARAMETER_SETS = {
  defaults: {},
  'existing resources': {
    params: {
      existingBucket: 'my-bucket',
      existingRoleArn: 'arn:aws:iam::123456789012:role/personalize',
      existingKeyArn: 'arn:aws:kms:us-east-1:123456789012:key/1234abcd',
      existingTopicArn: 'arn:aws:sns:us-east-1:123456789012:my-topic',
    },
  },
  'every option': {
    params: {
      schedulesFile: 'test/fixtures/three-schedules.yml',
      notificationEmail: 'data@example.com',
      solutionEventBus: 'solution-bus',
      importDatasetGroups: 'shop, news',
      alarmAfterHoursWithoutSuccess: '24',
      exportExpirationInDays: '30',
      logRetentionInDays: '30',
      createTrail: 'true',
      restoreRole: 'true',
      glueDatabase: 'exports',
    },
    options: ['--stage', 'prod'],
  },
  extremes: {
    params: {
      notificationEmail: 'data@example.com',
      solutionEventBus: 'b'.repeat(256),
      existingBucket: 'b'.repeat(63),
      exportKeyPrefix: 'p'.repeat(100),
      createTrail: 'true',
      glueDatabase: 'd'.repeat(255),
      permissionsBoundaryArn: 'arn:aws:iam::123456789012:policy/boundary',
      stackTags: '[{"tagKey": "team", "tagValue": "search"}, {"tagKey": "cost center", "tagValue": "42"}]',
    },
    options: ['--stage', 'seventeen-letters'],
  },
  'without verification': { params: { verifyExports: 'false' } },
  'no triggers': {
    params: {
      solutionEventBus: 'solution-bus',
      importTrigger: 'false',
      eventTrigger: 'false',
      requestFileTrigger: 'false',
    },
  },
  China: { params: { createTrail: 'true' }, options: ['--region', 'cn-north-1'] },
} satisfies Record<string, ParameterSet>;

interface ParameterSet {
  params?: Record<string, string>;
  options?: string[];
}

export type SetName = keyof typeof PARAMETER_SETS;
export const setNames = Object.keys(PARAMETER_SETS) as SetName[];

export interface Resource {
  Type: string;
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
  DependsOn?: unknown;
  Properties: Record<string, unknown>;
}

export interface Template extends LocalTemplate {
  Resources: Record<string, Resource>;
  Outputs: Record<string, { Value: unknown }>;
}

export interface Packaged {
  template: Template;
  /** Each function's zip, by file name. */
  zips: Record<string, Buffer>;
}

/** The template of a parameter set, as packaged by test/setup/parameter-sets.ts. */
export async function templateOf(name: SetName): Promise<Template> {
  return JSON.parse(await readFile(templateFile(name), 'utf8'));
}

/** Where the template of a parameter set is kept. CI runs cfn-lint on these files after the tests. */
export const templateFile = (name: SetName) => `.local/templates/${name.replaceAll(' ', '-')}.json`;

/** Packages a parameter set. */
export async function packageSet(name: SetName): Promise<Packaged> {
  const { params, options }: ParameterSet = PARAMETER_SETS[name];
  return await packageWith(params, options);
}

/** What `serverless package` makes with these parameters and options, offline and without credentials.
 * @throws Error with the output of osls when it fails. */
export async function packageWith(params: Record<string, string> = {}, options: string[] = []): Promise<Packaged> {
  // Inside the project, so that the configuration finds its node_modules.
  await mkdir('.local', { recursive: true });
  const folder = await mkdtemp(resolve('.local/package-'));
  try {
    const { AWS_ACCESS_KEY_ID: _, AWS_SECRET_ACCESS_KEY: __, ...env } = process.env;
    const service = join(folder, 'service');
    await copyService(service, ['test/fixtures']);
    const made = join(folder, 'made');
    const flags = Object.entries(params).flatMap(([name, value]) => ['--param', `${name}=${value}`]);
    const args = ['package', '--package', made, ...flags, ...options];
    await run(resolve('node_modules/.bin/serverless'), args, { cwd: service, env }).catch(({ stdout }) => {
      throw new Error(stdout);
    });
    const text = await readFile(join(made, 'cloudformation-template-update-stack.json'), 'utf8');
    const names = (await readdir(made)).filter((name) => name.endsWith('.zip'));
    const zips = await Promise.all(names.map(async (name) => [name, await readFile(join(made, name))] as const));
    return { template: JSON.parse(text), zips: Object.fromEntries(zips) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The resources of one type, by logical id. */
export function ofType(template: Template, type: string): [id: string, resource: Resource][] {
  return Object.entries(template.Resources).filter(([, { Type }]) => Type === type);
}

/** A resource's properties.
 * @throws Error when the template has no such resource. */
export function propertiesOf(template: Template, id: string): Record<string, unknown> {
  const resource = template.Resources[id];
  if (!resource) throw new Error(`The template has no resource ${id}.`);
  return resource.Properties;
}
