import { PersonalizeClient } from '@aws-sdk/client-personalize';
import { S3Client } from '@aws-sdk/client-s3';
import { SNSClient } from '@aws-sdk/client-sns';

interface Call {
  name: string;
  input: Record<string, unknown>;
}

/** What has been asked of the services since `calls.length = 0`. */
export const calls: Call[] = [];

const region = 'eu-west-1';
const DATASET = /^(arn:[^:]+:personalize:[^:]*:[^:]*:)dataset\/([^/]+)\/([^/]+)$/;
const TYPES = ['INTERACTIONS', 'ITEMS', 'USERS', 'ACTIONS', 'ACTION_INTERACTIONS'];

/** The service knows whatever has a name that it would have taken, but for what is called `gone`. */
function isDescribed(arn: string): boolean {
  const [, first = '', second] = arn.split(':').slice(5).join(':').split('/');
  const isName = /^[a-zA-Z0-9][a-zA-Z0-9_-]{0,62}$/.test(first);
  return isName && first !== 'gone' && (second === undefined || TYPES.includes(second));
}

const GROUP_TYPES = ['INTERACTIONS', 'ITEMS', 'ACTIONS'];

/** The datasets that can be exported of a request's subject, in this service. */
export function datasetsOf(request: Record<string, unknown>): string[] {
  const { datasetArn, datasetGroupArn, datasetImportJobArn } = request as Record<string, string | undefined>;
  if (datasetArn) return [datasetArn];
  if (datasetImportJobArn) return [`${datasetImportJobArn.replace(':dataset-import-job/', ':dataset/')}/ITEMS`];
  const exportable = GROUP_TYPES.filter((type) => type !== 'ACTIONS');
  return exportable.map((type) => `${datasetGroupArn?.replace(':dataset-group/', ':dataset/')}/${type}`);
}

const answers: Record<string, (input: Record<string, string>) => unknown> = {
  DescribeDataset: ({ datasetArn = '' }) => {
    const [, prefix, group, datasetType] = DATASET.exec(datasetArn) ?? [];
    return { dataset: { datasetArn, datasetType, datasetGroupArn: `${prefix}dataset-group/${group}` } };
  },
  DescribeDatasetGroup: ({ datasetGroupArn }) => ({ datasetGroup: { datasetGroupArn } }),
  ListDatasets: ({ datasetGroupArn = '' }) => ({
    datasets: GROUP_TYPES.map((datasetType) => ({
      datasetType,
      datasetArn: `${datasetGroupArn.replace(':dataset-group/', ':dataset/')}/${datasetType}`,
    })),
  }),
  DescribeDatasetImportJob: ({ datasetImportJobArn = '' }) => ({
    datasetImportJob: {
      datasetImportJobArn,
      status: 'CREATE PENDING',
      datasetArn: `${datasetImportJobArn.replace(':dataset-import-job/', ':dataset/')}/ITEMS`,
    },
  }),
  CreateDatasetExportJob: ({ jobName }) => ({
    datasetExportJobArn: `arn:aws:personalize:eu-west-1:123456789012:dataset-export-job/${jobName}`,
  }),
  ListDatasetExportJobs: () => ({ datasetExportJobs: [] }),
  ListObjectsV2: () => ({}),
  Publish: () => ({}),
};

function answering<Client extends { send: unknown }>(client: Client): Client {
  client.send = async (command: { constructor: { name: string }; input: Record<string, string> }) => {
    const { input } = command;
    const name = command.constructor.name.replace(/Command$/, '');
    calls.push({ name, input });
    const subject = input.datasetArn ?? input.datasetGroupArn ?? input.datasetImportJobArn;
    if (subject !== undefined && !isDescribed(subject)) throw notFound(subject);
    return answers[name]?.(input);
  };
  return client;
}

function notFound(arn: string): Error {
  return Object.assign(new Error(`Resource Arn ${arn} does not exist.`), { name: 'ResourceNotFoundException' });
}

/** Clients whose `send` answers by what is asked, and writes it down. */
export const personalize = answering(new PersonalizeClient({ region }));
export const sns = answering(new SNSClient({ region }));
export const s3 = answering(new S3Client({ region }));

/** An S3 that holds this one object. */
export function s3Holding(bytes: Uint8Array): S3Client {
  const client: { send: unknown } = new S3Client({ region });
  client.send = async () => ({ ContentLength: bytes.length, Body: { transformToByteArray: async () => bytes } });
  return client as S3Client;
}

const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_-]{0,62}$/;

/** What CreateDatasetExportJob's own model refuses in a call. */
export function faultsOfCreation({ input }: Call): string[] {
  const {
    jobName,
    datasetArn,
    roleArn,
    ingestionMode,
    jobOutput,
    tags = [],
  } = input as Record<string, string> & {
    jobOutput: { s3DataDestination: { path: string; kmsKeyArn?: string } };
    tags?: unknown[];
  };
  const { path, kmsKeyArn = 'arn:aws:kms:eu-west-1:123456789012:key/k' } = jobOutput.s3DataDestination;
  const checks = {
    jobName: NAME.test(jobName ?? ''),
    datasetArn: /^arn:([a-z\d-]+):personalize:.*:.*:.+$/.test(datasetArn ?? '') && (datasetArn?.length ?? 0) <= 256,
    roleArn: /^arn:([a-z\d-]+):iam::\d{12}:role\/?[a-zA-Z_0-9+=,.@\-_/]+$/.test(roleArn ?? ''),
    ingestionMode: ['BULK', 'PUT', 'ALL'].includes(ingestionMode ?? ''),
    path: /^(s3|http|https):\/\/.+$/.test(path) && path.length <= 256 && path.endsWith('/'),
    kmsKeyArn: /^arn:aws.*:kms:.*:[0-9]{12}:key\/.*$/.test(kmsKeyArn),
    tags: tags.length <= 50,
  };
  return Object.entries(checks).flatMap(([name, isRight]) => (isRight ? [] : [name]));
}
