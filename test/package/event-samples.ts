type Event = Record<string, unknown>;

const envelope = {
  version: '0',
  id: '7d2f6c1e-0000-4000-8000-000000000000',
  account: '123456789012',
  time: '2026-03-14T09:00:00Z',
  region: 'eu-west-1',
  resources: [],
};
const arn = (resource: string, partition = 'aws') => `arn:${partition}:personalize:eu-west-1:123456789012:${resource}`;
const importArn = arn('dataset-import-job/nightly');

/** CloudTrail's event for an import into `dataset` (`<group>/<type>`); `detail` adds or replaces fields. */
export function importCall(dataset: string, detail: object = {}, partition = 'aws'): Event {
  return {
    ...envelope,
    source: 'aws.personalize',
    'detail-type': `${partition === 'aws-cn' ? 'Amazon' : 'AWS'} API Call via CloudTrail`,
    detail: {
      eventVersion: '1.09',
      userIdentity: { type: 'AssumedRole', sessionContext: { sessionIssuer: { userName: 'loader' } } },
      eventTime: '2026-03-14T09:00:00Z',
      eventSource: 'personalize.amazonaws.com',
      eventName: 'CreateDatasetImportJob',
      readOnly: false,
      requestParameters: { jobName: 'nightly', datasetArn: arn(`dataset/${dataset}`, partition), importMode: 'FULL' },
      responseElements: { datasetImportJobArn: importArn },
      ...detail,
    },
  };
}

/** S3's event for an object that was put. */
export function objectCreated(key: string, bucket = 'exports-bucket'): Event {
  const object = {
    key,
    size: 87,
    etag: 'd41d8cd98f00b204e9800998ecf8427e',
    'version-id': 'v1',
    sequencer: '0062E99A88DC407460',
  };
  const detail = {
    version: '0',
    bucket: { name: bucket },
    object,
    'request-id': 'N4N7GDK58NMKJ12R',
    reason: 'PutObject',
  };
  return { ...envelope, source: 'aws.s3', 'detail-type': 'Object Created', detail };
}

/** An event with which another service requests an export. */
export function requested(source: string, detail: object = {}): Event {
  return {
    ...envelope,
    source,
    'detail-type': 'Dataset Export Requested',
    detail: { datasetArn: arn('dataset/shop/ITEMS'), ...detail },
  };
}

/** An event of the AWS Solution "Maintaining Personalized Experiences". */
export function solutionEvent(Status: string): Event {
  const detail = { Arn: importArn, Status, Duration: 600 };
  return {
    ...envelope,
    source: 'solutions.aws.personalize',
    'detail-type': 'Personalize Dataset Import Job State Change',
    detail,
  };
}

/** The event of a schedule. A schedule invokes start-export itself, without a rule. */
export function scheduled(): Event {
  const detail = {
    schedule: 'nightly',
    scheduledTime: '2026-03-14T09:00:00Z',
    request: { datasetArn: arn('dataset/shop/ITEMS') },
  };
  return { ...envelope, source: 'aws.scheduler', 'detail-type': 'Scheduled Export', detail };
}

/** The event with another value at a dotted path; without it if the value is undefined. */
export function withField(event: Event, path: string, value: unknown): Event {
  const [name = '', ...rest] = path.split('.');
  const { [name]: member, ...others } = event;
  const changed = rest.length > 0 ? withField(member as Event, rest.join('.'), value) : value;
  return changed === undefined ? others : { ...others, [name]: changed };
}
