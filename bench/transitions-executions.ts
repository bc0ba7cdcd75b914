import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateDatasetCommand,
  CreateDatasetGroupCommand,
  CreateDatasetImportJobCommand,
  CreateSchemaCommand,
  DescribeDatasetCommand,
  DescribeDatasetGroupCommand,
  PersonalizeClient,
} from '@aws-sdk/client-personalize';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, ListExecutionsCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { HistoryEvent } from 'local-aws';
import { clientConfig, startLocalAws } from 'local-aws';
import { demoDatasets } from '../demo/data.ts';
import { localStack } from '../scripts/local-stack.ts';
import { type Counts, countsOf } from './execution-counts.ts';
import { untilActive } from './local-datasets.ts';

/** An export job has ended before its first poll, which is after one second. An import is still pending while the execution
 * plans it, and has ended at the next poll. */
const EXPORT_SECONDS = 0.3;
const IMPORT_SECONDS = 1;
const BUCKET = 'bench-data';

/** Runs one execution of each kind on the local AWS, in which every job has ended at the first poll, and counts what it
 * used. */
export async function countExecutions(): Promise<Record<string, Counts>> {
  const histories = new Map<string, HistoryEvent[]>();
  const aws = await startLocalAws({
    ...localStack,
    port: 0,
    jobSeconds: EXPORT_SECONDS,
    faults: [{ job: 'import', seconds: IMPORT_SECONDS }],
    warmFunctions: true,
    logsDir: '.local/bench/logs',
    onHistoryEvent: (arn, event) => void histories.set(arn, [...(histories.get(arn) ?? []), event]),
  });
  try {
    const config = clientConfig(aws.environment);
    const [personalize, sfn] = [new PersonalizeClient(config), new SFNClient(config)];
    const stateMachineArn = aws.environment.STATE_MACHINE_ARN ?? '';
    const { datasetGroupArn, datasetArns } = await createShop(personalize);
    const run = async (input: object) => {
      const request = { stateMachineArn, input: JSON.stringify(input) };
      const { executionArn = '' } = await sfn.send(new StartExecutionCommand(request));
      return countsOf(await ended(sfn, executionArn, histories));
    };
    return {
      'one dataset': await run({ datasetArn: datasetArns[0] }),
      'a dataset group of three': await run({ datasetGroupArn }),
      'after an import': countsOf(
        await afterImport({ personalize, sfn, s3: new S3Client(config) }, datasetArns[0], stateMachineArn, histories),
      ),
      'a request that is rejected': await run({}),
    };
  } finally {
    await aws.stop();
  }
}

async function createShop(personalize: PersonalizeClient) {
  const { datasetGroupArn } = await personalize.send(new CreateDatasetGroupCommand({ name: 'bench-shop' }));
  await untilActive(
    async () => (await personalize.send(new DescribeDatasetGroupCommand({ datasetGroupArn }))).datasetGroup,
  );
  const datasetArns: string[] = [];
  for (const { datasetType, schema } of demoDatasets()) {
    const name = `bench-${datasetType.toLowerCase()}`;
    const { schemaArn } = await personalize.send(new CreateSchemaCommand({ name, schema: JSON.stringify(schema) }));
    const { datasetArn = '' } = await personalize.send(
      new CreateDatasetCommand({ name, schemaArn, datasetGroupArn, datasetType }),
    );
    await untilActive(async () => (await personalize.send(new DescribeDatasetCommand({ datasetArn }))).dataset);
    datasetArns.push(datasetArn);
  }
  return { datasetGroupArn, datasetArns };
}

/** Starts an import. Its event starts the execution by the deployed rule. */
async function afterImport(
  { personalize, sfn, s3 }: { personalize: PersonalizeClient; sfn: SFNClient; s3: S3Client },
  datasetArn: string | undefined,
  stateMachineArn: string,
  histories: Map<string, HistoryEvent[]>,
): Promise<HistoryEvent[]> {
  const [interactions] = demoDatasets();
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'a.csv', Body: interactions?.csv as string }));
  const jobName = 'bench-import';
  await personalize.send(
    new CreateDatasetImportJobCommand({
      jobName,
      datasetArn,
      dataSource: { dataLocation: `s3://${BUCKET}/a.csv` },
      roleArn: 'arn:aws:iam::000000000000:role/bench-import',
    }),
  );
  for (;;) {
    const { executions = [] } = await sfn.send(new ListExecutionsCommand({ stateMachineArn }));
    const started = executions.find(({ name }) => name?.includes(jobName));
    if (started) return await ended(sfn, started.executionArn ?? '', histories);
    await sleep(50);
  }
}

async function ended(sfn: SFNClient, executionArn: string, histories: Map<string, HistoryEvent[]>) {
  const status = async () => (await sfn.send(new DescribeExecutionCommand({ executionArn }))).status;
  while ((await status()) === 'RUNNING') await sleep(50);
  return histories.get(executionArn) ?? [];
}
