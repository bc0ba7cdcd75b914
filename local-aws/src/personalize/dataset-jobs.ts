import * as sdk from '@aws-sdk/client-personalize';
import type { S3Client } from '@aws-sdk/client-s3';
import { AwsError, type Caller, type Operations } from '../protocols/aws-json.ts';
import type { DatasetContent, DatasetContents } from './datasets.ts';
import { exportCsv } from './export-job.ts';
import { importCsv } from './import-job.ts';
import { assertCapacity, isRunning, JobFailedError, type JobOverride, type Jobs } from './jobs.ts';
import { describeOperation, type Given, listOperation, operation } from './operation.ts';
import { arnOf, assertActive, newResource, type ResourceKind, type Resources } from './resources.ts';
import { insufficientPrivileges, parseS3Location, type S3Location } from './s3-location.ts';
import { withTags } from './tags.ts';

/** A job that accesses S3. */
export interface S3Access {
  jobArn: string;
  /** An import may have no role. */
  roleArn: string | undefined;
  /** What an import reads, or the path to which an export writes. */
  location: string;
  /** The path to which an export writes, and the key of the output. */
  output?: { path: string; kmsKeyArn?: string | undefined };
  /** The dataset group has a key of its own. */
  hasGroupKey: boolean;
}

/** Makes the S3 client of a job's role.
 * @throws AwsError if the service can't assume the role or use the key */
export type S3For = (job: S3Access) => S3Client;

export interface DatasetJobsOptions {
  s3For: S3For;
  jobSeconds: number;
  maxRunningJobs: number;
  jobOverride: (kind: 'export' | 'import') => JobOverride | undefined;
  /** Called with an object that is to change while it is read. */
  onChangingObject?: ((object: S3Location) => void) | undefined;
}

interface Context extends DatasetJobsOptions {
  resources: Resources;
  contents: DatasetContents;
  jobs: Jobs;
}

type JobKind = ResourceKind & ('dataset-import-job' | 'dataset-export-job');

/** Dataset import and export jobs. */
export function datasetJobOperations(context: Context): Operations {
  const { resources } = context;
  return {
    CreateDatasetImportJob: createDatasetImportJob(context),
    DescribeDatasetImportJob: describeOperation(resources, sdk.DescribeDatasetImportJob$, {
      kind: 'dataset-import-job',
      arn: 'datasetImportJobArn',
      output: 'datasetImportJob',
      structure: sdk.DatasetImportJob$,
    }),
    ListDatasetImportJobs: listOperation(resources, sdk.ListDatasetImportJobs$, {
      kind: 'dataset-import-job',
      filter: 'datasetArn',
      output: 'datasetImportJobs',
      summary: sdk.DatasetImportJobSummary$,
    }),
    CreateDatasetExportJob: createDatasetExportJob(context),
    DescribeDatasetExportJob: describeOperation(resources, sdk.DescribeDatasetExportJob$, {
      kind: 'dataset-export-job',
      arn: 'datasetExportJobArn',
      output: 'datasetExportJob',
      structure: sdk.DatasetExportJob$,
    }),
    ListDatasetExportJobs: listOperation(resources, sdk.ListDatasetExportJobs$, {
      kind: 'dataset-export-job',
      filter: 'datasetArn',
      output: 'datasetExportJobs',
      summary: sdk.DatasetExportJobSummary$,
    }),
  };
}

function createDatasetImportJob(context: Context) {
  const { resources, contents, jobs, jobSeconds, jobOverride } = context;
  type Input = Given<sdk.CreateDatasetImportJobRequest, 'jobName' | 'datasetArn' | 'dataSource'>;
  return operation<Input>(sdk.CreateDatasetImportJob$, (input, caller) => {
    const { jobName, datasetArn, dataSource, roleArn, importMode = 'FULL', publishAttributionMetricsToS3 } = input;
    const { dataLocation } = dataSource;
    if (dataLocation === undefined) throw new AwsError('InvalidInputException', 'The dataSource has no dataLocation.');
    const datasetImportJobArn = arnOf('dataset-import-job', jobName, caller);
    const tags = assertStartable(context, 'dataset-import-job', datasetImportJobArn, input, caller);
    const members = {
      ...{ jobName, datasetImportJobArn, datasetArn, dataSource, roleArn, importMode },
      publishAttributionMetricsToS3,
    };
    const job = resources.add(newResource('dataset-import-job', datasetImportJobArn, caller, members, tags));
    const work = async (signal: AbortSignal) => {
      if (roleArn !== undefined) assertRole(roleArn, caller);
      const s3 = s3Of(context, { jobArn: datasetImportJobArn, roleArn, location: dataLocation, datasetArn }, caller);
      await importCsv(s3, dataLocation, contentOf(contents, datasetArn), importMode, signal);
    };
    jobs.start(job, jobSeconds, work, jobOverride('import'));
    return { datasetImportJobArn };
  });
}

function createDatasetExportJob(context: Context) {
  const { resources, contents, jobs, jobSeconds, jobOverride, onChangingObject } = context;
  type Input = Given<sdk.CreateDatasetExportJobRequest, 'jobName' | 'datasetArn' | 'roleArn' | 'jobOutput'>;
  return operation<Input>(sdk.CreateDatasetExportJob$, (input, caller) => {
    const { jobName, datasetArn, roleArn, jobOutput, ingestionMode = 'PUT' } = input;
    const datasetExportJobArn = arnOf('dataset-export-job', jobName, caller);
    const tags = assertStartable(context, 'dataset-export-job', datasetExportJobArn, input, caller);
    const members = { jobName, datasetExportJobArn, datasetArn, ingestionMode, roleArn, jobOutput };
    const job = resources.add(newResource('dataset-export-job', datasetExportJobArn, caller, members, tags));
    const { path, kmsKeyArn } = jobOutput.s3DataDestination as Given<sdk.S3DataConfig, 'path'>;
    const override = jobOverride('export');
    const work = async (signal: AbortSignal) => {
      assertRole(roleArn, caller);
      const { fields, rows } = contentOf(contents, datasetArn);
      const names = fields.map(({ name }) => name);
      const output = { path, kmsKeyArn };
      const access = { jobArn: datasetExportJobArn, roleArn, output, location: path, datasetArn };
      const s3 = s3Of(context, access, caller);
      const written = { jobName, path, kmsKeyArn, fault: override?.output, onChangingObject };
      await exportCsv(s3, written, names, rows, ingestionMode, signal);
    };
    jobs.start(job, jobSeconds, work, override);
    return { datasetExportJobArn };
  });
}

/**
 * Makes all checks before a job is created. They are synchronous with the creation, so that only one of two requests with the same
 * name succeeds. A name is used once per account and Region, even by a failed job, because the ARN has nothing else.
 * @returns the job's tags
 */
function assertStartable(
  { resources, maxRunningJobs }: Context,
  kind: JobKind,
  jobArn: string,
  { datasetArn, tags = [] }: { datasetArn: string; tags?: sdk.Tag[] | undefined },
  caller: Caller,
): Map<string, string> {
  const dataset = resources.get('dataset', datasetArn, caller);
  if (kind === 'dataset-export-job' && /^ACTION/i.test(String(dataset.members.datasetType))) {
    const problem = `Dataset type ${dataset.members.datasetType} can't be exported.`;
    throw new AwsError('InvalidInputException', problem);
  }
  resources.assertNew(jobArn);
  const merged = withTags(new Map(), tags);
  assertActive(dataset);
  assertNotInUse(resources, kind, datasetArn, caller);
  assertCapacity(resources.list(kind, caller), maxRunningJobs);
  return merged;
}

/** While an import or an export runs, the other is refused. Only the exception is documented, so this rule was chosen. */
function assertNotInUse(resources: Resources, kind: JobKind, datasetArn: string, caller: Caller): void {
  const imports = resources.list('dataset-import-job', caller);
  const exports = kind === 'dataset-import-job' ? resources.list('dataset-export-job', caller) : [];
  const blocking = [...imports, ...exports].find((job) => job.members.datasetArn === datasetArn && isRunning(job));
  if (blocking === undefined) return;
  throw new AwsError('ResourceInUseException', `Resource ${datasetArn} is in use by ${blocking.arn}.`);
}

/** Checks the account of a role. The service assumes the role later, so this fails the job and not the request. */
function assertRole(roleArn: string, { accountId }: Caller): void {
  if (roleArn.split(':')[4] === accountId) return;
  throw new JobFailedError(`Personalize is not authorized to assume the role ${roleArn}.`);
}

/** @throws JobFailedError if `s3For` refuses */
function s3Of(
  { s3For, resources }: Context,
  { datasetArn, ...job }: Omit<S3Access, 'hasGroupKey'> & { datasetArn: string },
  caller: Caller,
): S3Client {
  const group = resources.get('dataset', datasetArn, caller).members.datasetGroupArn as string;
  const hasGroupKey = resources.get('dataset-group', group, caller).members.kmsKeyArn !== undefined;
  try {
    return s3For({ ...job, hasGroupKey });
  } catch (error) {
    throw new JobFailedError(insufficientPrivileges(parseS3Location(job.location).bucket, error as Error));
  }
}

function contentOf(contents: DatasetContents, datasetArn: string): DatasetContent {
  const content = contents.get(datasetArn);
  if (content === undefined) throw new JobFailedError(`${datasetArn} has no content.`);
  return content;
}
