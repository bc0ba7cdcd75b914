import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const require = createRequire(import.meta.url);
const region = require('../../resources/region.cjs') as (of: { options: Options }) => Promise<string>;
const Plugin = require('../../resources/plugin.cjs') as new (
  serverless: object,
) => {
  hooks: { initialize(): Promise<void> };
};

interface Options {
  region?: string;
  'aws-profile'?: string;
}

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'region-'));
  await writeFile(join(folder, 'config'), '[default]\nregion = eu-central-1\n[profile team]\nregion = eu-north-1\n');
  setEnvironment({});
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

/** An environment with the two profiles, and with nothing else that names a region. */
function setEnvironment(variables: Record<string, string>) {
  vi.unstubAllEnvs();
  for (const name of ['AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_PROFILE', 'AWS_SHARED_CREDENTIALS_FILE']) {
    vi.stubEnv(name, undefined);
  }
  vi.stubEnv('AWS_CONFIG_FILE', join(folder, 'config'));
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
}

describe('the region of a deployment', () => {
  it.each<[region: string, from: string, Options, variables: Record<string, string>]>([
    ['a', 'the option', { region: 'a' }, { AWS_REGION: 'b', AWS_DEFAULT_REGION: 'c' }],
    ['b', 'AWS_REGION', {}, { AWS_REGION: 'b', AWS_DEFAULT_REGION: 'c' }],
    ['c', 'AWS_DEFAULT_REGION', {}, { AWS_DEFAULT_REGION: 'c' }],
    ['eu-north-1', 'the profile of the option', { 'aws-profile': 'team' }, {}],
    ['eu-north-1', 'the profile in AWS_PROFILE', {}, { AWS_PROFILE: 'team' }],
    ['eu-central-1', 'the default profile', {}, {}],
  ])('the region of a deployment is %s, from %s', async (expected, _, options, variables) => {
    setEnvironment(variables);
    expect(await region({ options })).toBe(expected);
  });

  it('the region of a deployment is not needed for packaging', async () => {
    setEnvironment({ AWS_CONFIG_FILE: join(folder, 'none') });
    expect(await region({ options: {} })).toBe('us-east-1');
    await expect(initialized('package')).resolves.toBeUndefined();
  });

  it.each(['deploy', 'remove', 'info'])('the region of a deployment is needed by the command %s', async (command) => {
    setEnvironment({ AWS_CONFIG_FILE: join(folder, 'none') });
    await expect(initialized(command)).rejects.toThrow(
      'There is no region. Give --region, or set AWS_REGION or the region of your profile.',
    );
    setEnvironment({});
    await expect(initialized(command)).resolves.toBeUndefined();
  });
});

/** Runs what the plugin does first with a command of osls. */
async function initialized(command: string): Promise<void> {
  const service = { functions: {}, resources: [], custom: { settings: { faults: [] } }, provider: { stage: 'dev' } };
  const serverless = { service, classes: { Error }, processedInput: { commands: [command], options: {} } };
  await new Plugin(serverless).hooks.initialize();
}
