import { S3Client } from '@aws-sdk/client-s3';
import { Command } from 'commander';
import { clientConfig, endOnSignals, startLocalAws } from 'local-aws';
import { seconds } from '../cli/options.ts';
import { localStack } from '../scripts/local-stack.ts';
import type { Notification } from '../src/notify/notification.ts';
import { textFor } from '../src/notify/notification-text.ts';
import { countRows } from './csv.ts';
import { type DemoDataset, demoDatasets, open } from './data.ts';
import { download } from './download.ts';
import { importDatasets, jobNameOf } from './import-datasets.ts';
import { labelOf, type OwnFiles, withOwnFile } from './own-files.ts';
import { restoreExports } from './restore.ts';
import { rowsText } from './rows-text.ts';
import { demoScreen } from './screen.ts';

interface DemoOptions extends OwnFiles {
  fail?: boolean;
  restore?: boolean;
  jobSeconds: number;
}

// Parsed as the module loads, so that a wrong option is reported before packaging has ended.
const options = new Command('npm run demo --')
  .description('Runs the pipeline on this computer: imports datasets, exports them, and shows the notifications.')
  .option('--interactions <file>', 'a CSV file of your own for the Interactions dataset')
  .option('--users <file>', 'a CSV file of your own for the Users dataset')
  .option('--items <file>', 'a CSV file of your own for the Items dataset')
  .option('--fail', 'let the export jobs fail, to see that notification')
  .option('--restore', 'also restore each export into a second dataset group, and compare the rows')
  .option('--job-seconds <seconds>', 'how long an emulated Personalize job takes', seconds, 1)
  .parse()
  .opts<DemoOptions>();

/** The reason that Personalize gives when the bucket policy or the role does not let it write. */
const FAILURE_REASON = 'Insufficient privileges for accessing data in S3. Please check the bucket policy and the role.';

/** Runs the packaged stack in the local AWS, imports the demo's datasets, and shows what the pipeline exports. A signal stops
 * it and ends the process.
 * @param packaging resolves when the stack is packaged, with whether it could be
 * @returns the exit status of the process: 0 when every export ended as expected
 * @throws Error when the data of the user can't be imported; the message names the option and the file */
export async function runDemo(packaging: Promise<boolean>): Promise<number> {
  const stop = new AbortController();
  const demo = importAndExport(packaging, stop.signal);
  endOnSignals(async () => {
    stop.abort();
    await demo.catch(() => {});
    console.log('\nStopped.');
  });
  try {
    return await demo;
  } finally {
    if (stop.signal.aborted) await ending;
  }
}

/** Never resolves: the process is about to end. */
const { promise: ending } = Promise.withResolvers<never>();

async function importAndExport(packaging: Promise<boolean>, signal: AbortSignal): Promise<number> {
  const datasets = await Promise.all(demoDatasets().map((dataset) => withOwnFile(dataset, options)));
  if (!(await packaging)) return 1;
  signal.throwIfAborted();
  const screen = demoScreen();
  let isRestoring = false;
  const aws = await startLocalAws({
    ...localStack,
    port: 0,
    jobSeconds: options.jobSeconds,
    logsDir: '.local/logs',
    warmFunctions: true,
    faults: options.fail ? [{ job: 'export', failureReason: FAILURE_REASON }] : [],
    onApiEvent: screen.apiEvent,
    onHistoryEvent: (executionArn, event) => {
      if (!isRestoring) screen.historyEvent(executionArn, event);
    },
  });
  try {
    const notifications = await importDatasets(aws.environment, datasets, screen.line, signal);
    const s3 = new S3Client(clientConfig(aws.environment));
    for (const notification of notifications) await show(notification, datasets, screen.heading, s3);
    const expected = options.fail ? 'CREATE FAILED' : 'ACTIVE';
    if (!notifications.every(({ outcome }) => outcome === expected)) return 1;
    if (!options.restore || options.fail) return 0;
    isRestoring = true;
    return (await restoreExports(notifications, aws.environment, screen, signal)) ? 0 : 1;
  } finally {
    await aws.stop();
  }
}

const folder = `.local/demo/${new Date().toISOString().replace(/[:.]/g, '-')}`;

/** Shows a notification and what was exported, or which file could not be imported. */
async function show(
  notification: Notification,
  datasets: DemoDataset[],
  heading: (text: string) => void,
  s3: S3Client,
): Promise<void> {
  const { outcome, path, datasetType, datasetImportJobArn = '' } = notification;
  const dataset = datasets.find(
    (one) => one.datasetType.toUpperCase() === datasetType || datasetImportJobArn.endsWith(`/${jobNameOf(one)}`),
  );
  heading(`Notification: ${datasetType ?? 'import'}`);
  console.log(textFor(notification));
  if (outcome === 'IMPORT FAILED' && dataset?.file) console.log(`\nThe file was given as ${labelOf(dataset)}.`);
  if (outcome !== 'ACTIVE' || !path) return;
  const exported = await download(s3, path, folder);
  if (dataset) console.log(`\n${rowsText(dataset, exported, await countRows(open(dataset)))}`);
}
