import { parse } from 'csv-parse/sync';
import { invalid } from './http.ts';
import { type ConsoleKnowledge, known, parsed } from './knowledge.ts';
import type { ExportDetail, ExportSummary, Message } from './page/model.ts';
import { isRunning, listOf } from './personalize-lists.ts';
import type { ConsoleSources } from './sources.ts';

const FIRST_BYTES = 64 * 1024;
const FIRST_ROWS = 20;
const MANIFEST_BYTES = 4 * 1024 * 1024;

type Sources = Pick<ConsoleSources, 'personalize' | 'objects' | 'headOfObject'>;

/** The export jobs, the newest first. */
export function exportList({ personalize }: Pick<Sources, 'personalize'>): ExportSummary[] {
  return listOf(personalize, 'ListDatasetExportJobs', 'datasetExportJobs')
    .map(({ datasetExportJobArn }) => summaryOf(personalize, String(datasetExportJobArn)))
    .sort((a, b) => b.start - a.start);
}

interface ExportJob {
  jobName: string;
  datasetArn: string;
  status: string;
  failureReason?: string;
  creationDateTime: number;
  lastUpdatedDateTime: number;
  ingestionMode?: string;
  jobOutput: { s3DataDestination: { path: string } };
}

function summaryOf(personalize: ConsoleSources['personalize'], arn: string): ExportSummary {
  const described = personalize('DescribeDatasetExportJob', { datasetExportJobArn: arn });
  const job = described.datasetExportJob as ExportJob;
  const {
    jobName: name,
    datasetArn,
    status,
    failureReason,
    creationDateTime,
    lastUpdatedDateTime,
    ingestionMode,
  } = job;
  return {
    ...{ arn, name, datasetArn, status, start: creationDateTime * 1000, path: job.jobOutput.s3DataDestination.path },
    ...(!isRunning(status) && { end: lastUpdatedDateTime * 1000 }),
    ...(failureReason !== undefined && { failureReason }),
    ...(ingestionMode !== undefined && { ingestionMode }),
  };
}

/** An export job with its files, its first rows and its manifest.
 * @throws AwsError when there is no such job */
export async function exportDetail(
  arn: string,
  sources: Sources,
  knowledge: ConsoleKnowledge,
  messages: readonly Message[],
): Promise<ExportDetail> {
  const summary = summaryOf(sources.personalize, arn);
  const { bucket, prefix } = locationOf(summary.path);
  const files = sources.objects(bucket, prefix);
  const first = files.find(({ bytes }) => bytes > 0);
  const head = first && (await sources.headOfObject(bucket, first.key, FIRST_BYTES));
  const manifest = await manifestOf(summary, sources, knowledge);
  const message = messages.find(({ explanation }) => explanation?.exportJobArn === arn);
  return {
    ...{ ...summary, bucket, files, rows: head ? rowsOf(head) : [] },
    ...(manifest && { manifest }),
    ...(message?.explanation && { explanation: { ...message.explanation, messageId: message.id } }),
  };
}

function locationOf(path: string): { bucket: string; prefix: string } {
  const [bucket = '', ...key] = path.replace('s3://', '').split('/');
  return { bucket, prefix: key.join('/') };
}

/** The first rows of a CSV file, of which the end may be missing. */
function rowsOf(head: Buffer): string[][] {
  const options = { relax_column_count: true, relax_quotes: true, to: FIRST_ROWS + 1, bom: true };
  const whole = known(() => parse(head, options));
  // The last line may be cut in the middle of a quoted field.
  return whole ?? known(() => parse(head.subarray(0, head.lastIndexOf('\n') + 1), options)) ?? [];
}

/** The columns that a CSV file begins with. @throws AwsError for a file that begins otherwise */
export function headerOf(head: Buffer): string[] {
  const [header] = rowsOf(head);
  if (header && header.length > 0) return header;
  throw invalid('The file does not begin with a line of column names. Give a CSV file with a header.');
}

async function manifestOf(
  { name: jobName, path }: ExportSummary,
  { objects, headOfObject }: Sources,
  knowledge: ConsoleKnowledge,
): Promise<ExportDetail['manifest']> {
  const { bucket } = locationOf(path);
  if (!knowledge.isManifest) return undefined;
  const found = objects(bucket, '').find(({ key }) => known(() => knowledge.isManifest?.(key, { jobName, path })));
  const text = found && (await headOfObject(bucket, found.key, MANIFEST_BYTES));
  const figures = text && known(() => knowledge.manifest?.(parsed(text.toString('utf8'))));
  return found && figures && { key: found.key, figures };
}
