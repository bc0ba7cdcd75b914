import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { type DeploymentOptions, withDeploymentOptions } from './deployment.ts';
import { UsageError } from './usage-error.ts';

export interface ExportOptions extends DeploymentOptions {
  datasetArn?: string;
  groupArn?: string;
  importJobArn?: string;
  request?: string;
  mode?: 'BULK' | 'PUT' | 'ALL';
  watch?: boolean;
  json?: boolean;
}

/** What Step Functions takes as an execution's input. */
const MAX_INPUT_BYTES = 262_144;

/** Reads the command line; writes the help, or what is wrong with it, and ends the process then. */
export function exportOptions(): ExportOptions {
  const command = new Command('npm run export --')
    .description('Starts an export of Amazon Personalize datasets, and follows it if asked to. One subject is needed.')
    .option('--dataset-arn <arn>', 'a dataset', arnOf('dataset'))
    .option('--group-arn <arn>', 'every exportable dataset of a dataset group', arnOf('dataset-group'))
    .option('--import-job-arn <arn>', 'the dataset of an import job, once that is ACTIVE', arnOf('dataset-import-job'))
    .option('--request <file>', 'a request as JSON, sent as it is; - reads it from stdin. Not with --mode')
    .addOption(
      new Option('--mode <mode>', "what is exported (default: the deployment's)").choices(['BULK', 'PUT', 'ALL']),
    )
    .option('--watch', 'follow the execution until its end');
  withDeploymentOptions(command, 'STATE_MACHINE_ARN').option(
    '--json',
    'one JSON document on stdout, all else on stderr',
  );
  return parsed<ExportOptions>(
    command.addHelpText(
      'after',
      '\nExit status: 0 started, or with --watch succeeded; 1 with --watch, did not succeed; 2 nothing was started, or it can not be followed; 130 interrupted.',
    ),
  );
}

/** The options of a command without arguments; what is wrong with them ends the process with status 2. */
export function parsed<Options extends object>(command: Command): Options {
  try {
    return command.allowExcessArguments(false).exitOverride().parse().opts<Options>();
  } catch (error) {
    if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : 2);
    throw error;
  }
}

/** Asking for the wrong kind would be told only by a REJECTED execution, and to everybody who is notified. */
function arnOf(kind: string): (text: string) => string {
  return (given) => {
    if (new RegExp(`^arn:[a-z\\d-]+:personalize:[^:]*:[^:]*:${kind}/.`).test(given)) return given;
    throw new InvalidArgumentError(
      `The ARN of a ${kind.replaceAll('-', ' ')} is needed: arn:aws:personalize:…:${kind}/…`,
    );
  };
}

/** The execution's input: the one subject that was given, or the request's file.
 * @returns JSON text
 * @throws UsageError for no subject or several, and for a file that can't be read or holds no JSON object */
export async function inputOf(options: ExportOptions): Promise<string> {
  const { datasetArn, groupArn: datasetGroupArn, importJobArn: datasetImportJobArn, request, mode } = options;
  const subjects = [datasetArn, datasetGroupArn, datasetImportJobArn, request].filter((one) => one !== undefined);
  if (subjects.length !== 1) {
    const given = subjects.length === 0 ? 'No subject was given' : `${subjects.length} subjects were given`;
    throw new UsageError(
      `${given}. Give exactly one of --dataset-arn, --group-arn, --import-job-arn and --request; --help says more.`,
    );
  }
  if (request === undefined) {
    return JSON.stringify({ datasetArn, datasetGroupArn, datasetImportJobArn, ingestionMode: mode });
  }
  if (mode) throw new UsageError('--mode does not go with --request: write "ingestionMode" into the request.');
  return await readRequest(request);
}

async function readRequest(file: string): Promise<string> {
  const name = file === '-' ? 'stdin' : file;
  const content = await (file === '-' ? text(process.stdin) : readFile(file, 'utf8')).catch((error: Error) => {
    throw new UsageError(`The request can't be read: ${error.message}`);
  });
  let request: unknown;
  try {
    request = JSON.parse(content.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new UsageError(`${name} is not JSON: ${(error as Error).message}`);
  }
  if (typeof request !== 'object' || request === null || Array.isArray(request)) {
    throw new UsageError(`${name} is no request: a JSON object is needed, such as {"datasetArn": "…"}.`);
  }
  const input = JSON.stringify(request);
  if (Buffer.byteLength(input) <= MAX_INPUT_BYTES) return input;
  throw new UsageError(`${name} is too large: at most ${MAX_INPUT_BYTES} bytes are taken.`);
}
