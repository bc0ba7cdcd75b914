import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

export interface Ran {
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  stdin?: string;
  /** Sends SIGINT once stdout or stderr holds this. */
  interruptAt?: string;
}

/** Runs a command of `cli/` as a process of its own, with this environment and no other. */
export async function runCommand(
  command: 'export' | 'redrive',
  args: string[],
  environment: Record<string, string | undefined>,
  { stdin = '', interruptAt }: RunOptions = {},
): Promise<Ran> {
  // Without a home there is no profile of the user's; without a metadata service, no role of the machine's.
  const noHome = { HOME: '/nonexistent', AWS_EC2_METADATA_DISABLED: 'true' };
  // Half of a command's time is compiling, the same each time.
  const env = { PATH: process.env.PATH, NODE_COMPILE_CACHE: '.local/compile-cache', ...noHome, ...environment };
  const child = spawn(process.execPath, [`cli/${command}.ts`, ...args], { env });
  child.stdin.end(stdin);
  let said = '';
  let interrupted = false;
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data) => {
      said += data;
      if (interrupted || !interruptAt || !said.includes(interruptAt)) return;
      interrupted = true;
      child.kill('SIGINT');
    });
  }
  const exit = new Promise<number | null>((fulfil) => child.on('exit', fulfil));
  const [stdout, stderr, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
  return { exitCode, stdout, stderr };
}
