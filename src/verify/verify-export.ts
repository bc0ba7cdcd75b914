import { isDeepStrictEqual } from 'node:util';
import type { PersonalizeClient } from '@aws-sdk/client-personalize';
import type { S3Client } from '@aws-sdk/client-s3';
import { exportJobArn } from '../job/export-job-arn.ts';
import { personalize } from '../lambda/clients.ts';
import { MAX_VERIFICATION_CALLS, MAX_VERIFICATION_MINUTES } from '../lambda/limits.ts';
import { logger } from '../lambda/logger.ts';
import type { Verification, VerifyExportEvent } from '../state.ts';
import { folderOf, listDataFiles } from './data-objects.ts';
import { exportFacts } from './export-facts.ts';
import { EXPECTED } from './finding-texts.ts';
import { addFinding, addWarning } from './findings.ts';
import { type Manifest, manifestKeys, manifestOf, urlOfManifest } from './manifest.ts';
import { deleteProgress, firstProgress, type Progress, progressKey, readProgress, writeProgress } from './progress.ts';
import { moveLatest, olderLatest, writeOnce } from './publish-manifest.ts';
import { checkUnchanged, readFiles } from './read-files.ts';
import { s3 } from './s3-client.ts';

/** Reading stops when this much of a call's time is left: enough for a piece that is late, and for storing the progress. */
const RESERVED_MILLISECONDS = 60_000;

interface Settings {
  glueDatabase?: string | undefined;
}

interface Clients {
  personalize: PersonalizeClient;
  s3: S3Client;
}

/** Reads an export for as long as this call may take. Once everything is read, writes its manifest.
 * @param remainingMilliseconds how long this call may still take
 * @param settings `glueDatabase`: the Glue database in which the dataset has a table; none without it
 * @returns the next value of `$.verification` */
export async function verifyExport(
  event: VerifyExportEvent,
  remainingMilliseconds: () => number,
  settings: Settings = {},
  clients: Clients = { personalize, s3 },
): Promise<Verification> {
  const { bucket } = folderOf(event.export.jobOutput.s3DataDestination.path);
  const { calls = 0, startedAt = new Date().toISOString(), progress: key } = event.verification ?? {};
  const progress = key === undefined ? await begin(event, clients) : await readProgress(bucket, key, clients.s3);
  const isOver = () => Date.now() >= Date.parse(startedAt) + MAX_VERIFICATION_MINUTES * 60_000;
  const mayContinue = () => remainingMilliseconds() > RESERVED_MILLISECONDS && !isOver();
  const isRead = await readFiles(progress, mayContinue, clients.s3);
  const keyOf = (call: number) => progressKey(progress.facts, event.executionName, call);
  const soFar = { calls: calls + 1, startedAt, ...amountRead(progress) };
  if (!isRead && !isOver() && soFar.calls < MAX_VERIFICATION_CALLS) {
    await writeProgress(bucket, keyOf(soFar.calls), progress, clients.s3);
    logger.info('verification continues with another call', soFar);
    return { ...soFar, phase: 'pending', progress: keyOf(soFar.calls) };
  }
  const ending = isRead
    ? await conclude(progress, bucket, settings, clients.s3)
    : { result: 'NOT VERIFIED' as const, reason: stoppedAfter(soFar) };
  await deleteProgress(
    bucket,
    Array.from({ length: calls }, (_, call) => keyOf(call + 1)),
    clients.s3,
  );
  const { findings, warnings, ...facts } = ending;
  logger.info('verification ended', { ...soFar, ...facts, datasetExportJobArn: progress.facts.datasetExportJobArn });
  return { ...soFar, phase: 'done', ...ending };
}

async function begin({ export: planned, job }: VerifyExportEvent, clients: Clients): Promise<Progress> {
  const facts = await exportFacts(planned, job.datasetExportJobArn ?? exportJobArn(planned), clients.personalize);
  return firstProgress(facts, await listDataFiles(folderOf(facts.path), clients.s3));
}

function amountRead({ measures, file, offset }: Progress): { rows: number; bytesRead: number; bytes: number } {
  const bytesRead = measures.files.slice(0, file).reduce((sum, { bytes }) => sum + bytes, offset);
  return { rows: measures.rows, bytesRead, bytes: measures.bytes };
}

function stoppedAfter({ calls, bytesRead, bytes, rows }: Omit<Verification, 'phase'>): string {
  const [read, all, count] = [bytesRead, bytes, rows].map((one = 0) => one.toLocaleString('en'));
  return `Verification takes at most ${MAX_VERIFICATION_MINUTES} minutes or ${MAX_VERIFICATION_CALLS} calls. After ${calls} calls it had read ${read} of ${all} bytes, with ${count} rows.`;
}

type Ending = Pick<
  Verification,
  'result' | 'manifest' | 'findings' | 'findingsCount' | 'warnings' | 'unchanged' | 'reason' | 'table' | 'tableReason'
>;

/** Everything was read: completes the findings, writes the manifest, and moves latest.json and the table if the export passed. */
async function conclude(
  progress: Progress,
  bucket: string,
  { glueDatabase }: Settings,
  client: S3Client,
): Promise<Ending> {
  const { facts, measures } = progress;
  await checkUnchanged(progress, client);
  if (measures.files.length === 0) addFinding(measures, { expected: EXPECTED.dataObject });
  else if (measures.rows === 0) addWarning(measures, { expected: 'at least one row' });
  if (glueDatabase && measures.hasBackslashes) {
    addWarning(measures, { expected: 'values without a backslash, which Athena leaves out' });
  }
  const keys = manifestKeys(facts);
  const previous = measures.findingsCount === 0 ? await olderLatest(bucket, keys.latest, facts, client) : undefined;
  const made = manifestOf(facts, measures, previous);
  const manifest = await writeOnce(bucket, keys.manifest, made, client);
  const isOfThisData = isDeepStrictEqual(dataOf(manifest), dataOf(made));
  if (!isOfThisData) {
    addFinding(measures, { expected: EXPECTED.sameData(manifest.export.verifiedAt) });
  }
  const result = measures.findingsCount === 0 ? 'PASSED' : 'FAILED';
  if (result === 'PASSED') await moveLatest(bucket, keys.latest, manifest, client);
  const table = result === 'PASSED' && glueDatabase ? await tableOf(manifest, glueDatabase) : {};
  const { findings, findingsCount, warnings } = measures;
  return {
    result,
    manifest: urlOfManifest(facts),
    ...(findingsCount > 0 && { findings, findingsCount }),
    ...(warnings.length > 0 && { warnings }),
    ...(result === 'PASSED' && manifest.export.unchanged && { unchanged: true }),
    ...table,
  };
}

/** Loads the client of Glue only where a deployment has tables. */
async function tableOf(manifest: Manifest, glueDatabase: string) {
  const { moveTable } = await import('./move-table.ts');
  return await moveTable(manifest, glueDatabase);
}

/** The part of a manifest that is the same each time the same data is verified. */
function dataOf({ entries, export: { verification, contentHash, files } }: Manifest) {
  return { entries, verification, contentHash, etags: files.map(({ etag }) => etag) };
}
