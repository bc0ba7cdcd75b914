import type { Body } from './body-files.ts';
import type { ObjectProperties, Tag } from './catalog.ts';
import type { Algorithm, ChecksumType } from './checksums.ts';
import { s3Error } from './errors.ts';

/** A part of a multipart upload in progress. */
export interface UploadedPart {
  number: number;
  body: Body;
  length: number;
  /** Without the quotes. */
  etag: string;
  /** Base64, by the upload's algorithm. */
  checksum: string;
  lastModified: Date;
}

/** A multipart upload in progress. */
export interface Upload {
  uploadId: string;
  key: string;
  initiated: Date;
  properties: ObjectProperties;
  tags: Tag[];
  algorithm: Algorithm;
  checksumType: ChecksumType;
  /** Whether the client chose the algorithm. Otherwise it is S3's default. */
  isAlgorithmChosen: boolean;
  parts: Map<number, UploadedPart>;
}

/** @throws S3Error `NoSuchUpload` */
export function uploadIn({ uploads }: { uploads: Map<string, Upload> }, key: string, uploadId = ''): Upload {
  const upload = uploads.get(uploadId);
  if (upload?.key === key) return upload;
  throw s3Error('NoSuchUpload', { details: { UploadId: uploadId } });
}

export function partsInOrder({ parts }: Upload): UploadedPart[] {
  return [...parts.values()].sort((one, other) => one.number - other.number);
}
