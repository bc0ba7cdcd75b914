import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { csvLine } from './csv-line.ts';
import type { DatasetRows, IngestionMode } from './dataset-rows.ts';
import { explainS3Errors, parseS3Location, type S3Location } from './s3-location.ts';

export interface ExportOutput {
  jobName: string;
  path: string;
  kmsKeyArn?: string | undefined;
}

/** "One or more CSV files" is all that is documented: a bound that makes a big dataset give several. */
const rowsPerFile = 500_000;
const uploadPartBytes = 5 * 1024 * 1024;
const chunkCharacters = 64 * 1024;

/**
 * Writes a dataset's rows as CSV files with the schema's fields as header below `path`, a folder with or without its
 * trailing `/`. The real layout and file names are not documented, nor is what an empty dataset gives: here
 * `<jobName>-part-00000.csv` and on, and a file with the header alone.
 * @throws JobFailedError
 */
export async function exportCsv(
  s3: S3Client,
  { jobName, path, kmsKeyArn }: ExportOutput,
  fieldNames: string[],
  rows: DatasetRows,
  ingestionMode: IngestionMode,
  signal: AbortSignal,
): Promise<void> {
  const { bucket, key } = parseS3Location(path);
  const folder = key === '' || key.endsWith('/') ? key : `${key}/`;
  const lines = rows.lines(ingestionMode)[Symbol.iterator]();
  try {
    let next = lines.next();
    let part = 0;
    do {
      const file = { bucket, key: `${folder}${jobName}-part-${String(part).padStart(5, '0')}.csv` };
      await upload(s3, file, kmsKeyArn, csvFile(), signal);
      part += 1;
    } while (next.done !== true);

    async function* csvFile(): AsyncGenerator<Buffer> {
      let chunk = `${csvLine(fieldNames)}\n`;
      for (let count = 0; next.done !== true && count < rowsPerFile; count += 1) {
        chunk += `${next.value}\n`;
        if (chunk.length > chunkCharacters) {
          yield Buffer.from(chunk);
          chunk = '';
          await nextTurn();
        }
        next = lines.next();
      }
      if (chunk !== '') yield Buffer.from(chunk);
    }
  } finally {
    lines.return?.();
  }
}

async function upload(
  s3: S3Client,
  location: S3Location,
  kmsKeyArn: string | undefined,
  content: AsyncIterable<Buffer>,
  signal: AbortSignal,
): Promise<void> {
  const encryption = kmsKeyArn && { ServerSideEncryption: 'aws:kms' as const, SSEKMSKeyId: kmsKeyArn };
  const file = new Upload({
    client: s3,
    params: {
      Bucket: location.bucket,
      Key: location.key,
      Body: Readable.from(content, { objectMode: false }),
      ContentType: 'text/csv',
      ...encryption,
    },
    partSize: uploadPartBytes,
    queueSize: 2,
  });
  const abort = () => void file.abort();
  signal.addEventListener('abort', abort, { once: true });
  try {
    await explainS3Errors(location, () => file.done());
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
