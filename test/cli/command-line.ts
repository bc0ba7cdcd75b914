import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

export interface Ran {
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  stdin?: string;
  /** Sends SIGINT when stdout or stderr contains this text. */
  interruptAt?: string;
}

/** Runs a command of `cli/` as a process, with this environment only. */
export async function runCommand(
  command: 'export' | 'redrive',
  args: string[],
  environment: Record<string, string | undefined>,
  { stdin = '', interruptAt }: RunOptions = {},
): Promise<Ran> {
  // Without a home directory and a metadata service, no profile and no role of this computer is used.
  const noHome = { HOME: '/nonexistent', AWS_EC2_METADATA_DISABLED: 'true' };
  // Half of a command's time is compiling the same code.
  const env = { PATH: process.env.PATH, NODE_COMPILE_CACHE: '.local/compile-cache', ...noHome, ...environment };
  const child = spawn(process.execPath, [`cli/${command}.ts`, ...args], { env });
  child.stdin.end(stdin);
  let output = '';
  let interrupted = false;
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data) => {
      output += data;
      if (interrupted || !interruptAt || !output.includes(interruptAt)) return;
      interrupted = true;
      child.kill('SIGINT');
    });
  }
  const exit = new Promise<number | null>((fulfil) => child.on('exit', fulfil));
  const [stdout, stderr, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
  return { exitCode, stdout, stderr };
}
