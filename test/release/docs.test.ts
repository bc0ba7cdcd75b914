import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Block, shellBlocks } from '../cli/doc-commands.ts';
import { startScript } from '../cli/npm-script.ts';

// The blocks of both READMEs that work with the local AWS, run as they are by a shell and with the tools of this computer.

const READMES = ['README.md', 'local-aws/README.md'];
/** What the blocks need that `npm ci` does not install. */
const needs = ['aws', 'curl'].filter((tool) => spawnSync(tool, ['--version']).error);
const blocks = (await shellBlocks()).filter(
  ({ file, script }) => READMES.includes(file) && /^\. \.local\/env|_local\/faults/.test(script),
);

/** This project, with a `.local` of its own. */
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'release-'));
  const names = (await readdir('.')).filter((name) => name !== '.local' && name !== '.git');
  await Promise.all(names.map((name) => symlink(resolve(name), join(folder, name))));
});
afterAll(() => rm(folder, { recursive: true }));

function run({ script }: Block) {
  const withVariables = `. .local/env\n${script}`;
  return spawnSync('sh', ['-euc', withVariables], { cwd: folder, encoding: 'utf8', timeout: 120_000 });
}

it.skipIf(needs.length > 0)(
  'every block of the READMEs for the local AWS succeeds',
  async () => {
    const local = await startScript('local', '--seed', '--port', '0', '--state-dir', join(folder, '.local'));
    await local.until('ready');
    for (const block of blocks) {
      const { status, stdout, stderr } = run(block);
      expect(status, `${block.script}\n${stdout}${stderr}`).toBe(0);
    }
    expect(blocks.length).toBeGreaterThanOrEqual(4);
  },
  600_000,
);
