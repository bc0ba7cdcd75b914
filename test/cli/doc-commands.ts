import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { lexer, type Tokens } from 'marked';

export interface Block {
  file: string;
  script: string;
}

const ROOT_FILES = ['README.md', 'CONTRIBUTING.md', 'local-aws/README.md'];

/** The shell blocks of the documentation. */
export async function shellBlocks(): Promise<Block[]> {
  const docs = (await readdir('docs')).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`);
  const blocks = [...ROOT_FILES, ...docs].map(async (file) =>
    lexer(await readFile(file, 'utf8'))
      .filter((token): token is Tokens.Code => token.type === 'code' && token.lang === 'sh')
      .map(({ text }) => ({ file, script: text })),
  );
  return (await Promise.all(blocks)).flat();
}

/** Writes its arguments, each ended by NUL, to a file of its own: the commands of a pipe run at once. */
const RECORDER = `#!/bin/sh
printf '%s\\0' "\${0##*/}" "$@" > "$COMMANDS/$$"
`;

/** The commands that a shell runs for a block, with the arguments that it passes. The shell reads the block as it is; only the
 * tools are replaced, by a program that records its arguments.
 * @throws Error if the shell finds an error, or a tool that is not in the list */
export async function commandsOf({ script }: Block, tools: string[], variables: string[]): Promise<string[][]> {
  const folder = await mkdtemp(join(tmpdir(), 'docs-'));
  try {
    await mkdir(join(folder, 'bin'));
    await mkdir(join(folder, '.local'));
    await writeFile(join(folder, '.local/env'), '');
    await symlink(resolve('docs'), join(folder, 'docs'));
    for (const tool of tools) {
      await writeFile(join(folder, 'bin', tool), RECORDER);
      await chmod(join(folder, 'bin', tool), 0o755);
    }
    await symlink('/usr/bin/env', join(folder, 'bin/env'));
    const COMMANDS = join(folder, 'commands');
    await mkdir(COMMANDS);
    const values = Object.fromEntries(variables.map((name) => [name, `value-of-${name}`]));
    const PATH = join(folder, 'bin');
    await promisify(execFile)('/bin/sh', ['-euc', script], { cwd: folder, env: { ...values, PATH, COMMANDS } });
    const records = (await readdir(COMMANDS)).map((name) => readFile(join(COMMANDS, name), 'utf8'));
    return (await Promise.all(records)).map((record) => record.split('\0').slice(0, -1));
  } finally {
    await rm(folder, { recursive: true });
  }
}
