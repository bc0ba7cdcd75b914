import {
  type Dataset,
  DescribeDatasetCommand,
  DescribeDatasetGroupCommand,
  ListDatasetExportJobsCommand,
  ListDatasetImportJobsCommand,
  type PersonalizeClient,
} from '@aws-sdk/client-personalize';
import { MAX_PAGE_ENTRIES } from '../../src/lambda/limits.ts';
import { misplacedArns } from '../../src/plan/misplaced-arns.ts';
import { about, type Check, type Context, fail, ok, undecided, warn } from './check.ts';
import { inactiveGroup, reasonAgainst } from './datasets-check.ts';
import { arnOf, deployCommand, functionVariable } from './deployment.ts';
import type { Observation } from './report-schema.ts';
import { present } from './unknown.ts';

export const datasetCheck: Check = {
  name: 'dataset',
  checks:
    'With `--dataset-arn`: whether this dataset can be exported. Its type and status, its group and the key of the group, its imports, its past exports, and whether imports start exports of it.',
  why: 'Otherwise an export of this dataset may fail, or hold no data.',
  actions: [
    'personalize:DescribeDataset',
    'personalize:DescribeDatasetGroup',
    'personalize:ListDatasetExportJobs',
    'personalize:ListDatasetImportJobs',
  ],
  needsStack: false,
  run: async (context) => {
    const { clients, deployment, datasetArn } = context;
    if (datasetArn === undefined) return [];
    const misplaced = misplacedArns({ datasetArn }, arnOf(deployment, 'states', 'stateMachine'));
    if (misplaced.length > 0)
      return [
        fail(misplaced.join(' '), 'Give a dataset of the deployment, or choose another with --stage or --region.'),
      ];
    const [dataset, observation] = await describe(clients.personalize, datasetArn);
    if (!dataset) return [observation];
    const others = [
      about('group', () => groupOf(clients.personalize, dataset)),
      about('imports', () => importsOf(clients.personalize, datasetArn)),
      about('exports', () => exportsOf(clients.personalize, datasetArn)),
      about('import trigger', () => importTriggerOf(dataset, context)),
    ];
    return [observation, ...(await Promise.all(others))];
  },
};

async function describe(
  client: PersonalizeClient,
  datasetArn: string,
): Promise<[dataset: Dataset | undefined, Observation]> {
  let dataset: Dataset | undefined;
  const observation = await about('status', async () => {
    try {
      const described = await client.send(new DescribeDatasetCommand({ datasetArn }));
      dataset = present(described.dataset, 'personalize:DescribeDataset', 'dataset');
    } catch (error) {
      if (!['ResourceNotFoundException', 'InvalidInputException'].includes((error as Error).name)) throw error;
      return fail((error as Error).message, 'Check the ARN: aws personalize list-datasets --dataset-group-arn …');
    }
    const { datasetType, status } = dataset;
    const reason = reasonAgainst(dataset);
    if (!reason) return ok(`${datasetType} is ${status}: it can be exported.`);
    return fail(
      `${datasetType} can't be exported: ${reason}.`,
      'Export another dataset, or wait until this one is ACTIVE.',
    );
  });
  return [dataset, observation];
}

async function groupOf(client: PersonalizeClient, { datasetGroupArn }: Dataset): Promise<Observation> {
  const { datasetGroup } = await client.send(new DescribeDatasetGroupCommand({ datasetGroupArn }));
  const { status, failureReason, kmsKeyArn } = present(
    datasetGroup,
    'personalize:DescribeDatasetGroup',
    'datasetGroup',
  );
  if (status !== 'ACTIVE') return inactiveGroup(status, failureReason);
  if (!kmsKeyArn) return ok('The dataset group is ACTIVE, and has no key of its own.');
  const fix =
    'Let the role for Personalize and the role of the function create-export-job use it: docs/deploy.md, "Use existing resources".';
  return undecided(
    `The dataset group is ACTIVE, and has the key ${kmsKeyArn}. Whether the roles may use it was not checked.`,
    fix,
  );
}

const isPending = ({ status = '' }) => status !== 'ACTIVE' && status !== 'CREATE FAILED';
const newest = <Job extends { creationDateTime?: Date | undefined }>(jobs: Job[]): Job | undefined =>
  jobs.toSorted((a, b) => Number(b.creationDateTime ?? 0) - Number(a.creationDateTime ?? 0))[0];

async function importsOf(client: PersonalizeClient, datasetArn: string): Promise<Observation> {
  const request = new ListDatasetImportJobsCommand({ datasetArn, maxResults: MAX_PAGE_ENTRIES });
  const { datasetImportJobs } = await client.send(request);
  const jobs = present(datasetImportJobs, 'personalize:ListDatasetImportJobs', 'datasetImportJobs');
  const last = newest(jobs);
  if (!last) {
    const why = 'An export with the ingestion mode BULK is empty. ALL and PUT hold only what was put one by one.';
    return warn(
      'No import has been made into this dataset.',
      'Import data, or export with the ingestion mode ALL or PUT.',
      why,
    );
  }
  const seen = `The last import, ${last.jobName}, is ${last.status}.`;
  if (last.status === 'CREATE FAILED') {
    const said = last.failureReason ? `${seen} ${last.failureReason}` : seen;
    return warn(said, 'Correct the data and import again.', 'An export holds the data before that import.');
  }
  if (jobs.some(isPending))
    return warn(
      seen,
      'Wait for its end.',
      'Until then, Personalize may refuse exports of this dataset. The pipeline retries them.',
    );
  return ok(seen);
}

async function exportsOf(client: PersonalizeClient, datasetArn: string): Promise<Observation> {
  const request = new ListDatasetExportJobsCommand({ datasetArn, maxResults: MAX_PAGE_ENTRIES });
  const { datasetExportJobs } = await client.send(request);
  const last = newest(present(datasetExportJobs, 'personalize:ListDatasetExportJobs', 'datasetExportJobs'));
  if (!last) return ok('No export jobs yet.');
  const seen = `The last export job, ${last.jobName}, is ${last.status}.`;
  if (last.status !== 'CREATE FAILED') return ok(seen);
  const fix = 'Correct the cause, then export again: docs/runbook.md, "CREATE FAILED".';
  return warn(
    last.failureReason ? `${seen} ${last.failureReason}` : seen,
    fix,
    'The next export may fail for the same reason.',
  );
}

function importTriggerOf({ datasetGroupArn = '' }: Dataset, { deployment }: Context): Observation {
  const rule = deployment.reading.stack?.template.Resources.ImportStartedRule?.Properties;
  if (!rule)
    return undecided('Whether imports start exports, only the stack could tell.', 'Allow cloudformation:GetTemplate.');
  if (rule.State === 'DISABLED') return ok('Imports start no exports: the setting importTrigger is false.');
  const group = datasetGroupArn.split('/').pop() ?? '';
  const named = (functionVariable(deployment, 'StartExportLambdaFunction', 'IMPORT_DATASET_GROUPS') ?? '')
    .split(',')
    .filter(Boolean);
  if (named.length === 0 || named.includes(group)) return ok('Each import of this dataset starts an export.');
  const fix = deployCommand(deployment, `importDatasetGroups=${[...named, group].join(',')}`);
  return warn(
    `Imports of ${group} start no exports: importDatasetGroups names ${named.join(', ')} only.`,
    fix,
    'Exports of this dataset start by other triggers only.',
  );
}
