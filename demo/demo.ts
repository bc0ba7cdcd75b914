import { createReadStream } from 'node:fs';
import { access } from 'node:fs/promises';
import { S3Client } from '@aws-sdk/client-s3';
import { Command } from 'commander';
import { parse } from 'csv-parse';
import { clientConfig, startLocalAws } from 'local-aws';
import { seconds } from '../cli/options.ts';
import { localStack } from '../scripts/local-stack.ts';
import { textFor } from '../src/notify/notification-text.ts';
import { type DemoDataset, demoDatasets, schemaFor } from './data.ts';
import { download } from './download.ts';
import { demoScreen } from './screen.ts';
import { runDemo } from './user.ts';

interface DemoOptions {
  interactions?: string;
  users?: string;
  items?: string;
  fail?: boolean;
  jobSeconds: number;
}

const options = new Command('npm run demo --')
  .description(
    'Runs the pipeline on this computer: an import completes, its dataset is exported, a notification says where.',
  )
  .option('--interactions <file>', 'a CSV file of your own for the Interactions dataset')
  .option('--users <file>', 'a CSV file of your own for the Users dataset')
  .option('--items <file>', 'a CSV file of your own for the Items dataset')
  .option('--fail', 'let the export jobs fail, to see the other notification')
  .option('--job-seconds <seconds>', 'how long an emulated Personalize job takes', seconds, 1)
  .parse()
  .opts<DemoOptions>();

/** The text that Personalize gives where the bucket's policy or the role does not let it write. */
const FAILURE_REASON = 'Insufficient privileges for accessing data in S3. Please check the bucket policy and the role.';

/** Plays the demonstration on the package in `.local/package`.
 * @returns the process's exit code */
export async function main(): Promise<number> {
  const datasets = await Promise.all(demoDatasets().map(withOwnFile));
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
    const notifications = await runDemo(aws.environment, datasets, screen, stopped.signal);
    const s3 = new S3Client(clientConfig(aws.environment));
    const folder = `.local/demo/${new Date().toISOString().replace(/[:.]/g, '-')}`;
    for (const notification of notifications) {
      screen.heading(`Notification: ${notification.datasetType ?? 'import'}`);
      console.log(textFor(notification));
      if (notification.outcome === 'ACTIVE' && notification.path) await download(s3, notification.path, folder);
    }
    const wanted = options.fail ? 'CREATE FAILED' : 'ACTIVE';
    return notifications.every(({ outcome }) => outcome === wanted) ? 0 : 1;
  } catch (error) {
    if (!stopped.signal.aborted) throw error;
    console.log('\nStopped.');
    return 130;
  } finally {
    await aws.stop();
  }
}

/** The user's own CSV instead of the demo's, with a schema by its header. */
async function withOwnFile(dataset: DemoDataset): Promise<DemoDataset> {
  const option = dataset.datasetType.toLowerCase() as 'interactions' | 'users' | 'items';
  const file = options[option];
  if (file === undefined) return dataset;
  await access(file).catch((error: NodeJS.ErrnoException) => {
    throw new Error(
      `--${option}: ${file} can't be read (${error.code}). Give the path of a CSV file with a header row.`,
    );
  });
  const columns = await headerOf(file);
  if (columns.length === 0) throw new Error(`--${option}: ${file} is empty. Its first row must name the columns.`);
  return { ...dataset, schema: schemaFor(dataset.datasetType, columns), csv: { file } };
}

async function headerOf(file: string): Promise<string[]> {
  const rows = createReadStream(file).pipe(parse({ to: 1, bom: true }));
  for await (const row of rows) return row as string[];
  return [];
}
