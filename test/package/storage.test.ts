import { describe, expect, it } from 'vitest';
import { ofType, propertiesOf, type Resource, setNames, templateOf } from './packaged.ts';

const template = await templateOf('every option');
const defaults = await templateOf('defaults');

const encryptedWith = (key: string) => ({
  ServerSideEncryptionConfiguration: [
    {
      BucketKeyEnabled: true,
      ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: { 'Fn::GetAtt': [key, 'Arn'] } },
    },
  ],
});
const noPublicAccess = {
  BlockPublicAcls: true,
  BlockPublicPolicy: true,
  IgnorePublicAcls: true,
  RestrictPublicBuckets: true,
};
const privateAndVersioned = {
  OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
  PublicAccessBlockConfiguration: noPublicAccess,
  VersioningConfiguration: { Status: 'Enabled' },
};
const tidy = {
  Id: 'Tidy',
  Status: 'Enabled',
  AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
  ExpiredObjectDeleteMarker: true,
  NoncurrentVersionExpiration: { NoncurrentDays: 30 },
};
const requestFiles = {
  ...{ Id: 'RequestFiles', Status: 'Enabled', Prefix: 'requests/' },
  ...{ ExpirationInDays: 15, NoncurrentVersionExpiration: { NoncurrentDays: 15 } },
};

describe('the export bucket', () => {
  it('the export bucket is encrypted, private, versioned, and sends its events to EventBridge', () => {
    const { LifecycleConfiguration: _, ...properties } = propertiesOf(template, 'ExportBucket');
    expect(properties).toEqual({
      BucketEncryption: encryptedWith('ExportKey'),
      NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
      ...privateAndVersioned,
    });
  });

  it('the export bucket keeps exports for good by default, but no unfinished uploads, request files or replaced versions', () => {
    expect(propertiesOf(defaults, 'ExportBucket').LifecycleConfiguration).toEqual({ Rules: [tidy, requestFiles] });
  });

  it('the export bucket expires exports when a setting requires it, and their manifests two days earlier', () => {
    expect(propertiesOf(template, 'ExportBucket').LifecycleConfiguration).toEqual({
      Rules: [
        tidy,
        requestFiles,
        {
          ...{ Id: 'OldExports', Status: 'Enabled', Prefix: 'exports/' },
          ...{ ExpirationInDays: 30, NoncurrentVersionExpiration: { NoncurrentDays: 1 } },
        },
        {
          ...{ Id: 'OldManifests', Status: 'Enabled', Prefix: 'manifests/' },
          ...{ ExpirationInDays: 28, NoncurrentVersionExpiration: { NoncurrentDays: 1 } },
        },
      ],
    });
  });

  it('the export bucket keeps a request file, and each of its versions, for longer than its event can be a dead letter', () => {
    const { MessageRetentionPeriod } = propertiesOf(defaults, 'DeadLetterQueue');
    expect(requestFiles.ExpirationInDays * 24 * 3600).toBeGreaterThan(Number(MessageRetentionPeriod));
    expect(requestFiles.NoncurrentVersionExpiration.NoncurrentDays * 24 * 3600).toBeGreaterThan(
      Number(MessageRetentionPeriod),
    );
  });
});

describe('the trail', () => {
  it('the trail logs the calls that change something in this region', () => {
    expect(template.Resources.Trail?.DependsOn).toEqual(['TrailBucketPolicy']);
    expect(propertiesOf(template, 'Trail')).toEqual({
      TrailName: 'personalize-dataset-export-prod',
      IsLogging: true,
      IncludeGlobalServiceEvents: false,
      EnableLogFileValidation: true,
      S3BucketName: { Ref: 'TrailBucket' },
      KMSKeyId: { 'Fn::GetAtt': ['TrailKey', 'Arn'] },
      EventSelectors: [{ IncludeManagementEvents: true, ReadWriteType: 'WriteOnly' }],
    });
  });

  it('the trail has an encrypted, private, versioned bucket that keeps logs for 90 days', () => {
    const lifecycle = {
      ...{ Id: 'OldLogs', Status: 'Enabled', ExpirationInDays: 90 },
      NoncurrentVersionExpiration: { NoncurrentDays: 30 },
    };
    expect(propertiesOf(template, 'TrailBucket')).toEqual({
      BucketEncryption: encryptedWith('TrailKey'),
      LifecycleConfiguration: { Rules: [lifecycle] },
      ...privateAndVersioned,
    });
  });

  it('the trail exists only when a setting requires it', () => {
    const ofTrail = (of: typeof template) => Object.keys(of.Resources).filter((id) => id.startsWith('Trail'));
    expect(ofTrail(template).sort()).toEqual(['Trail', 'TrailBucket', 'TrailBucketPolicy', 'TrailKey']);
    expect(ofTrail(defaults)).toEqual([]);
  });
});

describe('the dead-letter queue', () => {
  it('the dead-letter queue is encrypted and keeps messages for 14 days, the longest that SQS allows', () => {
    expect(propertiesOf(template, 'DeadLetterQueue')).toEqual({
      QueueName: 'personalize-dataset-export-prod-dead-letters',
      MessageRetentionPeriod: 14 * 24 * 3600,
      SqsManagedSseEnabled: true,
    });
  });
});

describe('a topic', () => {
  it.each([
    ['ExportTopic', 'personalize-dataset-export-prod', { 'Fn::GetAtt': ['ExportKey', 'Arn'] }],
    ['AlarmTopic', 'personalize-dataset-export-prod-alarms', { 'Fn::GetAtt': ['ExportKey', 'Arn'] }],
  ])('a topic is encrypted with the export key (%s)', (id, TopicName, KmsMasterKeyId) => {
    const { DisplayName: _, ...properties } = propertiesOf(template, id);
    expect(properties).toEqual({ TopicName, KmsMasterKeyId });
  });

  it('a topic is encrypted with an existing key', async () => {
    const { KmsMasterKeyId } = propertiesOf(await templateOf('existing resources'), 'AlarmTopic');
    expect(KmsMasterKeyId).toBe('arn:aws:kms:us-east-1:123456789012:key/1234abcd');
  });
});

describe('a key', () => {
  it.each(['ExportKey', 'TrailKey'])(
    'the key %s is rotated every year, and has the tag by which the deployer may manage it',
    (id) => {
      const { Description: _, KeyPolicy: __, ...properties } = propertiesOf(template, id);
      expect(properties).toEqual({
        EnableKeyRotation: true,
        Tags: [{ Key: 'personalize-dataset-export', Value: 'prod' }],
      });
    },
  );
});

describe.each(setNames)('with the settings "%s"', async (name) => {
  const packaged = await templateOf(name);
  const resources = (...types: string[]): [string, Resource][] =>
    types.flatMap((type) => ofType(packaged, type)).filter(([id]) => id !== 'ServerlessDeploymentBucket');

  it('buckets and keys are kept when the stack is deleted, but not when their first deployment fails', () => {
    for (const [id, resource] of resources('AWS::S3::Bucket', 'AWS::KMS::Key')) {
      expect(resource, id).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' });
    }
  });

  it('every bucket, topic and queue is encrypted', () => {
    for (const [id, { Properties }] of resources('AWS::S3::Bucket'))
      expect(Properties.BucketEncryption, id).toBeDefined();
    for (const [id, { Properties }] of resources('AWS::SNS::Topic'))
      expect(Properties.KmsMasterKeyId, id).toBeDefined();
    for (const [id, { Properties }] of resources('AWS::SQS::Queue'))
      expect(Properties.SqsManagedSseEnabled, id).toBe(true);
  });

  it('every bucket, the deployment bucket included, blocks public access', () => {
    for (const [id, { Properties }] of ofType(packaged, 'AWS::S3::Bucket')) {
      expect(Properties.PublicAccessBlockConfiguration, id).toEqual(noPublicAccess);
    }
  });
});
