import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

export interface Ran {
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  stdin?: string;
  /** Called once, when stdout or stderr first holds this text. */
  when?: [said: string, act: (child: { interrupt(): void; said: string }) => void];
}

/** Runs a command of `cli/` as a process of its own, with this environment and no other. */
export async function runCommand(
  command: 'doctor' | 'export' | 'redrive' | 'restore',
  args: string[],
  environment: Record<string, string | undefined>,
  { stdin = '', when }: RunOptions = {},
): Promise<Ran> {
  // Without a home there is no profile of the user's; without a metadata service, no role of the machine's.
  const noHome = { HOME: '/nonexistent', AWS_EC2_METADATA_DISABLED: 'true' };
  // Half of a command's time is compiling, the same each time.
  const env = { PATH: process.env.PATH, NODE_COMPILE_CACHE: '.local/compile-cache', ...noHome, ...environment };
  const child = spawn(process.execPath, [`cli/${command}.ts`, ...args], { env });
  child.stdin.end(stdin);
  let said = '';
  let acted = false;
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data) => {
      said += data;
      if (acted || !when || !said.includes(when[0])) return;
      acted = true;
      when[1]({ interrupt: () => child.kill('SIGINT'), said });
    });
  }
  const exit = new Promise<number | null>((fulfil) => child.on('exit', fulfil));
  const [stdout, stderr, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
  return { exitCode, stdout, stderr };
}
