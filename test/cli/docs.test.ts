import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { Command } from 'commander';
import { withServerOptions } from 'local-aws';
import { expect, it } from 'vitest';
import { doctorCommand } from '../../cli/doctor-options.ts';
import { checkTogether, exportCommand } from '../../cli/export-options.ts';
import { redriveCommand } from '../../cli/redrive-options.ts';
import { assertTogether, type RestoreOptions, restoreCommand } from '../../cli/restore/options.ts';
import { demoCommand, localCommand } from '../../demo/options.ts';
import { commandsOf, shellBlocks } from './doc-commands.ts';

// Every command in the documentation, as a shell reads it. What needs an AWS account is checked without one: the script, the
// options and their values.

const { settingsSchema } = createRequire(import.meta.url)('../../resources/settings-schema.cjs');
const { scripts } = JSON.parse(await readFile('package.json', 'utf8'));
const DATASET = 'arn:aws:personalize:eu-west-1:123456789012:dataset/shop/ITEMS';

function parses(command: Command, args: string[]): Record<string, unknown> {
  const given = args.map((arg) => (arg === 'value-of-DATASET_ARN' ? DATASET : arg));
  return command.exitOverride().allowExcessArguments(false).parse(given, { from: 'user' }).opts();
}

const isInstalled = (name: string) => expect(existsSync(`node_modules/.bin/${name}`)).toBe(true);

/** The options of `serverless` that the documentation uses, and the settings. */
function isDeployment(args: string[]): void {
  const collect = (text: string, others: string[] = []) => [...others, text];
  const command = new Command().option('--stage <name>').option('--region <region>').option('--package <folder>');
  const { param = [] } = parses(command.option('--param <setting>', '', collect), args) as { param?: string[] };
  for (const setting of param) expect(settingsSchema.properties).toHaveProperty([setting.split('=')[0] ?? '']);
}

function isVitest(args: string[]): void {
  const { args: paths } = new Command('vitest')
    .argument('[paths...]')
    .option('--project <name>')
    .exitOverride()
    .parse(args, { from: 'user' });
  for (const path of paths) expect(existsSync(path)).toBe(true);
}

/** How each kind of command is checked, by its first words. A command of another kind fails the test. */
const KINDS: [words: string, check: (args: string[]) => void][] = [
  ['npm ci', (args) => expect(args).toEqual([])],
  ['npm test', (args) => expect(args).toEqual([])],
  ['npm run export --', (args) => checkTogether(parses(exportCommand(), args))],
  ['npm run --silent export --', (args) => checkTogether(parses(exportCommand(), args))],
  ['npm run doctor --', (args) => parses(doctorCommand(), args)],
  ['npm run --silent doctor --', (args) => parses(doctorCommand(), args)],
  ['npm run doctor', (args) => expect(args).toEqual([])],
  ['npm run redrive --', (args) => parses(redriveCommand(), args)],
  ['npm run restore --', (args) => assertTogether(parses(restoreCommand(), args) as unknown as RestoreOptions)],
  ['npm run demo', (args) => parses(demoCommand(), args.slice(1))],
  ['npm run local', (args) => parses(localCommand(), args.slice(1))],
  ['npm run seed', (args) => expect(args).toEqual([])],
  ['npm run deploy --', isDeployment],
  ['npx vitest run', isVitest],
  ['npx serverless remove', isDeployment],
  ['serverless package', isDeployment],
  [
    'npx local-aws',
    ([folder, ...args]) => {
      expect(folder).toBe('.package');
      isInstalled('local-aws');
      parses(withServerOptions(new Command().requiredOption('--stack-name <name>')), args);
    },
  ],
  ['curl', (args) => expect(args.join(' ')).toMatch('value-of-AWS_ENDPOINT_URL/_local/')],
  ['node --version', (args) => expect(args).toEqual([])],
  ['head', (args) => expect(args[0]).toBe('-n')],
  ['date', (args) => expect(args[0]).toBe('-u')],
  ['jq', (args) => expect(args).toHaveLength(2)],
  ['sed', (args) => expect(existsSync(args.at(-1) ?? '')).toBe(true)],
  // `npx vitest run --project release` runs those that work with the local AWS.
  ...[
    'aws cloudformation describe-stack-events',
    'aws cloudformation describe-stack-resources',
    'aws cloudtrail describe-trails',
    'aws cloudtrail lookup-events',
    'aws cloudwatch describe-alarms',
    'aws cloudwatch get-metric-statistics',
    'aws cloudwatch list-metrics',
    'aws configure get',
    'aws athena start-query-execution',
    'aws events put-events',
    'aws glue create-database',
    'aws glue get-table',
    'aws iam create-policy',
    'aws kms list-aliases',
    'aws lambda invoke',
    'aws personalize create-dataset',
    'aws personalize create-dataset-export-job',
    'aws personalize create-dataset-group',
    'aws personalize create-schema',
    'aws personalize describe-dataset-import-job',
    'aws personalize list-dataset-export-jobs',
    'aws personalize list-datasets',
    'aws personalize-events put-users',
    'aws s3 cp',
    'aws s3 ls',
    'aws s3 rm',
    'aws s3api put-object',
    'aws service-quotas list-service-quotas',
    'aws sqs receive-message',
    'aws stepfunctions describe-execution',
    'aws stepfunctions describe-state-machine',
    'aws stepfunctions start-execution',
    'aws sts get-caller-identity',
  ].map((words): [string, () => void] => [words, () => {}]),
];

const TOOLS = [...new Set(KINDS.map(([words]) => words.split(' ')[0] ?? ''))];
const VARIABLES = [
  ...['AWS_ENDPOINT_URL', 'DATASET_ARN', 'DEAD_LETTER_QUEUE_URL', 'EXPORT_BUCKET', 'NOTIFICATIONS_QUEUE_URL'],
  ...['EXPORT_TOPIC_ARN', 'STATE_MACHINE_ARN'],
  // docs/assumptions.md tells the reader to set these.
  ...['BUCKET', 'EXECUTION_ARN', 'IMPORT_JOB_ARN', 'KEY', 'ROLE_ARN', 'STAGE'],
  ...['GLUE_DATABASE', 'TABLE'],
];

function checkCommand(command: string[]): void {
  const kind = KINDS.find(([words]) => words.split(' ').every((word, index) => command[index] === word));
  if (!kind) throw new Error(`No kind of command in this test begins like this one: ${command.join(' ')}`);
  const [words, check] = kind;
  if (command[0] === 'npm' && command[1] === 'run')
    expect(scripts).toHaveProperty([command.slice(2).find((word) => !word.startsWith('-')) ?? '']);
  check(command.slice(words.split(' ').length));
}

it.each(await shellBlocks())('$file has only commands that exist, with valid options: $script', async (block) => {
  const commands = await commandsOf(block, TOOLS, VARIABLES);
  if (block.script.trim() !== '. .local/env') expect(commands).not.toEqual([]);
  for (const command of commands) checkCommand(command);
});

it.each(['npm run nothing', 'npm run export -- --colour', 'npx local-aws .package', 'nothing'])(
  'a block with the wrong command "%s" would fail',
  async (script) => {
    const check = async () => (await commandsOf({ file: '', script }, TOOLS, [])).forEach(checkCommand);
    await expect(check()).rejects.toThrow();
  },
);
