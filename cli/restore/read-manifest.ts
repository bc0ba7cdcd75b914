import { readFile } from 'node:fs/promises';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import { describeFaults } from '../../src/lambda/validation-message.ts';
import type { Manifest } from '../../src/verify/manifest.ts';
import { manifestSchema } from '../../src/verify/manifest-schema.ts';
import { UsageError } from '../usage-error.ts';
import { s3Place } from './s3-url.ts';

let validator: ValidateFunction | undefined;

/** Reads a manifest and checks it against the published schema.
 * @param location `s3://bucket/key` or the path of a file
 * @throws UsageError that names each wrong field; what the SDK throws */
export async function readManifest(location: string, s3: S3Client): Promise<Manifest> {
  const text = location.startsWith('s3://') ? await textInS3(location, s3) : await textInFile(location);
  let manifest: unknown;
  try {
    manifest = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new UsageError(`${location} is not JSON: ${(error as Error).message}`);
  }
  assertManifest(manifest, location);
  return manifest;
}

function assertManifest(manifest: unknown, location: string): asserts manifest is Manifest {
  validator ??= formats.default(new Ajv({ allErrors: true, verbose: true, strict: false })).compile(manifestSchema);
  if (!validator(manifest)) {
    throw new UsageError(`${location} is not a manifest of an export:\n${describeFaults(validator.errors ?? [])}`);
  }
  const { entries, export: described } = manifest as unknown as Manifest;
  const isSame = (entry: Manifest['entries'][number] | undefined, index: number) =>
    entry?.meta.content_length === described.files[index]?.bytes &&
    entry?.meta.record_count === described.files[index]?.rows;
  if (entries.length === described.files.length && entries.every(isSame)) return;
  throw new UsageError(
    `${location}: entries and export.files do not describe the same files. Take the manifest as it was written.`,
  );
}

async function textInFile(path: string): Promise<string> {
  return await readFile(path, 'utf8').catch((error: Error) => {
    throw new UsageError(`The manifest can't be read: ${error.message}`);
  });
}

async function textInS3(location: string, s3: S3Client): Promise<string> {
  const { bucket, key } = s3Place(location);
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return (await Body?.transformToString()) ?? '';
  } catch (error) {
    if (!['NoSuchKey', 'NoSuchBucket'].includes((error as Error).name)) throw error;
    throw new UsageError(`There is no manifest at ${location}.`);
  }
}
