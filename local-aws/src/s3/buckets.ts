import type * as sdk from '@aws-sdk/client-s3';
import { invalidArgument, notImplemented, s3Error } from './errors.ts';
import { operation, type S3Operations } from './operation.ts';
import { assertAcl } from './properties.ts';
import { type Bucket, bucketNamed, createBucket, ownerOf, type Store } from './store.ts';
import { checkBucketTags } from './tags.ts';

const DEFAULT_REGION = 'us-east-1';
const MOST_BUCKETS = 10_000;

export function bucketOperations(store: Store): S3Operations {
  return {
    CreateBucket: operation<sdk.CreateBucketRequest>(['ACL', 'CreateBucketConfiguration', 'ObjectOwnership'], (input) =>
      createBucketAsAsked(store, input),
    ),
    HeadBucket: operation<sdk.HeadBucketRequest>([], ({ Bucket }) => {
      const { region } = bucketNamed(store, Bucket);
      return { BucketRegion: region, AccessPointAlias: false };
    }),
    DeleteBucket: operation<sdk.DeleteBucketRequest>([], ({ Bucket }) =>
      deleteBucket(store, bucketNamed(store, Bucket)),
    ),
    ListBuckets: operation<sdk.ListBucketsRequest>(
      ['MaxBuckets', 'ContinuationToken', 'Prefix', 'BucketRegion'],
      (input) => listBuckets(store, input),
    ),
    GetBucketLocation: operation<sdk.GetBucketLocationRequest>([], ({ Bucket }) => {
      const { region } = bucketNamed(store, Bucket);
      return { LocationConstraint: region === DEFAULT_REGION ? '' : region };
    }),
    GetBucketVersioning: operation<sdk.GetBucketVersioningRequest>([], ({ Bucket }) => ({
      Status: bucketNamed(store, Bucket).versioning,
    })),
    PutBucketVersioning: operation<sdk.PutBucketVersioningRequest>(
      ['VersioningConfiguration', 'ContentMD5', 'ChecksumAlgorithm'],
      ({ Bucket, VersioningConfiguration: { Status, MFADelete } = {} }) => {
        const bucket = bucketNamed(store, Bucket);
        if (MFADelete === 'Enabled') throw notImplemented('MfaDelete');
        if (Status === undefined) throw s3Error('IllegalVersioningConfigurationException');
        if (Status !== 'Enabled' && Status !== 'Suspended') throw s3Error('MalformedXML');
        bucket.versioning = Status;
        return {};
      },
    ),
  };
}

function createBucketAsAsked(store: Store, input: sdk.CreateBucketRequest) {
  const { Bucket: name = '', ACL, CreateBucketConfiguration = {}, ObjectOwnership } = input;
  const { LocationConstraint, Tags = [], ...others } = CreateBucketConfiguration;
  const [other] = Object.keys(others);
  if (other !== undefined) throw notImplemented(other);
  if (ObjectOwnership !== undefined && ObjectOwnership !== 'BucketOwnerEnforced')
    throw notImplemented('x-amz-object-ownership');
  assertAcl(ACL);
  assertBucketName(name);
  const region = regionOf(LocationConstraint);
  const existing = store.buckets.get(name);
  // In us-east-1, creating one's own bucket again succeeds and changes nothing.
  if (existing && (existing.region !== DEFAULT_REGION || region !== DEFAULT_REGION)) {
    throw s3Error('BucketAlreadyOwnedByYou', { details: { BucketName: name } });
  }
  const tags = checkBucketTags(Tags);
  if (!existing) store.buckets.set(name, { ...createBucket(name, region), tags });
  return { Location: region === DEFAULT_REGION ? `/${name}` : `http://${name}.s3.amazonaws.com/` };
}

function regionOf(constraint: string | undefined): string {
  if (constraint === undefined || constraint === '') return DEFAULT_REGION;
  if (constraint === 'EU') return 'eu-west-1';
  if (!/^[a-z]{2,3}(-[a-z]+)+-\d$/.test(constraint) || constraint === DEFAULT_REGION) {
    throw s3Error('InvalidLocationConstraint', { details: { LocationConstraint: constraint } });
  }
  return constraint;
}

/** Source: Amazon S3 user guide, "General purpose bucket naming rules".
 * @throws S3Error `InvalidBucketName` */
export function assertBucketName(name: string): void {
  const isValid =
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) &&
    !/\.\.|\.-|-\./.test(name) &&
    !/^\d+\.\d+\.\d+\.\d+$/.test(name) &&
    !/^(xn--|sthree-|amzn-s3-demo-)/.test(name) &&
    !/(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/.test(name);
  if (!isValid) throw s3Error('InvalidBucketName', { details: { BucketName: name } });
}

function deleteBucket({ buckets, files }: Store, { name, catalog, versioning, uploads }: Bucket) {
  if (!catalog.isEmpty) {
    const all = versioning === undefined ? '' : '. You must delete all versions in the bucket.';
    throw s3Error('BucketNotEmpty', {
      message: `The bucket you tried to delete is not empty${all}`,
      details: { BucketName: name },
    });
  }
  buckets.delete(name);
  for (const { parts } of uploads.values()) for (const { body } of parts.values()) files.release(body);
  uploads.clear();
  return {};
}

function listBuckets(store: Store, input: sdk.ListBucketsRequest) {
  const { MaxBuckets = MOST_BUCKETS, ContinuationToken, Prefix = '', BucketRegion } = input;
  if (MaxBuckets < 1 || MaxBuckets > MOST_BUCKETS) {
    const message = `Argument max-buckets must be an integer between 1 and ${MOST_BUCKETS}`;
    throw invalidArgument(message, 'max-buckets', String(MaxBuckets));
  }
  const after = ContinuationToken === undefined ? '' : Buffer.from(ContinuationToken, 'base64url').toString();
  const buckets = [...store.buckets.values()]
    .filter(({ name, region }) => name > after && name.startsWith(Prefix) && region === (BucketRegion ?? region))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
  const page = buckets.slice(0, MaxBuckets);
  return {
    Buckets: page.map(({ name, creationDate, region }) => ({
      Name: name,
      CreationDate: creationDate,
      ...((input.MaxBuckets !== undefined || BucketRegion !== undefined) && { BucketRegion: region }),
    })),
    Owner: ownerOf(store),
    ContinuationToken:
      page.length < buckets.length ? Buffer.from(page.at(-1)?.name ?? '').toString('base64url') : undefined,
    Prefix: input.Prefix,
  };
}
