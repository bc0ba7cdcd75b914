import fc from 'fast-check';
import { type Change, changed, changesAt, isObject, realised } from './hostile.ts';

const arn = (resource: string) => `arn:aws:personalize:eu-west-1:123456789012:${resource}`;
const long = (length: number) => 'x'.repeat(length);

/** A request before its changes: a few kilobytes at most, so that a counterexample can be read. */
export interface RequestSpec {
  base: object;
  changes: Change[];
}

/** Right more often than not: of requests that are wrong in every field, none is ever planned. */
const mostly = <T>(right: T[], wrong: T[]): fc.Arbitrary<T> =>
  fc.oneof({ weight: 30, arbitrary: fc.constantFrom(...right) }, { weight: 1, arbitrary: fc.constantFrom(...wrong) });

const names = mostly(['shop', 'news', 'a', long(63)], ['gone', 'ä', 'sh op', 'a/b', 'a\nb', '__proto__']);
const types = mostly(['INTERACTIONS', 'ITEMS', 'USERS'], ['ACTIONS', 'ACTION_INTERACTIONS', 'items', 'NONE']);
const subjects = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.tuple(names, types).map(([group, type]) => ({ datasetArn: arn(`dataset/${group}/${type}`) })),
  },
  names.map((group) => ({ datasetGroupArn: arn(`dataset-group/${group}`) })),
  names.map((job) => ({ datasetImportJobArn: arn(`dataset-import-job/${job}`) })),
);

const RIGHT_PATHS = [
  's3://exports-bucket/mine',
  's3://exports-bucket',
  's3://exports-bucket//requests/',
  's3://other/requests/',
  'https://x/y',
  `s3://exports-bucket/${long(228)}`,
  `s3://exports-bucket/${long(235)}`,
  `s3://b/${'/'.repeat(249)}`,
];
const WRONG_PATHS = [
  's3://exports-bucket/requests',
  's3://exports-bucket/requests/a/',
  `s3://exports-bucket/${long(236)}`,
  's3:///',
  's3:////',
  's3://a\nb',
  'ftp://x',
  's3://',
];
const paths = mostly(RIGHT_PATHS, WRONG_PATHS);

const tagTexts = mostly(['team', 'Team', 'aws:x', 'ä b', long(128)], ['', 'a\nb', '😀', long(129), long(257), 'a*b']);
const tags = fc.array(fc.record({ tagKey: tagTexts, tagValue: tagTexts }), { maxLength: 3 });
const manyTags = fc
  .constantFrom(49, 50, 51)
  .map((count) => Array.from({ length: count }, (_, n) => ({ tagKey: `k${n}`, tagValue: '' })));

const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`;
const keyArn = mostly(['arn:aws:kms:eu-west-1:123456789012:key/k'], ['arn:aws:kms:x:y:key/k']);
const s3DataDestination = fc.record({ path: paths, kmsKeyArn: keyArn }, { requiredKeys: ['path'] });

const fields = {
  jobName: mostly(['my-job', long(63)], ['_', '', long(64), 'a b', 'a\n']),
  roleArn: mostly([role('x')], ['arn:aws:iam::1:role/x', role(long(250))]),
  jobOutput: fc.record({ s3DataDestination }),
  ingestionMode: mostly(['BULK', 'PUT', 'ALL'], ['all']),
  tags: fc.oneof({ weight: 9, arbitrary: tags }, { weight: 1, arbitrary: manyTags }),
  deadlineMinutes: mostly([1, 60, 2_880], [0, 2_881, 1.5]),
};
const onlyDatasetGroups = mostly<unknown>([['shop', 'news', 'a', long(63)], ['shop']], [[], [''], [long(64)], 'shop']);
const origin = fc.dictionary(
  fc.constantFrom('trigger', 'a/b', '0', '__proto__'),
  mostly(['schedule', long(1_024)], [long(1_025)]),
  { maxKeys: 3 },
);

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
  paths,
  tags,
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

/** A group takes no name: with one half of its requests would be wrong. */
function withoutNameOfGroup(request: Record<string, unknown>): object {
  const { jobName: _, ...nameless } = request;
  return request.datasetGroupArn === undefined ? request : nameless;
}

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
