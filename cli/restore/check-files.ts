import {
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { Manifest } from '../../src/verify/manifest.ts';
import type { DataFile } from '../../src/verify/measures.ts';
import { isTransient } from '../explain.ts';
import { count } from './import-rules.ts';
import { folderOf, isReadByFolder, s3Place } from './s3-url.ts';

type ManifestFile = Manifest['export']['files'][number];

/** The files as they are in S3 now. */
export interface CheckedFiles {
  /** What differs from the manifest: a sentence each. */
  faults: string[];
  /** The folder has objects besides the manifest's files, or none that an import could read together. */
  strangers: string[];
  /** The files with their current ETags, so that they can be read unchanged. `name` is the whole key. */
  files: (DataFile & { bucket: string })[];
}

const AT_ONCE = 20;

/** Compares each file of a manifest with its object: size, and ETag or checksum. Reads no data.
 * @throws what the SDK throws */
export async function checkFiles({ entries, export: data }: Manifest, s3: S3Client): Promise<CheckedFiles> {
  const result: CheckedFiles = { faults: [], strangers: [], files: [] };
  for (let start = 0; start < entries.length; start += AT_ONCE) {
    const batch = entries.slice(start, start + AT_ONCE);
    const checked = await Promise.all(
      batch.map(({ url }, index) => checkFile(url, data.files[start + index] as ManifestFile, s3)),
    );
    for (const one of checked) {
      if (typeof one === 'string') result.faults.push(one);
      else result.files.push(one);
    }
  }
  if (result.faults.length === 0 && isReadByFolder({ entries })) result.strangers = await strangersTo(entries, s3);
  return result;
}

async function checkFile(url: string, file: ManifestFile, s3: S3Client): Promise<string | CheckedFiles['files'][0]> {
  const { bucket, key } = s3Place(url);
  try {
    const head = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key, ChecksumMode: 'ENABLED' }));
    const difference = differenceOf(file, head);
    if (difference) return `${url} is not the file that was exported: ${difference}`;
    return { bucket, name: key, bytes: file.bytes, rows: file.rows, etag: unquoted(head.ETag) };
  } catch (error) {
    const reason = reasonOf(error as Error & { $metadata?: { httpStatusCode?: number } });
    if (reason === undefined) throw error;
    return `${url} ${reason}`;
  }
}

/** @returns what differs; undefined if size, and ETag or checksum, are those of the manifest */
export function differenceOf(file: ManifestFile, head: Partial<HeadObjectCommandOutput>): string | undefined {
  const { ContentLength = 0, ETag } = head;
  if (ContentLength !== file.bytes) {
    return `it has ${count(ContentLength)} bytes, and the manifest says ${count(file.bytes)}.`;
  }
  if (unquoted(ETag) === file.etag) return undefined;
  // A copy of the object may have another ETag, such as under another key of KMS.
  const given = file.checksum && head[`Checksum${file.checksum.algorithm}` as keyof HeadObjectCommandOutput];
  const isSameKind = (head.ChecksumType ?? '') === (file.checksum?.type ?? '');
  if (file.checksum && isSameKind && given === file.checksum.value) return undefined;
  const checksum = file.checksum ? `, and its ${file.checksum.algorithm} is ${given ?? 'missing'}` : '';
  return `it has the ETag ${unquoted(ETag)}, and the manifest says ${file.etag}${checksum}.`;
}

/** HeadObject has no body, so that its errors are known by their status alone. */
function reasonOf(error: Error & { $metadata?: { httpStatusCode?: number } }): string | undefined {
  if (isTransient(error)) return undefined;
  const status = error.$metadata?.httpStatusCode;
  if (status === 404) return 'does not exist.';
  if (status === 403)
    return "can't be read: these credentials need s3:GetObject, s3:ListBucket and, for a key of KMS, kms:Decrypt.";
  if (status === 301 || status === 400) {
    return 'is perhaps in another region. Personalize reads from its own region only: copy the files, or choose it with --region.';
  }
  return undefined;
}

/** Objects beside the manifest's files, which an import of their folder would read, too. */
async function strangersTo(entries: Manifest['entries'], s3: S3Client): Promise<string[]> {
  const folder = folderOf(entries[0]?.url ?? '');
  const { bucket, key: prefix } = s3Place(folder);
  const known = new Set(entries.map(({ url }) => url));
  const strangers: string[] = [];
  const pages = paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: prefix, Delimiter: '/' });
  for await (const { Contents = [] } of pages) {
    for (const { Key = '' } of Contents) {
      const url = `s3://${bucket}/${Key}`;
      if (!known.has(url) && url !== folder) strangers.push(url);
    }
  }
  return strangers;
}

function unquoted(etag = ''): string {
  return etag.replace(/^"|"$/g, '');
}
