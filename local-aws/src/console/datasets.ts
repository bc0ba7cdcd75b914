import { known } from './knowledge.ts';
import type { DatasetList, DatasetSummary, Job } from './page/model.ts';
import { type Described, isRunning, listOf } from './personalize-lists.ts';
import type { ConsoleSources, ReadOperation } from './sources.ts';

/** The dataset groups with their datasets and jobs, and how much of the quotas is in use. */
export function datasetList({
  personalize,
  maxRunningJobs,
}: Pick<ConsoleSources, 'personalize' | 'maxRunningJobs'>): DatasetList {
  const jobs = [...jobsOf(personalize, 'import'), ...jobsOf(personalize, 'export')];
  const running = (kind: Job['kind']) => jobs.filter((job) => job.kind === kind && job.end === undefined).length;
  return {
    groups: listOf(personalize, 'ListDatasetGroups', 'datasetGroups').map(({ name, status, datasetGroupArn }) => ({
      ...{ arn: String(datasetGroupArn), name, status },
      datasets: listOf(personalize, 'ListDatasets', 'datasets', { datasetGroupArn }).map((dataset) =>
        datasetOf(personalize, dataset, jobs),
      ),
    })),
    quota: (['import', 'export'] as const).map((kind) => ({ kind, running: running(kind), most: maxRunningJobs })),
  };
}

function datasetOf(
  personalize: ReadOperation,
  { datasetArn, datasetType, status }: Described,
  jobs: (Job & { datasetArn: string })[],
): DatasetSummary {
  const arn = String(datasetArn);
  const own = jobs.filter((job) => job.datasetArn === arn).sort((a, b) => b.start - a.start);
  return { arn, type: String(datasetType), status, fields: fieldsOf(personalize, arn), jobs: own };
}

function fieldsOf(personalize: ReadOperation, datasetArn: string): string[] {
  return (
    known(() => {
      const { dataset } = personalize('DescribeDataset', { datasetArn }) as { dataset: { schemaArn: string } };
      const { schema } = personalize('DescribeSchema', { schemaArn: dataset.schemaArn }) as {
        schema: { schema: string };
      };
      return (JSON.parse(schema.schema) as { fields: { name: string }[] }).fields.map(({ name }) => name);
    }) ?? []
  );
}

function jobsOf(personalize: ReadOperation, kind: Job['kind']): (Job & { datasetArn: string })[] {
  const upper = kind === 'import' ? 'Import' : 'Export';
  return listOf(personalize, `ListDataset${upper}Jobs`, `dataset${upper}Jobs`).map((summary) => {
    const arn = String(summary[`dataset${upper}JobArn`]);
    const described = personalize(`DescribeDataset${upper}Job`, { [`dataset${upper}JobArn`]: arn });
    const { jobName, datasetArn, status, creationDateTime, lastUpdatedDateTime, failureReason } = described[
      `dataset${upper}Job`
    ] as Described;
    return {
      ...{ arn, kind, name: String(jobName), datasetArn: String(datasetArn), status, start: creationDateTime * 1000 },
      ...(!isRunning(status) && { end: lastUpdatedDateTime * 1000 }),
      ...(failureReason !== undefined && { failureReason }),
    };
  });
}
