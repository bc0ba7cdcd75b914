import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { CreateDatasetExportJobCommand, DescribeDatasetExportJobCommand } from '@aws-sdk/client-personalize';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { type ExecutionListItem, paginateListExecutions, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { type MeasuredAws, startMeasuredAws } from './local-aws.ts';
import { createInteractions, importInteractions, untilActive } from './local-datasets.ts';
import { table, writeSection } from './report.ts';

// How many executions and how much data the local AWS handles, and in how much memory.

const { values: options } = parseArgs({
  options: {
    executions: { type: 'string', default: '1000' },
    rows: { type: 'string', multiple: true, default: ['10000', '100000', '1000000'] },
    'no-write': { type: 'boolean', default: false },
  },
});
const ALLOWED_MB = 300;
const number = (value: number, digits = 0) =>
  value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });

/** Starts all executions at once; each passes through the whole state machine: plan, create, wait, describe, notify. */
async function manyExecutions(count: number): Promise<string> {
  const aws = await startMeasuredAws(1, count);
  try {
    const datasetArn = await createInteractions(aws, 'many');
    const { result, seconds, peak, idle } = await aws.measure(async () => {
      await Promise.all(Array.from({ length: count }, () => start(aws, datasetArn)));
      return await untilAllEnded(aws);
    });
    const succeeded = result.filter(({ status }) => status === 'SUCCEEDED').length;
    return `${number(count)} executions started at once. Each exports a dataset with a job that takes one second; the quota of running jobs is raised to ${number(count)}.
${number(succeeded)} succeeded in ${number(seconds, 1)} s: ${number(count / seconds, 1)} per second. Memory: ${number(idle)} MB before, ${number(peak)} MB at most.`;
  } finally {
    await aws.stop();
  }
}

async function start({ sfn, environment }: MeasuredAws, datasetArn: string): Promise<void> {
  const stateMachineArn = environment.STATE_MACHINE_ARN;
  await sfn.send(new StartExecutionCommand({ stateMachineArn, input: JSON.stringify({ datasetArn }) }));
}

async function untilAllEnded({ sfn, environment }: MeasuredAws): Promise<ExecutionListItem[]> {
  for (;;) {
    const all: ExecutionListItem[] = [];
    const pages = paginateListExecutions(
      { client: sfn, pageSize: 1000 },
      { stateMachineArn: environment.STATE_MACHINE_ARN },
    );
    for await (const { executions = [] } of pages) all.push(...executions);
    if (all.length > 0 && all.every(({ status }) => status !== 'RUNNING')) return all;
    await sleep(200);
  }
}

interface ExportOfRows {
  rows: number;
  megabytes: number;
  seconds: number;
  /** The memory of the process before the import, in MB. */
  idle: number;
  /** How much more it uses at most during the import and the export that the pipeline then makes, in MB. */
  importing: number;
  /** How much more it uses at most during a second export, in MB. */
  exporting: number;
}

/** Imports and exports this many rows in a local AWS of its own. Jobs end as soon as their work is done. */
async function exportOf(rows: number): Promise<ExportOfRows> {
  const aws = await startMeasuredAws(0.01, 5);
  try {
    const name = `rows-${rows}`;
    const datasetArn = await createInteractions(aws, name);
    const imported = await aws.measure(async () => {
      await importInteractions(aws, name, datasetArn, rows);
      // The pipeline exports what was imported. The second export is measured after that, alone.
      await untilAllEnded(aws);
    });
    const exported = await aws.measure(() => runExport(aws, name, datasetArn));
    const { Contents = [] } = await aws.s3.send(
      new ListObjectsV2Command({ Bucket: aws.environment.EXPORT_BUCKET, Prefix: `exports/${name}/${name}-part-` }),
    );
    const megabytes = Contents.reduce((sum, { Size = 0 }) => sum + Size, 0) / 1e6;
    const { idle, peak: importPeak } = imported;
    return {
      ...{ rows, megabytes, seconds: exported.seconds, idle },
      ...{ importing: importPeak - idle, exporting: exported.peak - idle },
    };
  } finally {
    await aws.stop();
  }
}

async function runExport({ personalize, environment }: MeasuredAws, jobName: string, datasetArn: string) {
  const path = `s3://${environment.EXPORT_BUCKET}/exports/${jobName}/`;
  const { datasetExportJobArn } = await personalize.send(
    new CreateDatasetExportJobCommand({
      jobName,
      datasetArn,
      roleArn: environment.PERSONALIZE_ROLE_ARN,
      ingestionMode: 'ALL',
      jobOutput: { s3DataDestination: { path, kmsKeyArn: environment.EXPORT_KEY_ARN } },
    }),
  );
  await untilActive(
    async () => (await personalize.send(new DescribeDatasetExportJobCommand({ datasetExportJobArn }))).datasetExportJob,
  );
}

const executions = await manyExecutions(Number(options.executions));
process.stdout.write(`${executions}\n\n`);
const exports: ExportOfRows[] = [];
for (const rows of options.rows) exports.push(await exportOf(Number(rows)));

const worst = Math.max(...exports.flatMap(({ importing, exporting }) => [importing, exporting]));
const body = `${executions}

Exports of interactions, each in a local AWS of its own. The time is from the call that creates the job until the job is ACTIVE. The last two columns are
the memory that the process used at most, beyond what it used before the import. The target is at most ${ALLOWED_MB} MB: ${worst <= ALLOWED_MB ? 'met' : 'missed'}, ${number(worst)} MB. An import is measured
together with the export that the pipeline makes of it, which starts the threads of the functions.

${table(
  ['rows', 'MB of CSV', 'export s', 'MB/s', 'µs per row', 'idle MB', 'import: + MB', 'export: + MB'],
  exports.map(({ rows, megabytes, seconds, idle, importing, exporting }) => [
    number(rows),
    number(megabytes, 1),
    number(seconds, 2),
    number(megabytes / seconds, 1),
    number((1e6 * seconds) / rows, 1),
    number(idle),
    number(importing),
    number(exporting),
  ]),
)}`;
process.stdout.write(`${body}\n`);
if (!options['no-write']) writeSection('local', 'The local AWS', body);
