import { InvalidRequestError } from '../lambda/errors.ts';
import { MAX_PATH_CHARACTERS } from '../lambda/limits.ts';

/** Where request files are dropped: output below it would start an export of its own. */
export const REQUESTS_PREFIX = 'requests/';

interface OutputFolder {
  bucket: string;
  keyPrefix: string;
}

interface Run {
  datasetGroup: string;
  datasetType: string;
  jobName: string;
  /** When the execution started, ISO 8601. */
  startedAt: string;
}

/** The folder of one run's own below the deployment's bucket: `<prefix>/<group>/<type>/dt=<date>/<jobName>/`.
 * @throws InvalidRequestError when it is longer than the API allows. */
export function defaultOutputPath({ bucket, keyPrefix }: OutputFolder, run: Run): string {
  const folders = [keyPrefix, run.datasetGroup, run.datasetType, `dt=${run.startedAt.slice(0, 10)}`, run.jobName];
  const path = `s3://${bucket}/${folders.filter(Boolean).join('/')}/`;
  if (path.length > MAX_PATH_CHARACTERS) {
    throw new InvalidRequestError(
      `jobOutput.s3DataDestination.path: the default path ${path} has ${path.length} characters, ${MAX_PATH_CHARACTERS} are allowed. Give a shorter path in the request, or shorten the setting exportKeyPrefix.`,
    );
  }
  return path;
}

/** A request's own path, made a folder: it ends in `/`; with `datasetType`, each dataset of a group has its own.
 * @throws InvalidRequestError when the path lies under the deployment's `requests/`. */
export function requestedOutputPath(path: string, bucket: string, datasetType?: string): string {
  if (/^s3:\/+$/.test(path)) {
    throw new InvalidRequestError(
      `jobOutput.s3DataDestination.path: ${path} names no bucket. Give s3://<bucket>/<folder>/.`,
    );
  }
  const folder = `${path.replace(/\/*$/, '')}/${datasetType === undefined ? '' : `${datasetType}/`}`;
  if (keyIn(bucket, folder)?.startsWith(REQUESTS_PREFIX)) {
    throw new InvalidRequestError(
      `jobOutput.s3DataDestination.path: ${path} lies under ${REQUESTS_PREFIX}, where a file starts an export. Choose another prefix.`,
    );
  }
  if (folder.length > MAX_PATH_CHARACTERS) {
    throw new InvalidRequestError(
      `jobOutput.s3DataDestination.path: ${folder} has ${folder.length} characters, ${MAX_PATH_CHARACTERS} are allowed.`,
    );
  }
  return folder;
}

/** The key below a bucket, in each form that the API takes a path in. */
function keyIn(bucket: string, path: string): string | undefined {
  const name = bucket.replaceAll('.', '\\.');
  return new RegExp(`^(?:s3://${name}|https?://${name}\\.s3[^/]*|https?://s3[^/]*/${name})/+(.*)$`).exec(path)?.[1];
}
