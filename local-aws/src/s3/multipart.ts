import { randomBytes } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-s3';
import { type Algorithm, algorithmNamed, type ChecksumType } from './checksums.ts';
import { isCombinable } from './crc-combine.ts';
import { s3Error } from './errors.ts';
import { type Output, operation, type S3Operations } from './operation.ts';
import { assertAcl, encryptionMembers, PROPERTY_MEMBERS, propertiesOf } from './properties.ts';
import { bucketNamed, now, type Store } from './store.ts';
import { tagsOfHeader } from './tags.ts';
import { uploadIn } from './uploads.ts';

export function multipartOperations(store: Store): S3Operations {
  return {
    CreateMultipartUpload: operation<sdk.CreateMultipartUploadRequest>(
      [...PROPERTY_MEMBERS, 'ACL', 'ChecksumAlgorithm', 'ChecksumType', 'Tagging'],
      (input) => createMultipartUpload(store, input),
    ),
    AbortMultipartUpload: operation<sdk.AbortMultipartUploadRequest>(['UploadId'], ({ Bucket, Key = '', UploadId }) => {
      const bucket = bucketNamed(store, Bucket);
      const upload = uploadIn(bucket, Key, UploadId);
      bucket.uploads.delete(upload.uploadId);
      for (const { body } of upload.parts.values()) store.files.release(body);
      return {};
    }),
  };
}

function createMultipartUpload(store: Store, input: sdk.CreateMultipartUploadRequest): Output {
  const { Key: key = '', ChecksumAlgorithm } = input;
  const bucket = bucketNamed(store, input.Bucket);
  assertAcl(input.ACL);
  const isAlgorithmChosen = ChecksumAlgorithm !== undefined;
  if (!isAlgorithmChosen && input.ChecksumType !== undefined) {
    const message = 'The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.';
    throw s3Error('InvalidRequest', { message });
  }
  const algorithm = isAlgorithmChosen ? algorithmNamed(ChecksumAlgorithm) : 'CRC64NVME';
  const checksumType = checksumTypeOf(algorithm, input.ChecksumType);
  const properties = propertiesOf(input as object, bucket);
  const uploadId = randomBytes(48).toString('hex');
  const upload = { uploadId, key, initiated: now(), properties, tags: tagsOfHeader(input.Tagging), parts: new Map() };
  bucket.uploads.set(uploadId, { ...upload, algorithm, checksumType, isAlgorithmChosen });
  return {
    Bucket: bucket.name,
    Key: key,
    UploadId: uploadId,
    ...(isAlgorithmChosen && { ChecksumAlgorithm: algorithm, ChecksumType: checksumType }),
    ...encryptionMembers(properties),
    SSEKMSEncryptionContext: properties.SSEKMSEncryptionContext,
  };
}

function checksumTypeOf(algorithm: Algorithm, given: string | undefined): ChecksumType {
  const type = given ?? (algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE');
  const isPossible = type === 'FULL_OBJECT' ? isCombinable(algorithm) : algorithm !== 'CRC64NVME';
  if (isPossible && (type === 'FULL_OBJECT' || type === 'COMPOSITE')) return type;
  const message = `The ${type} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`;
  throw s3Error('InvalidRequest', { message });
}
