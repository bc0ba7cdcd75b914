import {
  CreateDatasetExportJobCommand,
  DescribeDatasetCommand,
  DescribeDatasetExportJobCommand,
  DescribeDatasetGroupCommand,
  DescribeDatasetImportJobCommand,
  DescribeSchemaCommand,
  LimitExceededException,
  ListDatasetExportJobsCommand,
  ListDatasetsCommand,
  PersonalizeClient,
  ResourceAlreadyExistsException,
  ResourceNotFoundException,
} from '@aws-sdk/client-personalize';
import type { S3Client } from '@aws-sdk/client-s3';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { mockClient } from 'aws-sdk-client-mock';
import type { Notification } from '../../../src/notify/notification.ts';
import { datasetArn, datasetGroupArn, personalizeArn } from '../../unit/builders.ts';
import { type FakeS3, fakeS3 } from '../../unit/verify/fake-s3.ts';
import { schemaOf } from '../../unit/verify/reading.ts';

/** An export job as the fake keeps it. */
export interface FakeJob {
  datasetArn: string;
  jobName: string;
  jobOutput: { s3DataDestination: { path: string } };
  ingestionMode: 'ALL' | 'BULK' | 'PUT';
  createdAt: number;
  polls: number;
}

/** What stands between a call and what the service does: nothing, or a fault. */
export type Intercept = (call: string, act: () => unknown) => unknown;

export interface FakeOptions {
  intercept?: Intercept;
  /** How many jobs may run at once. */
  quota?: number;
  /** How long a job runs; without, it is ACTIVE at the second look. */
  runMilliseconds?: number;
}

export interface FakeAws {
  clients: { personalize: PersonalizeClient; s3: S3Client; sns: SNSClient };
  jobs: Map<string, FakeJob>;
  s3: FakeS3;
  published: Notification[];
  /** How often each operation was called. */
  calls: Map<string, number>;
  statusOf(job: FakeJob): string;
}

const COMMANDS = {
  CreateDatasetExportJob: CreateDatasetExportJobCommand,
  DescribeDataset: DescribeDatasetCommand,
  DescribeDatasetExportJob: DescribeDatasetExportJobCommand,
  DescribeDatasetGroup: DescribeDatasetGroupCommand,
  DescribeDatasetImportJob: DescribeDatasetImportJobCommand,
  DescribeSchema: DescribeSchemaCommand,
  ListDatasetExportJobs: ListDatasetExportJobsCommand,
  ListDatasets: ListDatasetsCommand,
};

/** Every call that the fake answers; any other fails. */
export const fakedCalls = [
  ...Object.keys(COMMANDS),
  ...['DeleteObject', 'GetObject', 'HeadObject', 'ListObjectsV2', 'PutObject'],
  'Publish',
];

type Operation = (input: never) => unknown;

/** A Personalize that remembers its jobs, by their names; with the S3 and the SNS that the pipeline calls besides. */
export function fakeAws(options: FakeOptions = {}): FakeAws {
  const { intercept = (_, act) => act() } = options;
  const jobs = new Map<string, FakeJob>();
  const published: Notification[] = [];
  const calls = new Map<string, number>();
  const statusOf = (job: FakeJob) => {
    const ended = options.runMilliseconds ? Date.now() >= job.createdAt + options.runMilliseconds : job.polls >= 2;
    return ended ? 'ACTIVE' : 'CREATE IN_PROGRESS';
  };
  const counted: Intercept = (call, act) => {
    calls.set(call, (calls.get(call) ?? 0) + 1);
    return intercept(call, act);
  };
  const answer = (call: string, act: Operation) => async (input: unknown) =>
    await counted(call, () => act(input as never));
  const s3 = fakeS3({}, counted);
  s3.pieceBytes = 1_000;
  const clients = { personalize: new PersonalizeClient({}), s3: s3.client, sns: new SNSClient({}) };
  const personalize = mockClient(clients.personalize);
  personalize.onAnyCommand().rejects(new Error('The fake has no such operation.'));
  const operations = { ...describing(jobs, statusOf), CreateDatasetExportJob: creating(jobs, s3, statusOf, options) };
  for (const [call, act] of Object.entries(operations)) {
    const command = COMMANDS[call as keyof typeof COMMANDS] as typeof DescribeDatasetCommand;
    personalize.on(command).callsFake(answer(call, act as Operation));
  }
  const publish = answer('Publish', ({ Message }: { Message: string }) => {
    published.push(JSON.parse(JSON.parse(Message).default));
    return { MessageId: 'message-1' };
  });
  mockClient(clients.sns).on(PublishCommand).callsFake(publish);
  return { clients, jobs, s3, published, calls, statusOf };
}

const refusal = (message: string) => ({ message, $metadata: { httpStatusCode: 400 } });
const nameOf = (arn: string) => arn.slice(arn.lastIndexOf('/') + 1);

/** The refusals come in the order in which an idempotent service gives them: the name first, then the quota. */
function creating(
  jobs: Map<string, FakeJob>,
  { objects }: FakeS3,
  statusOf: FakeAws['statusOf'],
  { quota = Infinity }: FakeOptions,
) {
  return (input: Omit<FakeJob, 'createdAt' | 'polls'>) => {
    if (jobs.has(input.jobName)) {
      throw new ResourceAlreadyExistsException(refusal('Another resource with the name exists'));
    }
    const running = [...jobs.values()].filter((job) => statusOf(job) !== 'ACTIVE').length;
    if (running >= quota) throw new LimitExceededException(refusal(`More than ${quota} jobs`));
    jobs.set(input.jobName, { ...input, createdAt: Date.now(), polls: 0 });
    const folder = input.jobOutput.s3DataDestination.path.split('/').slice(3).join('/');
    objects.set(`${folder}part-0.csv`, Buffer.from('USER_ID\nu1\n'));
    return { datasetExportJobArn: personalizeArn(`dataset-export-job/${input.jobName}`) };
  };
}

function describing(jobs: Map<string, FakeJob>, statusOf: FakeAws['statusOf']) {
  let importLooks = 0;
  return {
    DescribeDatasetGroup: () => ({ datasetGroup: { datasetGroupArn, status: 'ACTIVE' } }),
    ListDatasets: (asked: { datasetGroupArn: string }) => ({
      datasets: nameOf(asked.datasetGroupArn) === 'empty' ? [] : [{ datasetArn, datasetType: 'INTERACTIONS' }],
    }),
    DescribeDataset: (asked: { datasetArn: string }) => {
      if (asked.datasetArn.includes('/absent/')) {
        throw new ResourceNotFoundException(refusal('no such dataset'));
      }
      const described = { datasetArn: asked.datasetArn, datasetType: nameOf(asked.datasetArn), datasetGroupArn };
      return { dataset: { ...described, schemaArn: personalizeArn('schema/shop') } };
    },
    DescribeSchema: () => ({ schema: { schema: schemaOf({ USER_ID: 'string' }) } }),
    DescribeDatasetImportJob: ({ datasetImportJobArn }: { datasetImportJobArn: string }) => {
      importLooks += 1;
      if (nameOf(datasetImportJobArn) === 'failed')
        return { datasetImportJob: { datasetArn, status: 'CREATE FAILED' } };
      return { datasetImportJob: { datasetArn, status: importLooks >= 2 ? 'ACTIVE' : 'CREATE IN_PROGRESS' } };
    },
    DescribeDatasetExportJob: ({ datasetExportJobArn }: { datasetExportJobArn: string }) => {
      const job = jobs.get(nameOf(datasetExportJobArn));
      if (!job) throw new ResourceNotFoundException(refusal('no such job'));
      job.polls += 1;
      const times = { creationDateTime: new Date(job.createdAt), lastUpdatedDateTime: new Date() };
      return { datasetExportJob: { ...job, ...times, status: statusOf(job) } };
    },
    ListDatasetExportJobs: () => ({ datasetExportJobs: [] }),
  };
}
