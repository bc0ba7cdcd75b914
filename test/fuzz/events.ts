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

export const SOURCES = Object.keys(DETAIL_TYPES) as EventSpec['source'][];

const arns = fc.constantFrom(
  datasetImportJobArn,
  `${datasetImportJobArn}-2`,
  'arn:aws:personalize',
  'arn:::::',
  'arn:a:b:c:d:e/f/',
);

/** Events of each trigger, malformed and hostile ones too. */
export const eventSpecs: fc.Arbitrary<EventSpec> = fc.record({
  source: fc.constantFrom(...SOURCES),
  id: fc.oneof(fc.uuid(), text),
  request: requestSpecs,
  changes: changesAt(FIELDS, fc.oneof(arns, fc.constantFrom(...Object.keys(DETAIL_TYPES)))),
});

/** The event, with its changes made: what start-export is invoked with. */
export function eventOf({ source, id, request, changes }: EventSpec): unknown {
  const detail = DETAILS[source]?.(changed(request.base, request.changes));
  return realised(changed({ id, source, 'detail-type': DETAIL_TYPES[source], detail }, changes));
}

/** An event without changes; its request is of no importance. */
export const validEvents = fc
  .record({ source: fc.constantFrom(...SOURCES), id: fc.uuid() })
  .map(({ source, id }) => ({ id, source, 'detail-type': DETAIL_TYPES[source], detail: DETAILS[source]?.({}) }));

const OF_ANY_EVENT = ['id'];
/** The members that identify an event of a source, as docs/triggers.md says it. */
const IDENTITIES: Record<string, string[]> = {
  'aws.personalize': ['detail/responseElements/datasetImportJobArn'],
  'solutions.aws.personalize': ['detail/Arn'],
  'aws.s3': ['detail/bucket/name', 'detail/object/key', 'detail/object/version-id'],
  'aws.scheduler': ['detail/schedule', 'detail/scheduledTime'],
};

/** Two copies of an event that differ in one member that identifies it. */
export function changedIdentity(event: { source: string }): fc.Arbitrary<[unknown, unknown]> {
  const path = fc.constantFrom(...(IDENTITIES[event.source] ?? OF_ANY_EVENT));
  const values = fc.tuple(text, text).filter(([one, other]) => one !== other && one !== '' && other !== '');
  return fc.tuple(path, values).map(([at, [one, other]]) => {
    const value = (end: string) => (at.endsWith('Arn') ? `${datasetImportJobArn}${end}` : end);
    return [changed(event, [{ path: at, value: value(one) }]), changed(event, [{ path: at, value: value(other) }])];
  });
}
