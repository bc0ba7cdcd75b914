import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Template } from 'local-aws';
import { copyService } from '../../scripts/service-folder.ts';

const run = promisify(execFile);

export interface Packaged {
  template: Template & { Outputs: Record<string, { Value: unknown }> };
  /** Each function's zip, by file name. */
  zips: Record<string, Buffer>;
  templateBytes: number;
}

/** What `serverless package` makes with these parameters, offline and without credentials. */
export async function packageWith(params: Record<string, string> = {}, options: string[] = []): Promise<Packaged> {
  // Inside of the project, whose modules the settings are checked with.
  await mkdir('.local', { recursive: true });
  const folder = await mkdtemp(resolve('.local/package-'));
  try {
    const flags = Object.entries(params).flatMap(([name, value]) => ['--param', `${name}=${value}`]);
    const { AWS_ACCESS_KEY_ID: _, AWS_SECRET_ACCESS_KEY: __, ...env } = process.env;
    const service = join(folder, 'service');
    await copyService(service, ['test/fixtures']);
    const made = join(folder, 'made');
    const args = ['package', '--package', made, ...flags, ...options];
    await run(resolve('node_modules/.bin/serverless'), args, { cwd: service, env });
    const text = await readFile(join(made, 'cloudformation-template-update-stack.json'), 'utf8');
    const names = (await readdir(made)).filter((name) => name.endsWith('.zip'));
    const zips = await Promise.all(names.map(async (name) => [name, await readFile(join(made, name))] as const));
    const template = JSON.parse(text);
    return { template, zips: Object.fromEntries(zips), templateBytes: JSON.stringify(template).length };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The resources of one type, by logical id. */
export function ofType<Properties = Record<string, unknown>>(template: Template, type: string): [string, Properties][] {
  return Object.entries(template.Resources)
    .filter(([, resource]) => resource.Type === type)
    .map(([id, resource]) => [id, resource.Properties as Properties]);
}
