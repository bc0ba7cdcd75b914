import fc from 'fast-check';
import { type Change, changed, changesAt, realised, text } from './hostile.ts';
import { type RequestSpec, requestSpecs } from './requests.ts';

const datasetImportJobArn = 'arn:aws:personalize:eu-west-1:123456789012:dataset-import-job/nightly';
const DETAIL_TYPES = {
  'aws.personalize': 'AWS API Call via CloudTrail',
  'solutions.aws.personalize': 'Personalize Dataset Import Job State Change',
  'aws.s3': 'Object Created',
  'aws.scheduler': 'Scheduled Export',
  'shop.orders': 'Dataset Export Requested',
  'aws.ec2': 'Instance State-change',
};

/** The detail of each source's event as it should be. */
const DETAILS: Record<string, (request: unknown) => unknown> = {
  'aws.personalize': () => ({ eventName: 'CreateDatasetImportJob', responseElements: { datasetImportJobArn } }),
  'solutions.aws.personalize': () => ({ Arn: datasetImportJobArn, Status: 'ACTIVE' }),
  'aws.s3': () => ({
    bucket: { name: 'exports-bucket' },
    object: { key: 'requests/a b+ü.json', etag: 'e1', 'version-id': 'v1' },
  }),
  'aws.scheduler': (request) => ({ schedule: 'nightly', scheduledTime: '2026-03-14T09:00:00Z', request }),
  'shop.orders': (request) => request,
  'aws.ec2': () => ({}),
};

const FIELDS = [
  'id',
  'source',
  'detail-type',
  'detail',
  'detail/responseElements',
  'detail/responseElements/datasetImportJobArn',
  'detail/Arn',
  'detail/bucket',
  'detail/bucket/name',
  'detail/object',
  'detail/object/key',
  'detail/object/etag',
  'detail/object/version-id',
  'detail/schedule',
  'detail/scheduledTime',
  'detail/request',
  'detail/origin',
  'detail/rejection',
  'detail/onlyDatasetGroups',
  'detail/__proto__',
  'detail/constructor',
];

/** An event before its changes. */
export interface EventSpec {
  source: keyof typeof DETAIL_TYPES;
  id: string;
  request: RequestSpec;
  changes: Change[];
}

const arns = fc.constantFrom(
  datasetImportJobArn,
  `${datasetImportJobArn}-2`,
  'arn:aws:personalize',
  'arn:::::',
  'arn:a:b:c:d:e/f/',
);

/** Events for each trigger, malformed and hostile ones too. */
export const eventSpecs: fc.Arbitrary<EventSpec> = fc.record({
  source: fc.constantFrom(...(Object.keys(DETAIL_TYPES) as EventSpec['source'][])),
  id: fc.oneof(fc.uuid(), text),
  request: requestSpecs,
  changes: changesAt(FIELDS, fc.oneof(arns, fc.constantFrom(...Object.keys(DETAIL_TYPES)))),
});

/** The event, with its changes made: what start-export is invoked with. */
export function eventOf({ source, id, request, changes }: EventSpec): unknown {
  const detail = DETAILS[source]?.(changed(request.base, request.changes));
  return realised(changed({ id, source, 'detail-type': DETAIL_TYPES[source], detail }, changes));
}

interface Sent {
  id: string;
  source: string;
  'detail-type': string;
  detail: Record<string, unknown>;
}

/** What makes an event this event, as docs/triggers.md lists it. */
export function identityOf({ id, source, detail }: Sent): string {
  const of = Object.hasOwn(identities, source) ? identities[source] : undefined;
  return JSON.stringify(of ? of(detail, id) : ['event', source, id]);
}

const member = (value: unknown, name: string): unknown => (Object(value) as Record<string, unknown>)[name];
/** A text is itself, anything else its JSON, where it has one: AWS sends texts in these places. */
function asText(value: unknown = ''): string {
  try {
    return typeof value === 'string' ? value : JSON.stringify(value);
  } catch {
    return '';
  }
}

const isArn = (value: unknown) => typeof value === 'string' && value.startsWith('arn:') && value.split(':').length >= 6;

const identities: Record<string, (detail: Record<string, unknown>, id: string) => unknown[]> = {
  'aws.personalize': ({ responseElements }, id) => {
    const arn = member(responseElements, 'datasetImportJobArn');
    return isArn(arn) ? ['import', arn] : ['no import', id];
  },
  'solutions.aws.personalize': ({ Arn }, id) => (isArn(Arn) ? ['import', Arn] : ['no import of the solution', id]),
  'aws.s3': ({ bucket, object }) => [
    'file',
    asText(member(bucket, 'name')),
    asText(member(object, 'key')),
    asText(member(object, 'version-id')) || asText(member(object, 'etag')),
  ],
  'aws.scheduler': ({ schedule, scheduledTime }) => ['schedule', asText(schedule), asText(scheduledTime)],
};
