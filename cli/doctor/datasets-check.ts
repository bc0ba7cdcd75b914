import {
  type DatasetGroupSummary,
  type DatasetSummary,
  type PersonalizeClient,
  paginateListDatasetGroups,
  paginateListDatasets,
} from '@aws-sdk/client-personalize';
import { EXPORTABLE_TYPES, MAX_PAGE_ENTRIES } from '../../src/lambda/limits.ts';
import { about, type Check, ok, warn } from './check.ts';
import { type Deployment, deployCommand, functionVariable } from './deployment.ts';
import type { Observation } from './report-schema.ts';
import { present } from './unknown.ts';

/** Dataset groups that are read at most: each takes a call. */
const MOST_GROUPS = 50;

/** Calls to Personalize at the same time, so that it does not throttle them. */
const AT_ONCE = 5;

export const datasetsCheck: Check = {
  name: 'datasets',
  checks: `The dataset groups of the region (the first ${MOST_GROUPS}), the datasets that can be exported, and those that can't, with the reason. Whether \`importDatasetGroups\` names groups that exist.`,
  why: 'A request for a dataset that can not be exported fails.',
  actions: ['personalize:ListDatasetGroups', 'personalize:ListDatasets'],
  needsStack: false,
  run: async ({ clients: { personalize }, deployment }) => {
    const groups = await listGroups(personalize);
    if (groups.length === 0) {
      return [
        warn(`There are no dataset groups in ${deployment.region}.`, 'Check --region, or create a dataset group.'),
      ];
    }
    const examined = groups.slice(0, MOST_GROUPS);
    const observations: Observation[] = [];
    for (let start = 0; start < examined.length; start += AT_ONCE) {
      const some = examined.slice(start, start + AT_ONCE);
      observations.push(...(await Promise.all(some.map((group) => observe(personalize, group)))));
    }
    return [...observations, ...leftOut(groups.length - examined.length), ...misnamed(groups, deployment)];
  },
};

async function listGroups(client: PersonalizeClient): Promise<DatasetGroupSummary[]> {
  const groups: DatasetGroupSummary[] = [];
  for await (const page of paginateListDatasetGroups({ client, pageSize: MAX_PAGE_ENTRIES }, {})) {
    groups.push(...present(page.datasetGroups, 'personalize:ListDatasetGroups', 'datasetGroups'));
  }
  return groups;
}

const observe = (client: PersonalizeClient, group: DatasetGroupSummary) =>
  about(group.name ?? group.datasetGroupArn ?? '', () => examine(client, group));

async function examine(client: PersonalizeClient, { datasetGroupArn, status, failureReason }: DatasetGroupSummary) {
  if (status !== 'ACTIVE') return inactiveGroup(status, failureReason);
  const datasets: DatasetSummary[] = [];
  for await (const page of paginateListDatasets({ client, pageSize: MAX_PAGE_ENTRIES }, { datasetGroupArn })) {
    datasets.push(...present(page.datasets, 'personalize:ListDatasets', 'datasets'));
  }
  return judge(datasets);
}

/** What is wrong with a group that is not ACTIVE. */
export function inactiveGroup(status = 'without a status', failureReason?: string): Observation {
  const seen = `The dataset group is ${status}${failureReason ? `: ${failureReason}` : '.'}`;
  return warn(seen, 'Wait until it is ACTIVE, or create it again.', 'Its datasets can not be exported.');
}

function judge(datasets: DatasetSummary[]): Observation {
  const reasons = datasets.map((dataset) => [typeOf(dataset), reasonAgainst(dataset)] as const);
  const exportable = reasons
    .filter(([, reason]) => !reason)
    .map(([type]) => type)
    .sort();
  const others = reasons.filter(([, reason]) => reason).map(([type, reason]) => `${type} can't: ${reason}`);
  const can = exportable.length > 0 ? `${exportable.join(', ')} can be exported` : 'No dataset can be exported';
  const seen = `${[can, ...others].join('; ')}.`;
  const fix = 'Wait until the dataset is ACTIVE, or create it again.';
  if (datasets.length === 0) return warn('The dataset group has no datasets.', 'Create a dataset and import data.');
  const isAmiss = datasets.some((dataset) => isExportable(dataset) && dataset.status !== 'ACTIVE');
  if (isAmiss) return warn(seen, fix, 'Requests for this dataset fail. Requests for its group export the others.');
  return exportable.length > 0 ? ok(seen) : warn(seen, 'Export a dataset of another group.');
}

const typeOf = ({ datasetType = 'UNKNOWN' }: { datasetType?: string | undefined }) => datasetType.toUpperCase();
const isExportable = (dataset: { datasetType?: string | undefined }) => EXPORTABLE_TYPES.includes(typeOf(dataset));

/** Why a dataset can't be exported; undefined if it can. */
export function reasonAgainst(dataset: {
  datasetType?: string | undefined;
  status?: string | undefined;
}): string | undefined {
  if (!isExportable(dataset)) return `Personalize exports ${EXPORTABLE_TYPES.join(', ')} only`;
  return dataset.status === 'ACTIVE' ? undefined : `it is ${dataset.status ?? 'without a status'}`;
}

function leftOut(count: number): Observation[] {
  if (count <= 0) return [];
  const seen = `${count} more dataset ${count === 1 ? 'group was' : 'groups were'} not read.`;
  return [{ state: 'unknown', because: 'not checked', seen, fix: 'Ask about one dataset with --dataset-arn.' }];
}

/** The names in the setting importDatasetGroups that no group has. */
function misnamed(groups: DatasetGroupSummary[], deployment: Deployment): Observation[] {
  const setting = functionVariable(deployment, 'StartExportLambdaFunction', 'IMPORT_DATASET_GROUPS') ?? '';
  const missing = setting.split(',').filter((name) => name && !groups.some((group) => group.name === name));
  if (missing.length === 0) return [];
  const seen = `importDatasetGroups names ${missing.join(', ')}, which ${missing.length === 1 ? 'does' : 'do'} not exist in ${deployment.region}.`;
  const fix = `Correct importDatasetGroups: ${deployCommand(deployment, 'importDatasetGroups=…')}`;
  return [
    { subject: 'importDatasetGroups', ...warn(seen, fix, 'Imports into a group with another name start no export.') },
  ];
}
