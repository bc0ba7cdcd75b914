import { S3Client } from '@aws-sdk/client-s3';
import { Command } from 'commander';
import { clientConfig, startLocalAws } from 'local-aws';
import { seconds } from '../cli/options.ts';
import { localStack } from '../scripts/local-stack.ts';
import type { Notification } from '../src/notify/notification.ts';
import { textFor } from '../src/notify/notification-text.ts';
import { demoDatasets } from './data.ts';
import { download } from './download.ts';
import { importDatasets } from './import-datasets.ts';
import { type OwnFiles, withOwnFile } from './own-files.ts';
import { demoScreen } from './screen.ts';

interface DemoOptions extends OwnFiles {
  fail?: boolean;
  jobSeconds: number;
}

// Parsed as the module loads, so that a wrong option is reported before packaging has ended.
const options = new Command('npm run demo --')
  .description('Runs the pipeline on this computer: imports datasets, exports them, and shows the notifications.')
  .option('--interactions <file>', 'a CSV file of your own for the Interactions dataset')
  .option('--users <file>', 'a CSV file of your own for the Users dataset')
  .option('--items <file>', 'a CSV file of your own for the Items dataset')
  .option('--fail', 'let the export jobs fail, to see that notification')
  .option('--job-seconds <seconds>', 'how long an emulated Personalize job takes', seconds, 1)
  .parse()
  .opts<DemoOptions>();

/** The reason that Personalize gives when the bucket policy or the role does not let it write. */
const FAILURE_REASON = 'Insufficient privileges for accessing data in S3. Please check the bucket policy and the role.';

/** Runs the packaged stack in the local AWS, imports the demo's datasets, and shows what the pipeline exports.
 * @returns the exit code of the process: 0 when every export ended as expected, 130 after Ctrl-C */
export async function runDemo(): Promise<number> {
  const datasets = await Promise.all(demoDatasets().map((dataset) => withOwnFile(dataset, options)));
  const screen = demoScreen();
  const stopped = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stopped.abort());
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
    const notifications = await importDatasets(aws.environment, datasets, screen.line, stopped.signal);
    const folder = `.local/demo/${new Date().toISOString().replace(/[:.]/g, '-')}`;
    const s3 = new S3Client(clientConfig(aws.environment));
    for (const notification of notifications) await show(notification, screen.heading, s3, folder);
    const expected = options.fail ? 'CREATE FAILED' : 'ACTIVE';
    return notifications.every(({ outcome }) => outcome === expected) ? 0 : 1;
  } catch (error) {
    if (!stopped.signal.aborted) throw error;
    console.log('\nStopped.');
    return 130;
  } finally {
    await aws.stop();
  }
}

async function show(
  notification: Notification,
  heading: (text: string) => void,
  s3: S3Client,
  folder: string,
): Promise<void> {
  heading(`Notification: ${notification.datasetType ?? 'import'}`);
  console.log(textFor(notification));
  if (notification.outcome === 'ACTIVE' && notification.path) await download(s3, notification.path, folder);
}
