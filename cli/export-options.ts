import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { MAX_DEADLINE_MINUTES, MAX_PAGE_ENTRIES } from '../src/lambda/limits.ts';
import { type DeploymentOptions, withDeploymentOptions } from './deployment.ts';
import { once, wholeNumber } from './options.ts';
import { path, type RequestOptions, tags } from './request-options.ts';
import { UsageError } from './usage-error.ts';

export interface ExportOptions extends DeploymentOptions, RequestOptions {
  follow?: string;
  list?: number | true;
  watch?: boolean;
  json?: boolean;
}

const EXIT_STATUS =
  '\nExit status: 0 started or listed, or with --watch and --follow succeeded; 1 with --watch and --follow: did not succeed; 2 not started, or no longer watched; 130 interrupted.';

/** Reads the command line. Ends the process after it prints the help or an error.
 * @throws UsageError if options contradict each other */
export function exportOptions(): ExportOptions {
  const options = parsed<ExportOptions>(exportCommand());
  checkTogether(options);
  return options;
}

export function exportCommand(): Command {
  const command = new Command('npm run export --').description(
    'Starts an export of Amazon Personalize datasets, follows one that runs, or lists the latest. Give exactly one of the first six options.',
  );
  withActions(command);
  withRequestFields(command);
  command.option('--watch', 'watch the execution until it ends');
  return withDeploymentOptions(command, 'STATE_MACHINE_ARN')
    .option('--json', 'print one JSON document to stdout and everything else to stderr')
    .addHelpText('after', EXIT_STATUS);
}

function withActions(command: Command): void {
  command
    .option('--dataset-arn <arn>', 'a dataset', once(arnOf('personalize', 'dataset/')))
    .option(
      '--group-arn <arn>',
      'every exportable dataset of a dataset group',
      once(arnOf('personalize', 'dataset-group/')),
    )
    .option(
      '--import-job-arn <arn>',
      'the dataset of an import job, when that job is ACTIVE',
      once(arnOf('personalize', 'dataset-import-job/')),
    )
    .option('--request <file>', 'a file with a request as JSON, or - for stdin', once(String))
    .option(
      '--follow <arn>',
      'watch an execution that was started before, or report how it ended',
      once(arnOf('states', 'execution:')),
    )
    .option(
      '--list [number]',
      'list the latest executions, newest first (default: 10)',
      wholeNumber(1, MAX_PAGE_ENTRIES),
    );
}

function withRequestFields(command: Command): void {
  command
    .addOption(
      new Option('--mode <mode>', 'the ingestion mode (default: the setting of the deployment)').choices([
        'BULK',
        'PUT',
        'ALL',
      ]),
    )
    .option('--path <s3-path>', 'the folder for the data (default: a folder of its own for each job)', once(path))
    .option(
      '--deadline-minutes <minutes>',
      'how long to wait for the export (default: the setting of the deployment)',
      wholeNumber(1, MAX_DEADLINE_MINUTES),
    )
    .option('--tag <key=value>', 'a tag of the export jobs; repeat it for more tags', tags);
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
export function arnOf(service: 'personalize' | 'states', kind: string): (text: string) => string {
  return (given) => {
    if (new RegExp(`^arn:[a-z\\d-]+:${service}:[^:]*:[^:]*:${kind}.`).test(given)) return given;
    const name = kind.slice(0, -1).replaceAll('-', ' ');
    throw new InvalidArgumentError(
      `Give the ARN of ${name === 'execution' ? 'an' : 'a'} ${name}: arn:aws:${service}:…:${kind}…`,
    );
  };
}

/** The options that name what to do, as they are written. */
const ACTIONS = {
  datasetArn: '--dataset-arn',
  groupArn: '--group-arn',
  importJobArn: '--import-job-arn',
  request: '--request',
  follow: '--follow',
  list: '--list',
} as const;

/** The options that are fields of a request, with the name of the field. */
const FIELDS = {
  mode: ['--mode', 'ingestionMode'],
  path: ['--path', 'jobOutput.s3DataDestination.path'],
  deadlineMinutes: ['--deadline-minutes', 'deadlineMinutes'],
  tag: ['--tag', 'tags'],
} as const;

const keysOf = <Table extends object>(table: Table) => Object.keys(table) as (keyof Table)[];

/** Refuses options that contradict each other: none of them may be ignored.
 * @throws UsageError that names both */
export function checkTogether(options: ExportOptions): void {
  const actions = keysOf(ACTIONS).filter((name) => options[name] !== undefined);
  const [action] = actions;
  if (action === undefined || actions.length > 1) {
    const given = action === undefined ? 'none' : actions.length;
    const all = Object.values(ACTIONS);
    throw new UsageError(
      `Give exactly one of ${all.slice(0, -1).join(', ')} and ${all.at(-1)}, not ${given}. See --help.`,
    );
  }
  for (const name of keysOf(FIELDS).filter((field) => options[field] !== undefined)) {
    const [option, field] = FIELDS[name];
    if (action === 'request') refuse(option, '--request', `Write "${field}" into the request.`);
    if (action === 'follow' || action === 'list') refuse(option, ACTIONS[action], 'It starts no export.');
  }
  if (action === 'list' && options.watch) refuse('--watch', '--list', 'To watch one execution: --follow <arn>.');
  if (action === 'follow' && options.stage) refuse('--stage', '--follow', 'The ARN of the execution has the stage.');
}

function refuse(option: string, other: string, advice: string): never {
  throw new UsageError(`${option} can't be combined with ${other}. ${advice}`);
}
