import fc from 'fast-check';
import { type Change, changed, changesAt, isObject, realised } from './hostile.ts';
import {
  arn,
  long,
  NAMES,
  RIGHT,
  subjectsOf,
  TYPES,
  validFields,
  validTags,
  withoutNameOfGroup,
  wrongValues,
} from './valid-requests.ts';

/** A request before its changes: a few kilobytes at most, so that a counterexample can be read. */
export interface RequestSpec {
  base: object;
  changes: Change[];
}

/** Right more often than not: of requests that are wrong in every field, none is ever planned. */
const mostly = <T>(right: T[], wrong: T[]): fc.Arbitrary<T> =>
  fc.oneof({ weight: 30, arbitrary: fc.constantFrom(...right) }, { weight: 1, arbitrary: fc.constantFrom(...wrong) });

const subjects = subjectsOf(
  mostly(NAMES, ['gone', 'ä', 'sh op', 'a/b', 'a\nb', '__proto__']),
  mostly(TYPES, ['ACTIONS', 'ACTION_INTERACTIONS', 'items', 'NONE']),
);

const fields = Object.fromEntries(
  Object.entries(validFields).map(([name, valid]) => [
    name,
    fc.oneof({ weight: 30, arbitrary: valid as fc.Arbitrary<unknown> }, fc.constantFrom(...wrongValues(name))),
  ]),
);
const origin = fc.dictionary(
  fc.constantFrom('trigger', 'a/b', '0', '__proto__'),
  mostly(['schedule', long(1_024)], [long(1_025)]),
  { maxKeys: 3 },
);

const onlyDatasetGroups = mostly<unknown>([['shop', 'news', 'a', long(63)], ['shop']], [[], [''], [long(64)], 'shop']);

const FIELDS = [
  'datasetArn',
  'datasetGroupArn',
  'datasetImportJobArn',
  'jobName',
  'roleArn',
  'jobOutput',
  'jobOutput/s3DataDestination',
  'jobOutput/s3DataDestination/path',
  'jobOutput/s3DataDestination/kmsKeyArn',
  'jobOutput/s3DataDestination/more',
  'ingestionMode',
  'tags',
  'tags/0',
  'tags/0/tagKey',
  'tags/0/more',
  'deadlineMinutes',
  'origin',
  'origin/trigger',
  'rejection',
  'onlyDatasetGroups',
  '__proto__',
  'constructor',
  'more',
];

const values = fc.oneof(
  fc.constantFrom(...RIGHT.path, 's3:///', `s3://b/${'/'.repeat(249)}`, 's3://exports-bucket//requests/'),
  validTags,
  fc.constantFrom(
    arn('dataset/shop/ITEMS'),
    arn('dataset-group/shop'),
    arn('dataset-import-job/nightly'),
    arn(`dataset/${long(230)}/a`),
  ),
);

const specsOf = (others: fc.Arbitrary<object>, oftenerNone: number): fc.Arbitrary<RequestSpec> =>
  fc.record({
    base: fc.tuple(subjects, others).map(([subject, optional]) => withoutNameOfGroup({ ...subject, ...optional })),
    changes: changesAt(FIELDS, values, oftenerNone),
  });

/** One request: valid, or with one to three changes to it. */
export const requestSpecs = specsOf(fc.record({ ...fields, origin, onlyDatasetGroups }, { requiredKeys: [] }), 1);

/** A batch before its changes. */
export interface BatchSpec {
  requests: RequestSpec[];
  copies: number;
  changes: Change[];
}

/** Of several datasets the same: only by their datasets are these told apart. */
const alike = fc
  .tuple(fc.array(subjects, { minLength: 2, maxLength: 4 }), fc.record(fields, { requiredKeys: [] }))
  .map(([several, { jobName: _, ...others }]) =>
    several.map((subject): RequestSpec => ({ base: { ...subject, ...others }, changes: [] })),
  );

/** A batch of a few requests, or of many alike; changes to it as a whole. */
export const batchSpecs: fc.Arbitrary<BatchSpec> = fc.record({
  requests: fc.oneof(fc.array(specsOf(fc.record(fields, { requiredKeys: [] }), 9), { maxLength: 4 }), alike),
  copies: fc.oneof({ weight: 40, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: fc.constantFrom(25, 26, 101) }),
  changes: changesAt(['exports', 'exports/0', 'origin', 'datasetArn', 'more', '__proto__'], values, 5),
});

/** The request, with its changes made. */
export function requestOf({ base, changes }: RequestSpec): unknown {
  return realised(changed(base, changes));
}

/** The requests of the batch so many times, told apart by their deadlines. */
export function batchOf({ requests, copies, changes }: BatchSpec): unknown {
  const one = requests.map((request) => changed(request.base, request.changes));
  const exports = Array.from({ length: copies }, (_, copy) =>
    copy === 0 ? one : one.map((request) => (isObject(request) ? { ...request, deadlineMinutes: copy } : request)),
  ).flat();
  return realised(changed({ exports }, changes));
}
