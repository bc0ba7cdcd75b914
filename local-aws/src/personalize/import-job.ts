import type { Readable } from 'node:stream';
import { GetObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import type { Field } from './avro-schema.ts';
import { assertHeader } from './csv-header.ts';
import { csvLine } from './csv-line.ts';
import { readCsv } from './csv-records.ts';
import type { DatasetRows, Row } from './dataset-rows.ts';
import { misfitOf } from './field-values.ts';
import { JobFailedError } from './jobs.ts';
import { explainS3Errors, parseS3Location, type S3Location } from './s3-location.ts';

export interface ImportTarget {
  fields: Field[];
  idField: string | undefined;
  rows: DatasetRows;
}

const INSERT_BATCH = 5000;

/**
 * Imports the CSV object at `dataLocation`, or all CSV objects directly in that folder. If one of them does not fit, the
 * dataset stays as it was.
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

/** A location that ends in `/` is a folder, of which only the first level is read.
 * Source: developer guide, "Importing bulk data". */
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
    throw new JobFailedError(`s3://${location.bucket}/${location.key} has no CSV file.`);
  }
  return objects;
}

async function openObject(s3: S3Client, location: S3Location, signal: AbortSignal): Promise<Readable> {
  const request = new GetObjectCommand({ Bucket: location.bucket, Key: location.key });
  const { Body } = await explainS3Errors(location, () => s3.send(request, { abortSignal: signal }));
  return Body as Readable;
}

/** Streams one file into the dataset; returns the number of its rows. */
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
  const take = (record: string[], line: number) => {
    if (toRow === undefined) {
      toRow = rowReader(record, fields, idField, file);
      return;
    }
    batch.push(toRow(record, line));
    count += 1;
    if (batch.length < INSERT_BATCH) return;
    rows.insert(source, batch);
    batch = [];
  };
  await readCsv(body, file, take, signal);
  if (toRow === undefined) throw new JobFailedError(`Input CSV ${file} is empty.`);
  rows.insert(source, batch);
  return count;
}

/** Makes the function that turns a record into a row, from the header. The guide requires the columns in the schema's order;
 * whether the service insists on it is not known, so any order is accepted here. */
function rowReader(header: string[], fields: Field[], idField: string | undefined, file: string) {
  assertHeader(header, fields, file);
  const columns = fields.map((field) => ({ field, index: header.indexOf(field.name), misfit: misfitOf(field) }));
  const idIndex = idField === undefined ? -1 : header.indexOf(idField);
  return (record: string[], line: number): Row => {
    const at = `${file}, line ${line}`;
    if (record.length !== header.length) {
      throw nonconforming(`${at}: ${record.length} values, but the header has ${header.length} columns`);
    }
    const values: string[] = [];
    for (const { field, index, misfit } of columns) {
      const value = index < 0 ? '' : (record[index] ?? '');
      const problem = misfit(value);
      if (problem !== undefined) throw nonconforming(`${at}, column ${field.name}: ${problem}`);
      values.push(value);
    }
    return { line: csvLine(values), id: idIndex < 0 ? null : (record[idIndex] ?? null) };
  };
}

/** The first sentence is worded like the service's, which names no place. */
function nonconforming(detail: string): JobFailedError {
  return new JobFailedError(`Input CSV has rows that do not conform to the dataset schema: ${detail}.`);
}
