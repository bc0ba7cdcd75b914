import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { MAX_REQUEST_BYTES } from '../src/lambda/limits.ts';
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

/** Reads the command line. Ends the process after it prints the help or an error. */
export function exportOptions(): ExportOptions {
  const command = new Command('npm run export --')
    .description('Starts an export of Amazon Personalize datasets. Give exactly one of the first four options.')
    .option('--dataset-arn <arn>', 'a dataset', arnOf('dataset'))
    .option('--group-arn <arn>', 'every exportable dataset of a dataset group', arnOf('dataset-group'))
    .option(
      '--import-job-arn <arn>',
      'the dataset of an import job, when that job is ACTIVE',
      arnOf('dataset-import-job'),
    )
    .option('--request <file>', 'a file with a request as JSON, or - for stdin; not with --mode')
    .addOption(
      new Option('--mode <mode>', 'the ingestion mode (default: the setting of the deployment)').choices([
        'BULK',
        'PUT',
        'ALL',
      ]),
    )
    .option('--watch', 'watch the execution until it ends');
  withDeploymentOptions(command, 'STATE_MACHINE_ARN').option(
    '--json',
    'print one JSON document to stdout and everything else to stderr',
  );
  return parsed<ExportOptions>(
    command.addHelpText(
      'after',
      '\nExit status: 0 started, or with --watch succeeded; 1 with --watch: did not succeed; 2 not started, or no longer watched; 130 interrupted.',
    ),
  );
}

/** The options of a command that takes no arguments. Ends the process with status 2 if they are invalid. */
export function parsed<Options extends object>(command: Command): Options {
  try {
    return command.allowExcessArguments(false).exitOverride().parse().opts<Options>();
  } catch (error) {
    if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : 2);
    throw error;
  }
}

/** Checks the kind of an ARN. Otherwise a mistake would start an execution that is REJECTED, and notify every subscriber. */
export function arnOf(kind: string): (text: string) => string {
  return (given) => {
    if (new RegExp(`^arn:[a-z\\d-]+:personalize:[^:]*:[^:]*:${kind}/.`).test(given)) return given;
    throw new InvalidArgumentError(`Give the ARN of a ${kind.replaceAll('-', ' ')}: arn:aws:personalize:…:${kind}/…`);
  };
}

/** The execution's input, from the options or from the request's file.
 * @returns JSON text
 * @throws UsageError if the options name nothing to export or several things, or if the file is not a JSON object */
export async function inputOf(options: ExportOptions): Promise<string> {
  const { datasetArn, groupArn: datasetGroupArn, importJobArn: datasetImportJobArn, request, mode } = options;
  const subjects = [datasetArn, datasetGroupArn, datasetImportJobArn, request].filter((one) => one !== undefined);
  if (subjects.length !== 1) {
    const given = subjects.length === 0 ? 'none' : subjects.length;
    throw new UsageError(
      `Give exactly one of --dataset-arn, --group-arn, --import-job-arn and --request, not ${given}. See --help.`,
    );
  }
  if (request === undefined) {
    return JSON.stringify({ datasetArn, datasetGroupArn, datasetImportJobArn, ingestionMode: mode });
  }
  if (mode) throw new UsageError('--mode can\'t be combined with --request. Write "ingestionMode" into the request.');
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
    throw new UsageError(`${name} is not a request. A request is a JSON object, such as {"datasetArn": "…"}.`);
  }
  const input = JSON.stringify(request);
  if (Buffer.byteLength(input) <= MAX_REQUEST_BYTES) return input;
  throw new UsageError(`${name} is too large. At most ${MAX_REQUEST_BYTES} bytes are allowed.`);
}
