import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { shellEnvironment } from '../src/environment-file.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'environment-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** The variables of a shell that stops at the first error, after it has read these files. */
async function variablesAfter(environment: Record<string, string>, ...files: Record<string, string>[]) {
  const paths = files.map((_, index) => join(folder, `env-${index}`));
  await Promise.all(paths.map((path, index) => writeFile(path, shellEnvironment(files[index] ?? {}))));
  const script = [...paths.map((path) => `. ${path}`), 'env -0'].join('\n');
  const output = execFileSync('sh', ['-euc', script], { env: { PATH: process.env.PATH, ...environment } }).toString();
  return Object.fromEntries(output.split('\0').map((line) => line.split(/=(.*)/s)));
}

it('the file for the shell leaves nothing of another file that was read before', async () => {
  const variables = await variablesAfter({}, { AWS_REGION: 'a', TOPIC_ARN: 'b' }, { AWS_REGION: 'c' });
  expect(variables.AWS_REGION).toBe('c');
  expect(variables).not.toHaveProperty('TOPIC_ARN');
});

it('the file for the shell removes the profile, which clients prefer to keys', async () => {
  const variables = await variablesAfter({ AWS_PROFILE: 'mine', AWS_SESSION_TOKEN: 'x', OTHER: 'y' }, { A: 'b' });
  expect(variables).not.toHaveProperty('AWS_PROFILE');
  expect(variables).not.toHaveProperty('AWS_SESSION_TOKEN');
  expect(variables.OTHER).toBe('y');
});

it('the file for the shell keeps values with characters that a shell interprets', async () => {
  const value = `a 'b' "$HOME" \`c\`\n;#`;
  expect(await variablesAfter({}, { VALUE: value })).toMatchObject({ VALUE: value });
});
