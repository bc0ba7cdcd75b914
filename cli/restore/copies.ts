import { Readable } from 'node:stream';
import { DeleteObjectsCommand, ListObjectVersionsCommand, type S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { UsageError } from '../usage-error.ts';
import { type KeptRows, keptRows } from './kept-rows.ts';
import { s3Place } from './s3-url.ts';

const MEBIBYTE = 1024 ** 2;
/** An upload has at most 10,000 parts. */
const MOST_PARTS = 9_000;

type Source = Parameters<typeof keptRows>;

/** Writes the rows without excluded users to `location`. Holds a few parts of the upload in memory.
 * @param expectedHash the content hash of all rows
 * @throws UsageError if the files have other content; what the SDK throws */
export async function writeCopies(
  location: string,
  source: Source,
  expectedHash: string,
  signal: AbortSignal,
): Promise<KeptRows> {
  const [files, , s3] = source;
  const { bucket, key } = s3Place(location);
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  let kept: KeptRows | undefined;
  async function* lines() {
    kept = yield* keptRows(...source);
  }
  const upload = new Upload({
    client: s3,
    params: { Bucket: bucket, Key: key, Body: Readable.from(lines(), { objectMode: false }), ContentType: 'text/csv' },
    queueSize: 2,
    partSize: Math.max(8 * MEBIBYTE, Math.ceil(bytes / MOST_PARTS)),
  });
  const abort = () => void upload.abort();
  signal.addEventListener('abort', abort);
  try {
    signal.throwIfAborted();
    await upload.done();
  } finally {
    signal.removeEventListener('abort', abort);
  }
  return checked(kept, expectedHash);
}

/** Counts and hashes the rows that `writeCopies` writes, without writing them. */
export async function measureCopies(source: Source, expectedHash: string, signal: AbortSignal): Promise<KeptRows> {
  const rows = keptRows(...source);
  for (;;) {
    signal.throwIfAborted();
    const next = await rows.next();
    if (next.done) return checked(next.value, expectedHash);
  }
}

function checked(kept: KeptRows | undefined, expectedHash: string): KeptRows {
  if (kept?.sourceHash === expectedHash) return kept;
  throw new UsageError(
    `The files have the content hash ${kept?.sourceHash}, and the manifest says ${expectedHash}. They are not what was exported.`,
  );
}

/** Deletes everything below the folder, old versions too. */
export async function deleteCopies(folder: string, s3: S3Client): Promise<void> {
  const { bucket: Bucket, key: Prefix } = s3Place(folder);
  for (;;) {
    const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket, Prefix }));
    const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
    if (Objects.length === 0) return;
    const { Errors = [] } = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
    const [first] = Errors;
    if (first) throw new UsageError(`${first.Key} could not be deleted: ${first.Code}: ${first.Message}`);
  }
}
