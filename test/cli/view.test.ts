import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { athenaView } from '../../cli/view.ts';
import { exampleManifest } from '../../scripts/manifest-docs.ts';

/** Runs `npm run view` with a file of this content. */
async function view(content: string, ...args: string[]) {
  const folder = await mkdtemp(join(tmpdir(), 'view-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'manifest.json');
  await writeFile(path, content);
  const run = spawnSync('npm', ['run', '--silent', 'view', '--', path, ...args], { encoding: 'utf8' });
  return { ...run, path };
}

it('npm run view prints the view for the manifest of a file', async () => {
  const { status, stdout } = await view(JSON.stringify(exampleManifest()), 'exports');
  expect({ status, stdout }).toEqual({ status: 0, stdout: `${athenaView(exampleManifest(), 'exports')};\n` });
});

it.each([
  ['{}', /manifest\.json is not a manifest: It has no "export"/],
  ['USER_ID', /manifest\.json is not a manifest: .*JSON/],
])('npm run view says that a file with %j is not a manifest', async (content, message) => {
  const { status, stderr } = await view(content, 'exports');
  expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringMatching(message) });
});

it('npm run view says what is missing without a database', async () => {
  const { status, stderr } = await view('{}');
  expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining('<Glue database>') });
});
