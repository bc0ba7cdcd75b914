import { once } from 'node:events';
import { S3Client } from '@aws-sdk/client-s3';
import { clientConfig, endOnSignals, startLocalAws } from 'local-aws';
import { localStack } from '../scripts/local-stack.ts';
import type { Packaging } from '../scripts/start-packaging.ts';
import type { Notification } from '../src/notify/notification.ts';
import { consoleKnowledge } from './console/knowledge.ts';
import { countRows } from './csv.ts';
import { type DemoDataset, demoDatasets, open } from './data.ts';
import { download } from './download.ts';
import { importDatasets, jobNameOf } from './import-datasets.ts';
import { receiveNotifications } from './notifications.ts';
import { type DemoOptions, demoCommand } from './options.ts';
import { withOwnFile } from './own-files.ts';
import { restoreExports } from './restore.ts';
import { details, type Result, summary } from './results-text.ts';
import { demoView } from './view.ts';

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
  const view = demoView(new Map(datasets.map((one) => [jobNameOf(one), one.datasetType])), isVerbose);
  const aws = await startLocalAws({
    ...localStack,
    ...{ port: 0, logsDir: '.local/logs', warmFunctions: true, console: consoleKnowledge },
    jobSeconds: options.jobSeconds,
    faults: options.fail ? [{ job: 'export', failureReason: FAILURE_REASON }] : [],
    onApiEvent: view.apiEvent,
    onHistoryEvent: view.historyEvent,
  });
  try {
    await showPage(aws.environment.AWS_ENDPOINT_URL ?? '', view.line);
    await importDatasets(aws.environment, datasets, view.line, signal);
    const notifications = await receiveNotifications(aws.environment, datasets.length, signal);
    view.close();
    await showResults(notifications, datasets, new S3Client(clientConfig(aws.environment)));
    const expected = options.fail ? 'CREATE FAILED' : 'ACTIVE';
    let isAsExpected = notifications.every(({ outcome }) => outcome === expected);
    if (isAsExpected && options.restore && !options.fail) {
      isAsExpected = await restoreExports(notifications, aws.environment, signal);
    }
    if (keeps()) await untilAborted(signal);
    return isAsExpected ? 0 : 1;
  } finally {
    view.close();
    await aws.stop();
  }
}

const isVerbose = options.verbose === true;

const keeps = () => options.keep === true || options.open === true;

async function showPage(url: string, line: (text: string) => void): Promise<void> {
  line(`the page of the local AWS: ${url}${keeps() ? '' : ' (--keep leaves it running)'}`);
  if (!options.open) return;
  const { default: openInBrowser } = await import('open');
  // Without a browser there is still the address.
  const browser = await openInBrowser(url);
  browser.once('error', ({ message }) => line(`No browser could be opened: ${message}`));
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  console.log('\nThe local AWS runs until you press Ctrl-C.');
  if (!signal.aborted) await once(signal, 'abort');
}

const folder = `.local/demo/${new Date().toISOString().replace(/[:.]/g, '-')}`;

/** Prints how each export ended, in the order of the datasets. */
async function showResults(notifications: Notification[], datasets: DemoDataset[], s3: S3Client): Promise<void> {
  const results = await Promise.all(notifications.map((one) => resultOf(one, datasets, s3)));
  results.sort((a, b) => datasets.indexOf(a.dataset) - datasets.indexOf(b.dataset));
  for (const line of isVerbose ? details(results) : summary(results, folder)) console.log(line);
}

/** Downloads what was exported, and counts the rows that were imported. */
async function resultOf(notification: Notification, datasets: DemoDataset[], s3: S3Client): Promise<Result> {
  const { outcome, path, datasetType, datasetImportJobArn = '' } = notification;
  const dataset = datasets.find(
    (one) => one.datasetType.toUpperCase() === datasetType || datasetImportJobArn.endsWith(`/${jobNameOf(one)}`),
  ) as DemoDataset;
  if (outcome !== 'ACTIVE' || !path) return { dataset, notification };
  return {
    dataset,
    notification,
    download: await download(s3, path, folder),
    importedRows: await countRows(open(dataset)),
  };
}
