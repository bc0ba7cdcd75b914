import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Template } from '../../local/template.ts';

const run = promisify(execFile);

export interface Packaged {
  template: Template & { Outputs: Record<string, { Value: unknown }> };
  /** Each function's zip, by file name. */
  zips: Record<string, Buffer>;
  templateBytes: number;
}

/** What `serverless package` makes with these parameters, offline and without credentials. */
export async function packageWith(params: Record<string, string> = {}, options: string[] = []): Promise<Packaged> {
  const folder = await mkdtemp(join(tmpdir(), 'package-'));
  try {
    const flags = Object.entries(params).flatMap(([name, value]) => ['--param', `${name}=${value}`]);
    const { AWS_ACCESS_KEY_ID: _, AWS_SECRET_ACCESS_KEY: __, ...env } = process.env;
    await run('node_modules/.bin/serverless', ['package', '--package', folder, ...flags, ...options], { env });
    const text = await readFile(join(folder, 'cloudformation-template-update-stack.json'), 'utf8');
    const names = (await readdir(folder)).filter((name) => name.endsWith('.zip'));
    const zips = await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name))] as const));
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
