import fc from 'fast-check';
import { TRIGGERS, type Trigger } from '../../src/trigger/start-export-event.ts';
import { type Change, changed, changesAt, realised, text } from './hostile.ts';
import { type RequestSpec, requestSpecs } from './requests.ts';

const datasetImportJobArn = 'arn:aws:personalize:eu-west-1:123456789012:dataset-import-job/nightly';

/** The detail of each trigger's event as it should be. */
const DETAILS: Record<Trigger, (request: unknown) => unknown> = {
  'import-started': () => ({ eventName: 'CreateDatasetImportJob', responseElements: { datasetImportJobArn } }),
  'solution-import-active': () => ({ Arn: datasetImportJobArn, Status: 'ACTIVE' }),
  'request-dropped': () => ({
    bucket: { name: 'exports-bucket' },
    object: { key: 'requests/a b+ü.json', etag: 'e1', 'version-id': 'v1', sequencer: '01' },
  }),
  schedule: (request) => ({ schedule: 'nightly', scheduledTime: '2026-03-14T09:00:00Z', request }),
  'export-requested': (request) => request,
};

const FIELDS = [
  'id',
  'source',
  'detail',
  'detail/responseElements',
  'detail/responseElements/datasetImportJobArn',
  'detail/Arn',
  'detail/bucket',
  'detail/bucket/name',
  'detail/object',
  'detail/object/key',
  'detail/object/etag',
  'detail/object/sequencer',
  'detail/object/version-id',
  'detail/schedule',
  'detail/scheduledTime',
  'detail/request',
  'detail/origin',
  'detail/rejection',
  'detail/onlyDatasetGroups',
  'detail/__proto__',
  'detail/constructor',
].map((path) => `event/${path}`);

/** An event before its changes. */
export interface EventSpec {
  trigger: Trigger;
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

/** Events of each trigger, malformed and hostile ones too. */
export const eventSpecs: fc.Arbitrary<EventSpec> = fc.record({
  trigger: fc.constantFrom(...TRIGGERS),
  id: fc.oneof(fc.uuid(), text),
  request: requestSpecs,
  changes: changesAt(['trigger', ...FIELDS], fc.oneof(arns, fc.constantFrom(...TRIGGERS))),
});

/** The event, with its changes made: what start-export is invoked with. */
export function eventOf({ trigger, id, request, changes }: EventSpec): unknown {
  const detail = DETAILS[trigger](changed(request.base, request.changes));
  return realised(changed({ trigger, event: { id, source: 'shop.orders', detail } }, changes));
}

/** An event without changes; its request is of no importance. */
export const validEvents = fc
  .record({ trigger: fc.constantFrom(...TRIGGERS), id: fc.uuid() })
  .map(({ trigger, id }) => ({ trigger, event: { id, source: 'shop.orders', detail: DETAILS[trigger]({}) } }));

/** The members that identify an event of a trigger, as docs/triggers.md says it. */
const IDENTITIES: Record<Trigger, string[]> = {
  'import-started': ['detail/responseElements/datasetImportJobArn'],
  'solution-import-active': ['detail/Arn'],
  'request-dropped': ['detail/bucket/name', 'detail/object/key', 'detail/object/version-id'],
  schedule: ['detail/schedule', 'detail/scheduledTime'],
  'export-requested': ['id', 'source'],
};

/** Two copies of an event that differ in one member that identifies it. */
export function changedIdentity(event: { trigger: Trigger }): fc.Arbitrary<[unknown, unknown]> {
  const path = fc.constantFrom(...IDENTITIES[event.trigger].map((member) => `event/${member}`));
  const values = fc.tuple(text, text).filter(([one, other]) => one !== other && one !== '' && other !== '');
  return fc.tuple(path, values).map(([at, [one, other]]) => {
    const value = (end: string) => (at.endsWith('Arn') ? `${datasetImportJobArn}${end}` : end);
    return [changed(event, [{ path: at, value: value(one) }]), changed(event, [{ path: at, value: value(other) }])];
  });
}
