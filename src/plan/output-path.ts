import { InvalidRequestError } from '../lambda/errors.ts';
import { MAX_PATH_CHARACTERS } from '../lambda/limits.ts';
import { given } from '../lambda/validation-message.ts';

/** Where the deployment puts its exports. */
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

/** The path that a request gives, as a folder: it ends in `/`. Its placeholders are left as they are.
 * @param datasetType adds the folder of that dataset of a group */
export function requestedFolder(path: string, datasetType?: string): string {
  return `${path.replace(/\/*$/, '')}/${datasetType === undefined ? '' : `${datasetType}/`}`;
}

/** The folder that a request gives, with its placeholders `{date}`, `{time}` (in UTC) and `{jobName}` filled in.
 * @param folder what `requestedFolder` returns
 * @throws InvalidRequestError if it names no bucket, has another placeholder or is too long, or if it is in the deployment's
 * bucket but not below its prefix. */
export function requestedOutputPath(
  folder: string,
  deployment: OutputFolder,
  planned: Pick<NewExport, 'jobName' | 'startedAt'>,
): string {
  if (/^s3:\/+$/.test(folder)) throw invalidPath(`${folder} names no bucket. Give s3://<bucket>/<folder>/.`);
  const path = inDeployment(filled(folder, planned), deployment);
  if (path.length > MAX_PATH_CHARACTERS) throw invalidPath(`${tooLong(path)} Give a shorter path.`);
  return path;
}

/** The key of a folder in the deployment's bucket; undefined for another bucket. */
export function keyInBucket(path: string, bucket: string): string | undefined {
  const own = `s3://${bucket}/`;
  return path.startsWith(own) ? path.slice(own.length) : undefined;
}

export function invalidPath(fault: string): InvalidRequestError {
  return new InvalidRequestError(`jobOutput.s3DataDestination.path: ${fault}`);
}

function filled(folder: string, { jobName, startedAt }: Pick<NewExport, 'jobName' | 'startedAt'>): string {
  const [date = '', time = ''] = startedAt.split('T');
  const values: Record<string, string> = { date, time: time.slice(0, 8).replaceAll(':', '-'), jobName };
  return folder.replace(/\{([^{}]*)\}/g, (placeholder, name: string) => {
    if (Object.hasOwn(values, name)) return values[name] ?? '';
    throw invalidPath(`${given(placeholder)} is not a placeholder. Use {date}, {time} or {jobName}.`);
  });
}

/** A path in the deployment's bucket, in the form `s3://<bucket>/<key>`; another path as it is. */
function inDeployment(path: string, { bucket, keyPrefix }: OutputFolder): string {
  const key = keyOf(path, bucket);
  if (key === undefined) return path;
  const prefix = keyPrefix === '' ? '' : `${keyPrefix}/`;
  const isFolder = key
    .split('/')
    .slice(0, -1)
    .every((name) => !['', '.', '..'].includes(name));
  if (key.startsWith(prefix) && key.length > prefix.length && isFolder) return `s3://${bucket}/${key}`;
  throw invalidPath(
    `${given(path)} is not a folder below s3://${bucket}/${prefix}. In the bucket of this deployment, exports go below that folder.`,
  );
}

/** The key in the deployment's bucket, in each form of path that the API accepts; undefined for another bucket. */
function keyOf(path: string, bucket: string): string | undefined {
  if (path.startsWith('s3://')) return keyInBucket(path, bucket);
  if (!URL.canParse(path)) return undefined;
  const { hostname, pathname, search, hash } = new URL(path);
  const key = decoded(pathname.slice(1)) + search + hash;
  if (/^s3[.-]/.test(hostname)) return key.startsWith(`${bucket}/`) ? key.slice(bucket.length + 1) : undefined;
  return [`${bucket}.s3.`, `${bucket}.s3-`].some((host) => hostname.startsWith(host)) ? key : undefined;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function tooLong(path: string): string {
  return `${path} has ${path.length} characters; at most ${MAX_PATH_CHARACTERS} are allowed.`;
}
