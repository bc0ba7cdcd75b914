import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { logger } from '../lambda/logger.ts';
import { type ExportFacts, encryptionLike } from './export-facts.ts';
import { manifestKeys } from './manifest.ts';
import { type DataFile, emptyMeasures, type Measures } from './measures.ts';

/** How far a verification has got. It is stored in S3 between two calls, because an execution's state could not hold it. */
export interface Progress {
  facts: ExportFacts;
  measures: Measures;
  /** The index of the file that is read next, and the byte at which its next row begins. */
  file: number;
  offset: number;
  /** The names of objects that changed while they were read. */
  changed: string[];
}

export function firstProgress(facts: ExportFacts, files: DataFile[]): Progress {
  return { facts, measures: emptyMeasures(facts.schema, files), file: 0, offset: 0, changed: [] };
}

/** Where the call number `call` of an execution stores its progress. Each call reads what the call before it wrote, and
 * writes an object of its own: a call that is repeated starts again from the same place, and counts nothing twice. */
export function progressKey(facts: ExportFacts, executionName: string, call: number): string {
  return `${manifestKeys(facts).prefix}.progress-${executionName}-${call}.json`;
}

export async function readProgress(bucket: string, key: string, client: S3Client): Promise<Progress> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return JSON.parse((await Body?.transformToString()) ?? '');
}

export async function writeProgress(bucket: string, key: string, progress: Progress, client: S3Client): Promise<void> {
  const object = { Bucket: bucket, Key: key, Body: JSON.stringify(progress), ContentType: 'application/json' };
  await client.send(new PutObjectCommand({ ...object, ...encryptionLike(progress.facts) }));
}

/** Deletes what the calls of an execution stored. Never fails: the bucket's lifecycle deletes what remains. */
export async function deleteProgress(bucket: string, keys: string[], client: S3Client): Promise<void> {
  for (const key of keys) {
    try {
      await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
    } catch (error) {
      logger.warn('progress not deleted', { key, errorName: (error as Error).name });
    }
  }
}
