import { type Input, type Needs, onAnything, type Place, withKey } from './needs.ts';
import type { Permission } from './statement.ts';

/** The permissions that the operations of S3 need, by the API's names of operations and members.
 * Sources: Service Authorization Reference; S3 user guide, "Required permissions for Amazon S3 API operations", "Using
 * server-side encryption with AWS KMS keys" and "Uploading … using multipart upload". */
export const S3_NEEDS: Record<string, Needs> = {
  GetObject: onObject('s3:GetObject', 'kms:Decrypt'),
  HeadObject: onObject('s3:GetObject', 'kms:Decrypt'),
  GetObjectAttributes: all(onObject('s3:GetObject', 'kms:Decrypt'), onVersionOf('s3:GetObject', 'Attributes')),
  PutObject: all(onObject('s3:PutObject', 'kms:GenerateDataKey'), tagging),
  CopyObject: all(onObject('s3:PutObject', 'kms:GenerateDataKey'), tagging, readingSource),
  CreateMultipartUpload: all(onObject('s3:PutObject', 'kms:GenerateDataKey'), tagging),
  UploadPart: onObject('s3:PutObject', 'kms:Decrypt', 'kms:GenerateDataKey'),
  UploadPartCopy: all(onObject('s3:PutObject', 'kms:Decrypt', 'kms:GenerateDataKey'), readingSource),
  CompleteMultipartUpload: onObject('s3:PutObject', 'kms:Decrypt'),
  AbortMultipartUpload: onObject('s3:AbortMultipartUpload'),
  ListParts: onObject('s3:ListMultipartUploadParts'),
  DeleteObject: onObject('s3:DeleteObject'),
  DeleteObjects: deletingObjects,
  GetObjectTagging: onVersionOf('s3:GetObject', 'Tagging'),
  PutObjectTagging: onVersionOf('s3:PutObject', 'Tagging'),
  DeleteObjectTagging: onVersionOf('s3:DeleteObject', 'Tagging'),
  CreateBucket: onBucket('s3:CreateBucket'),
  DeleteBucket: onBucket('s3:DeleteBucket'),
  HeadBucket: onBucket('s3:ListBucket'),
  GetBucketLocation: onBucket('s3:GetBucketLocation'),
  GetBucketTagging: onBucket('s3:GetBucketTagging'),
  PutBucketTagging: onBucket('s3:PutBucketTagging'),
  DeleteBucketTagging: onBucket('s3:PutBucketTagging'),
  GetBucketVersioning: onBucket('s3:GetBucketVersioning'),
  PutBucketVersioning: onBucket('s3:PutBucketVersioning'),
  ListBuckets: onAnything('s3:ListAllMyBuckets'),
  ListMultipartUploads: listing('s3:ListBucketMultipartUploads'),
  ListObjects: listing('s3:ListBucket'),
  ListObjectsV2: listing('s3:ListBucket'),
  ListObjectVersions: listing('s3:ListBucketVersions'),
};

function all(...needs: Needs[]): Needs {
  return (input, place) => needs.flatMap((need) => need(input, place));
}

function bucketArn({ Bucket }: Input, { partition }: Place): string {
  return `arn:${partition}:s3:::${Bucket}`;
}

function onBucket(action: string): Needs {
  return (input, place) => [{ action, resource: bucketArn(input, place) }];
}

/** A list. A policy may restrict its prefix and delimiter. */
function listing(action: string): Needs {
  return (input, place) => {
    const { Prefix = '', Delimiter } = input as Record<string, string | undefined>;
    const context = { 's3:prefix': Prefix, ...(Delimiter !== undefined && { 's3:delimiter': Delimiter }) };
    return [{ action, resource: bucketArn(input, place), context }];
  };
}

/** An action on an object, and the actions on its key that S3 takes for the caller. With a version id, the action on the version
 * is needed instead: `s3:GetObjectVersion`. */
function onObject(action: string, ...keyActions: string[]): Needs {
  const ofObject = onVersionOf(action, '');
  return (input, place) => [
    ...ofObject(input, place),
    ...withKey(bucketArn(input, place), keyActions, 's3', place, input.SSEKMSKeyId),
  ];
}

/** An action on a part of an object or of its version: `s3:GetObjectTagging`, `s3:GetObjectVersionTagging`. */
function onVersionOf(action: string, what: string): Needs {
  return (input, place) => {
    const ofVersion = input.VersionId === undefined ? action : `${action}Version`;
    return [{ action: `${ofVersion}${what}`, resource: `${bucketArn(input, place)}/${input.Key}` }];
  };
}

/** Every key needs a permission. If one is missing, the whole request is refused. */
function deletingObjects({ Bucket, Delete }: Input, place: Place): Permission[] {
  const { Objects = [] } = (Delete ?? {}) as { Objects?: Input[] };
  return Objects.flatMap((object) => onObject('s3:DeleteObject')({ Bucket, ...object }, place));
}

function tagging(input: Input, place: Place): Permission[] {
  return input.Tagging === undefined ? [] : onVersionOf('s3:PutObject', 'Tagging')(input, place);
}

/** A copy needs the permission to read its source. */
function readingSource({ Source }: Input, place: Place): Permission[] {
  return onObject('s3:GetObject', 'kms:Decrypt')((Source ?? {}) as Input, place);
}
