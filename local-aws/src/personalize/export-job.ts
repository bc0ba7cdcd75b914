import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type { DatasetRows, IngestionMode } from './dataset-rows.ts';
import { type OutputFault, outputForm, outputLines } from './export-output.ts';
import { explainS3Errors, parseS3Location, type S3Location } from './s3-location.ts';

export interface ExportOutput {
  jobName: string;
  path: string;
  kmsKeyArn?: string | undefined;
  fault?: OutputFault | undefined;
  /** Called with an object that the fault lets change while it is read. */
  onChangingObject?: ((object: S3Location) => void) | undefined;
}

const UPLOAD_PART_BYTES = 5 * 1024 * 1024;
const CHUNK_CHARACTERS = 64 * 1024;

/**
 * Writes the rows of a dataset as CSV files below `path`, a folder with or without a trailing `/`. The header has the fields of the
 * schema. AWS documents neither the layout and the names of the files nor the export of an empty dataset. The names here are
 * `<jobName>-part-00000.csv` and so on, and an empty dataset gives a file with only the header.
 * @throws JobFailedError
 */
export async function exportCsv(
  s3: S3Client,
  { jobName, path, kmsKeyArn, fault, onChangingObject }: ExportOutput,
  fieldNames: string[],
  rows: DatasetRows,
  ingestionMode: IngestionMode,
  signal: AbortSignal,
): Promise<void> {
  const { bucket, key } = parseS3Location(path);
  const folder = key === '' || key.endsWith('/') ? key : `${key}/`;
  if (fault === 'check-object') await upload(s3, { bucket, key: `${folder}_CHECK` }, kmsKeyArn, checkObject(), signal);
  if (fault === 'no-file') return;
  const { header, row, rowsPerFile } = outputForm(fieldNames, fault);
  const lines = outputLines(rows, ingestionMode, fault);
  try {
    let next = lines.next();
    let part = 0;
    let isFirst = true;
    do {
      const file = { bucket, key: `${folder}${jobName}-part-${String(part).padStart(5, '0')}.csv` };
      await upload(s3, file, kmsKeyArn, csvFile(), signal);
      if (fault === 'changed-object') onChangingObject?.(file);
      part += 1;
    } while (next.done !== true);

    async function* csvFile(): AsyncGenerator<Buffer> {
      let chunk = header === undefined ? '' : `${header}\n`;
      for (let count = 0; next.done !== true && count < rowsPerFile; count += 1) {
        const line = next.value;
        next = lines.next();
        const written = row(line, { isFirst, isLast: next.done === true });
        isFirst = false;
        if (typeof written === 'string') chunk += `${written}\n`;
        else {
          yield Buffer.concat([Buffer.from(chunk), written]);
          chunk = '\n';
        }
        if (chunk.length > CHUNK_CHARACTERS) {
          yield Buffer.from(chunk);
          chunk = '';
          await nextTurn();
        }
      }
      if (chunk !== '') yield Buffer.from(chunk);
    }
  } finally {
    lines.return(undefined);
  }
}

/** Services leave such markers beside their output. */
async function* checkObject(): AsyncGenerator<Buffer> {
  yield Buffer.from('checked\n');
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
    partSize: UPLOAD_PART_BYTES,
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
