import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import type { ConsoleKnowledge } from './console/knowledge.ts';
import { shellEnvironment } from './environment-file.ts';
import { type LocalAws, startLocalAws } from './local-aws.ts';

/** The options of a command that runs the local AWS. */
export interface ServerOptions {
  port: number;
  jobSeconds: number;
  stateDir: string;
}

export interface ServedStack {
  packageDir: string;
  stackName: string;
  serviceDir?: string;
  /** What the page in the browser shows of the stack beside names and JSON. */
  console?: ConsoleKnowledge;
}

/** What to do once the stack is deployed, and before the server says that it is ready.
 * @param envFile the path of the file with the environment variables, for the shell's `.`
 * @returns the lines to print */
export type Prepare = (aws: LocalAws, envFile: string) => Promise<string[]>;

/** Adds the options of the server to a command. */
export function withServerOptions(command: Command): Command {
  return command
    .option('--port <number>', 'the port on 127.0.0.1', number({ least: 0, most: 65_535, whole: true }), 4566)
    .option('--job-seconds <seconds>', 'how long a Personalize job takes', number({ least: 0.01, most: 86_400 }), 2)
    .option('--state-dir <folder>', 'receives the file `env` for your shell, and the logs of the functions', '.local');
}

/** Starts the local AWS, writes the file for the shell, and prints how to use both.
 * @throws Error that says what to do when the port is in use; what `prepare` throws */
export async function serve(
  { stateDir, ...options }: ServerOptions & ServedStack,
  prepare: Prepare = async () => [],
): Promise<LocalAws> {
  const logsDir = join(stateDir, 'logs');
  const aws = await startLocalAws({ ...options, logsDir }).catch((error) => {
    throw portAdvice(error, options.port);
  });
  try {
    await mkdir(stateDir, { recursive: true });
    const file = join(stateDir, 'env');
    await writeFile(file, shellEnvironment(aws.environment));
    // A shell looks for a name without a slash in its PATH.
    const envFile = file.includes('/') ? file : `./${file}`;
    console.log(`The local AWS listens on ${aws.environment.AWS_ENDPOINT_URL}. For your shell: . ${envFile}`);
    console.log(`The logs of the functions are in ${logsDir}. Press Ctrl-C to stop.`);
    console.log(`To see what happens, open ${aws.environment.AWS_ENDPOINT_URL}/ in a browser.`);
    for (const line of await prepare(aws, envFile)) console.log(line);
    console.log('ready');
    return aws;
  } catch (error) {
    await aws.stop();
    throw error;
  }
}

function portAdvice(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code !== 'EADDRINUSE')
    return new Error(`The local AWS could not start: ${error.message}`, { cause: error });
  return new Error(
    `Port ${port} on 127.0.0.1 is in use. Stop the program that listens there, or choose another port: --port ${port + 1}.`,
    { cause: error },
  );
}

/** Reads an option that is a number within bounds. */
function number({ least, most, whole = false }: { least: number; most: number; whole?: boolean }) {
  return (text: string): number => {
    const value = Number(text);
    const allowed = text.trim() !== '' && value >= least && value <= most && (!whole || Number.isInteger(value));
    if (allowed) return value;
    throw new InvalidArgumentError(`Give a ${whole ? 'whole number' : 'number'} from ${least} to ${most}.`);
  };
}
