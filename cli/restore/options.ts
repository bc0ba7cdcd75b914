import { Command, InvalidArgumentError } from 'commander';
import { MAX_RESOURCE_NAME_CHARACTERS } from '../../src/lambda/limits.ts';
import { type DeploymentOptions, withDeploymentOptions } from '../deployment.ts';
import { arnOf, parsed } from '../export-options.ts';
import { UsageError } from '../usage-error.ts';

export interface RestoreOptions extends DeploymentOptions {
  manifest: string;
  group?: string;
  datasetGroupArn?: string;
  roleArn?: string;
  kmsKeyArn?: string;
  unencrypted?: boolean;
  intoExisting?: boolean;
  excludeUsers?: string;
  /** `s3://bucket/prefix/`, with a slash at the end. */
  staging?: string;
  prove?: boolean;
  dryRun?: boolean;
  yes?: boolean;
  json?: boolean;
}

const EXIT_STATUS =
  '\nExit status: 0 restored, or with --dry-run: can be restored; 1 the import or the proof failed; 2 not restored; 130 interrupted.' +
  '\nThe same command again continues where it was interrupted.';

/** Reads the command line. Ends the process after it prints the help or an error. */
export function restoreOptions(): RestoreOptions {
  const options = parsed<RestoreOptions>(restoreCommand());
  assertTogether(options);
  return options;
}

export function restoreCommand(): Command {
  const command = new Command('npm run restore --')
    .description('Imports an export into a new or empty Amazon Personalize dataset. Shows its plan first, and asks.')
    .requiredOption('--manifest <location>', 'the manifest of the export: s3://bucket/key or a file')
    .option('--group <name>', 'the dataset group to restore into, which is created if it does not exist', groupName)
    .option(
      '--dataset-group-arn <arn>',
      'an existing dataset group to restore into',
      arnOf('personalize', 'dataset-group/'),
    )
    .option(
      '--role-arn <arn>',
      'the role with which Personalize reads the files (default: the role of the setting restoreRole)',
      roleArn,
    )
    .option('--kms-key-arn <arn>', 'the KMS key of a new dataset group', keyArn)
    .option('--unencrypted', 'a new dataset group gets no key of its own, although the exported one had one')
    .option('--into-existing', 'replace what was imported into the dataset before')
    .option('--exclude-users <file>', 'a file with user ids, one per line, that are left out; needs --staging')
    .option('--staging <location>', 'a folder for temporary copies: s3://bucket/prefix/', folder)
    .option('--prove', 'export the restored dataset with the deployment, and compare the content')
    .option('--dry-run', 'show the plan and make nothing')
    .option('--yes', 'do not ask')
    .option('--json', 'print one JSON document to stdout and everything else to stderr');
  return withDeploymentOptions(command, 'RESTORE_ROLE_ARN and STATE_MACHINE_ARN').addHelpText('after', EXIT_STATUS);
}

/** @throws UsageError for options that contradict each other */
export function assertTogether(options: RestoreOptions): void {
  const { group, datasetGroupArn, kmsKeyArn, unencrypted, excludeUsers, staging } = options;
  if ((group === undefined) === (datasetGroupArn === undefined)) {
    const given = group === undefined ? 'none' : 'both';
    throw new UsageError(`Give exactly one of --group and --dataset-group-arn, not ${given}. See --help.`);
  }
  if (kmsKeyArn && unencrypted) throw new UsageError('Give --kms-key-arn or --unencrypted, not both.');
  if (datasetGroupArn && (kmsKeyArn || unencrypted)) {
    throw new UsageError('--kms-key-arn and --unencrypted are for a new dataset group: use --group.');
  }
  if (excludeUsers !== undefined && staging === undefined) {
    throw new UsageError(
      '--exclude-users needs --staging s3://bucket/prefix/, a folder for temporary copies without these users.',
    );
  }
}

function groupName(text: string): string {
  if (/^[a-zA-Z0-9][a-zA-Z0-9_-]*$/.test(text) && text.length <= MAX_RESOURCE_NAME_CHARACTERS) return text;
  throw new InvalidArgumentError(
    `Give a name of at most ${MAX_RESOURCE_NAME_CHARACTERS} letters, digits, - and _, starting with a letter or digit.`,
  );
}

function roleArn(text: string): string {
  if (/^arn:[a-z\d-]+:iam::\d{12}:role\/[\w+=,.@/-]+$/.test(text)) return text;
  throw new InvalidArgumentError('Give the ARN of an IAM role: arn:aws:iam::…:role/…');
}

function keyArn(text: string): string {
  if (/^arn:aws[a-z-]*:kms:[a-z\d-]+:\d{12}:key\/[A-Za-z\d-]+$/.test(text)) return text;
  throw new InvalidArgumentError('Give the ARN of a KMS key, not of an alias: arn:aws:kms:…:key/…');
}

function folder(text: string): string {
  if (/^s3:\/\/[a-z0-9][a-z0-9.-]+\/./.test(text)) return `${text.replace(/\/+$/, '')}/`;
  throw new InvalidArgumentError('Give a folder in a bucket: s3://bucket/prefix/');
}
