import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GetObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { CsvError, parse } from 'csv-parse';
import { type Field, misfit } from './avro-schema.ts';
import { csvLine } from './csv-line.ts';
import type { DatasetRows, Row } from './dataset-rows.ts';
import { JobFailedError } from './jobs.ts';
import { explainS3Errors, parseS3Location, type S3Location } from './s3-location.ts';

export interface ImportTarget {
  fields: Field[];
  idField: string | undefined;
  rows: DatasetRows;
}

const insertBatch = 5000;
/** A quote that is never closed would otherwise make the rest of the file one record. */
const maxRecordCharacters = 1024 * 1024;

/**
 * Imports the CSV object, or all that lie directly in the folder, at `dataLocation`. All or nothing: a file that does
 * not fit leaves the dataset as it was.
 * @throws JobFailedError naming the file, row and column
 */
export async function importCsv(
  s3: S3Client,
  dataLocation: string,
  { fields, idField, rows }: ImportTarget,
  importMode: 'FULL' | 'INCREMENTAL',
  signal: AbortSignal,
): Promise<void> {
  const objects = await csvObjects(s3, parseS3Location(dataLocation), signal);
  const source = rows.begin();
  try {
    let count = 0;
    for (const object of objects) {
      const body = await openObject(s3, object, signal);
      count += await importFile(body, object.key, { fields, idField, rows }, source, signal);
    }
    if (count === 0) throw new JobFailedError(`Input CSV at ${dataLocation} has no rows.`);
    await rows.complete(source, importMode);
  } catch (error) {
    if (!signal.aborted) await rows.discard(source);
    throw error;
  }
}

/** A location ending in `/` is a folder, of which the first level alone is read ("Importing bulk data", the guide). */
async function csvObjects(s3: S3Client, location: S3Location, signal: AbortSignal): Promise<S3Location[]> {
  if (location.key !== '' && !location.key.endsWith('/')) return [location];
  const objects: S3Location[] = [];
  let ContinuationToken: string | undefined;
  do {
    const request = { Bucket: location.bucket, Prefix: location.key, Delimiter: '/', ContinuationToken };
    const page = await explainS3Errors(location, () =>
      s3.send(new ListObjectsV2Command(request), { abortSignal: signal }),
    );
    for (const { Key = '' } of page.Contents ?? []) {
      if (/\.csv$/i.test(Key)) objects.push({ bucket: location.bucket, key: Key });
    }
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
  if (objects.length === 0) {
    throw new JobFailedError(`s3://${location.bucket}/${location.key} holds no CSV file.`);
  }
  return objects;
}

async function openObject(s3: S3Client, location: S3Location, signal: AbortSignal): Promise<Readable> {
  const request = new GetObjectCommand({ Bucket: location.bucket, Key: location.key });
  const { Body } = await explainS3Errors(location, () => s3.send(request, { abortSignal: signal }));
  return Body as Readable;
}

/** Streams one file into the dataset; returns how many rows it has. */
async function importFile(
  body: Readable,
  file: string,
  { fields, idField, rows }: ImportTarget,
  source: number,
  signal: AbortSignal,
): Promise<number> {
  let toRow: ReturnType<typeof rowReader> | undefined;
  let batch: Row[] = [];
  let count = 0;
  const parser = csvParser((record, line) => {
    if (toRow === undefined) {
      toRow = rowReader(record, fields, idField, file);
      return;
    }
    batch.push(toRow(record, line));
    count += 1;
    if (batch.length < insertBatch) return;
    rows.insert(source, batch);
    batch = [];
  });
  try {
    await pipeline(body, parser, { signal });
  } catch (error) {
    if (error instanceof CsvError) throw new JobFailedError(`Input CSV ${file} is malformed: ${error.message}`);
    throw error;
  }
  if (toRow === undefined) throw new JobFailedError(`Input CSV ${file} is empty.`);
  rows.insert(source, batch);
  return count;
}

/** Records are dealt with as they are parsed, none is put out: passing a million through a stream costs seconds. */
function csvParser(take: (record: string[], line: number) => void) {
  return parse({
    bom: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: maxRecordCharacters,
    on_record(record: string[], { lines }) {
      take(record, lines);
      return null;
    },
  });
}

/**
 * How a record becomes a row, from the header. Columns may come in any order, which the guide asks for but the service
 * is not known to insist on.
 */
function rowReader(header: string[], fields: Field[], idField: string | undefined, file: string) {
  assertHeader(header, fields, file);
  const columns = fields.map((field) => ({ field, index: header.indexOf(field.name) }));
  const idIndex = idField === undefined ? -1 : header.indexOf(idField);
  return (record: string[], line: number): Row => {
    const at = `${file}, line ${line}`;
    if (record.length !== header.length) {
      throw nonconforming(`${at}: ${record.length} values, but the header has ${header.length} columns`);
    }
    const values: string[] = [];
    for (const { field, index } of columns) {
      const value = index < 0 ? '' : (record[index] ?? '');
      const problem = misfit(field, value);
      if (problem !== undefined) throw nonconforming(`${at}, column ${field.name}: ${problem}`);
      values.push(value);
    }
    return { line: csvLine(values), id: idIndex < 0 ? null : (record[idIndex] ?? null) };
  };
}

function assertHeader(header: string[], fields: Field[], file: string): void {
  const missing = fields.filter(({ name, nullable }) => !nullable && !header.includes(name)).map(({ name }) => name);
  const unknown = header.filter((column) => !fields.some(({ name }) => name === column));
  const repeated = header.filter((column, index) => header.indexOf(column) !== index);
  const problems = Object.entries({
    'is missing the following columns': missing,
    "has columns that are not in the dataset's schema": unknown,
    'has the same column more than once': repeated,
  }).filter(([, columns]) => columns.length > 0);
  if (problems.length === 0) return;
  const text = problems.map(([problem, columns]) => `${problem}: [${columns.join(', ')}]`).join('; it ');
  throw new JobFailedError(`Input CSV ${file} ${text}.`);
}

/** The first sentence is in the service's manner; where it gives no place, this one does. */
function nonconforming(detail: string): JobFailedError {
  return new JobFailedError(`Input CSV has rows that do not conform to the dataset schema: ${detail}.`);
}
