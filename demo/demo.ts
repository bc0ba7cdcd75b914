import { S3Client } from '@aws-sdk/client-s3';
import { clientConfig, endOnSignals, startLocalAws } from 'local-aws';
import { localStack } from '../scripts/local-stack.ts';
import type { Packaging } from '../scripts/packaging.ts';
import type { Notification } from '../src/notify/notification.ts';
import { textFor } from '../src/notify/notification-text.ts';
import { countRows } from './csv.ts';
import { type DemoDataset, demoDatasets, open } from './data.ts';
import { download } from './download.ts';
import { importDatasets, jobNameOf } from './import-datasets.ts';
import { receiveNotifications } from './notifications.ts';
import { type DemoOptions, demoCommand } from './options.ts';
import { labelOf, withOwnFile } from './own-files.ts';
import { rowsText } from './rows-text.ts';
import { demoScreen } from './screen.ts';

// Parsed as the module loads, so that a wrong option is reported before packaging has ended.
const options = demoCommand().parse().opts<DemoOptions>();

/** The reason that Personalize gives when the bucket policy or the role does not let it write. */
const FAILURE_REASON = 'Insufficient privileges for accessing data in S3. Please check the bucket policy and the role.';

/** Runs the packaged stack in the local AWS, imports the demo's datasets, and shows what the pipeline exports. A signal stops
 * it and ends the process.
 * @returns the exit status of the process: 0 when every export ended as expected
 * @throws Error when the data of the user can't be imported; the message names the option and the file */
export async function runDemo(packaging: Packaging): Promise<number> {
  const stop = new AbortController();
  const demo = importAndExport(packaging.succeeded, stop.signal);
  endOnSignals(async () => {
    packaging.stop();
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
  const aws = await startLocalAws({
    ...localStack,
    port: 0,
    jobSeconds: options.jobSeconds,
    logsDir: '.local/logs',
    warmFunctions: true,
    faults: options.fail ? [{ job: 'export', failureReason: FAILURE_REASON }] : [],
    onApiEvent: screen.apiEvent,
    onHistoryEvent: screen.historyEvent,
  });
  try {
    screen.line(`the local AWS listens on ${aws.environment.AWS_ENDPOINT_URL}`);
    await importDatasets(aws.environment, datasets, screen.line, signal);
    const notifications = await receiveNotifications(aws.environment, datasets.length, signal);
    const s3 = new S3Client(clientConfig(aws.environment));
    for (const notification of notifications) await show(notification, datasets, screen.heading, s3);
    const expected = options.fail ? 'CREATE FAILED' : 'ACTIVE';
    return notifications.every(({ outcome }) => outcome === expected) ? 0 : 1;
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
