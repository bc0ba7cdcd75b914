import { setTimeout as sleep } from 'node:timers/promises';
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { TransientError } from '../lambda/errors.ts';
import { logger } from '../lambda/logger.ts';
import { encryptionLike } from './export-facts.ts';
import type { Manifest } from './manifest.ts';

/** How often latest.json is written again because another execution wrote it in between. */
const MAX_ATTEMPTS = 40;
const LONGEST_PAUSE_MILLISECONDS = 250;

interface Stored {
  manifest: Manifest | undefined;
  etag: string;
}

/** Waits before another attempt. */
type Pause = () => Promise<unknown>;

/** Writes a manifest unless there is one under its key.
 * @returns the manifest that is there now */
export async function writeOnce(
  bucket: string,
  key: string,
  manifest: Manifest,
  client: S3Client,
  pause: Pause = randomPause,
): Promise<Manifest> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    if (await put(bucket, key, manifest, { IfNoneMatch: '*' }, client)) return manifest;
    const stored = await read(bucket, key, client);
    if (stored?.manifest) return stored.manifest;
    await pause();
  }
  throw new TransientError(`s3://${bucket}/${key} could not be written.`);
}

/** What latest.json holds, if it is of an older export than `than`. */
export async function olderLatest(
  bucket: string,
  key: string,
  than: Pick<Manifest['export'], 'createdAt' | 'datasetExportJobArn'>,
  client: S3Client,
): Promise<Manifest | undefined> {
  const { manifest } = (await read(bucket, key, client)) ?? {};
  return manifest && isOlder(manifest.export, than) ? manifest : undefined;
}

/** Makes `manifest` the content of latest.json, unless that holds a newer export or this one. If several executions do this
 * at the same time, the newest export stays.
 * @returns whether latest.json was written */
export async function moveLatest(
  bucket: string,
  key: string,
  manifest: Manifest,
  client: S3Client,
  pause: Pause = randomPause,
): Promise<boolean> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const stored = await read(bucket, key, client);
    if (stored?.manifest && !isOlder(stored.manifest.export, manifest.export)) return false;
    const condition = stored ? { IfMatch: stored.etag } : { IfNoneMatch: '*' };
    if (await put(bucket, key, manifest, condition, client)) return true;
    await pause();
  }
  throw new TransientError(`s3://${bucket}/${key} was written by others ${MAX_ATTEMPTS} times in between.`);
}

type Age = Pick<Manifest['export'], 'createdAt' | 'datasetExportJobArn'>;

/** Orders exports by the creation of their jobs. Jobs of the same moment are ordered by their ARNs. */
export function isOlder(one: Age, other: Age): boolean {
  if (one.createdAt !== other.createdAt) return one.createdAt < other.createdAt;
  return one.datasetExportJobArn < other.datasetExportJobArn;
}

/** @returns undefined if the object does not exist; no `manifest` if the object is not a manifest, so it may be replaced */
async function read(bucket: string, key: string, client: S3Client): Promise<Stored | undefined> {
  try {
    const { Body, ETag = '' } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return { manifest: manifestIn((await Body?.transformToString()) ?? '', key), etag: ETag };
  } catch (error) {
    if (statusOf(error as Error) === 404) return undefined;
    throw error;
  }
}

function manifestIn(text: string, key: string): Manifest | undefined {
  try {
    const manifest = JSON.parse(text) as Partial<Manifest>;
    if (typeof manifest.export?.createdAt === 'string') return manifest as Manifest;
  } catch {
    // Reported below.
  }
  logger.warn('not a manifest', { key });
  return undefined;
}

/** @returns false if the condition does not hold, or not any more */
async function put(
  Bucket: string,
  Key: string,
  manifest: Manifest,
  condition: { IfMatch: string } | { IfNoneMatch: string },
  client: S3Client,
): Promise<boolean> {
  const object = { Bucket, Key, Body: JSON.stringify(manifest, null, 2), ContentType: 'application/json' };
  try {
    await client.send(new PutObjectCommand({ ...object, ...encryptionLike(manifest.export), ...condition }));
    return true;
  } catch (error) {
    // 412: the condition does not hold. 409: another conditional write is under way. 404: the object of If-Match is gone.
    if ([404, 409, 412].includes(statusOf(error as Error))) return false;
    throw error;
  }
}

function statusOf(error: Error & { $metadata?: { httpStatusCode?: number } }): number {
  return error.$metadata?.httpStatusCode ?? 0;
}

async function randomPause(): Promise<void> {
  await sleep(Math.random() * LONGEST_PAUSE_MILLISECONDS);
}
