import { InvalidRequestError } from '../lambda/errors.ts';
import { MAX_PATH_CHARACTERS } from '../lambda/limits.ts';

/** Where no export may write in the deployment's bucket, and why. */
const RESERVED_PREFIXES = [
  ['requests/', 'where new files start exports'],
  ['manifests/', 'where exports are described'],
] as const;

interface OutputFolder {
  bucket: string;
  keyPrefix: string;
}

interface NewExport {
  datasetGroup: string;
  datasetType: string;
  jobName: string;
  /** When the execution started, ISO 8601. */
  startedAt: string;
}

/** The default folder of one export in the deployment's bucket: `<prefix>/<group>/<type>/dt=<date>/<jobName>/`.
 * @throws InvalidRequestError when it is longer than the API allows. */
export function defaultOutputPath({ bucket, keyPrefix }: OutputFolder, planned: NewExport): string {
  const { datasetGroup, datasetType, jobName, startedAt } = planned;
  const folders = [keyPrefix, datasetGroup, datasetType, `dt=${startedAt.slice(0, 10)}`, jobName];
  const path = `s3://${bucket}/${folders.filter(Boolean).join('/')}/`;
  if (path.length > MAX_PATH_CHARACTERS) {
    throw invalidPath(
      `the default path ${tooLong(path)} Give a shorter path in the request, or shorten the deployment's setting exportKeyPrefix.`,
    );
  }
  return path;
}

/** Whether a path is below the prefix for exports in the deployment's bucket, where verify-export may read. */
export function isBelowPrefix(path: string, { bucket, keyPrefix }: OutputFolder): boolean {
  return path.startsWith(`s3://${bucket}/${keyPrefix}/`);
}

/** The path that a request gives, as a folder: it ends in `/`. With `datasetType`, the folder of that dataset below it.
 * @throws InvalidRequestError when it names no bucket, is under a reserved prefix of the deployment's bucket, or is too
 * long. */
export function requestedOutputPath(path: string, bucket: string, datasetType?: string): string {
  if (/^s3:\/+$/.test(path)) throw invalidPath(`${path} names no bucket. Give s3://<bucket>/<folder>/.`);
  const folder = `${path.replace(/\/*$/, '')}/${datasetType === undefined ? '' : `${datasetType}/`}`;
  const key = keyIn(bucket, folder);
  const [reserved, use] = RESERVED_PREFIXES.find(([prefix]) => key?.startsWith(prefix)) ?? [];
  if (reserved) throw invalidPath(`${path} is under ${reserved}, ${use}. Choose another folder.`);
  if (folder.length > MAX_PATH_CHARACTERS) throw invalidPath(`${tooLong(folder)} Give a shorter path.`);
  return folder;
}

function invalidPath(fault: string): InvalidRequestError {
  return new InvalidRequestError(`jobOutput.s3DataDestination.path: ${fault}`);
}

function tooLong(path: string): string {
  return `${path} has ${path.length} characters; at most ${MAX_PATH_CHARACTERS} are allowed.`;
}

/** The key of a path in the bucket, in each form of path that the API accepts; undefined for another bucket. */
function keyIn(bucket: string, path: string): string | undefined {
  const name = bucket.replaceAll('.', '\\.');
  return new RegExp(`^(?:s3://${name}|https?://${name}\\.s3[^/]*|https?://s3[^/]*/${name})/+(.*)$`).exec(path)?.[1];
}
