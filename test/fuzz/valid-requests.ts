import fc from 'fast-check';

export const arn = (resource: string) => `arn:aws:personalize:eu-west-1:123456789012:${resource}`;
const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`;
export const long = (length: number) => 'x'.repeat(length);

/** What the path of a wrong field begins with; `request` stands for the whole. */
export const FIELDS = [
  ...['request', 'exports', 'origin', 'datasetArn', 'datasetGroupArn', 'datasetImportJobArn', 'jobName', 'roleArn'],
  ...['jobOutput', 'ingestionMode', 'tags', 'deadlineMinutes', 'onlyDatasetGroups'],
];

export const RIGHT = {
  jobName: ['my-job', long(63)],
  roleArn: [role('x')],
  path: [
    's3://exports-bucket/exports/{date}/{time}/{jobName}',
    's3://other/requests/',
    'https://x/y',
    `s3://b/${long(230)}`,
  ],
  kmsKeyArn: ['arn:aws:kms:eu-west-1:123456789012:key/k'],
  ingestionMode: ['BULK', 'PUT', 'ALL'],
  tagText: ['team', 'Team', 'ä b', long(128)],
  deadlineMinutes: [1, 60, 2_880],
};

const path = (value: unknown) => ({ jobOutput: { s3DataDestination: { path: value } } });
const tag = (tagKey: unknown, tagValue: unknown = '') => ({ tags: [{ tagKey, tagValue }] });
const numberedTags = (count: number) => Array.from({ length: count }, (_, n) => ({ tagKey: `k${n}`, tagValue: '' }));
const PATH = 'jobOutput.s3DataDestination.path';

/** What is wrong in a request by its form alone, and the field that a message has to name. */
const WRONG_FORM: [field: string, wrong: object][] = [
  ...['_', '', long(64), 'a b', 'a\n', null].map((jobName): [string, object] => ['jobName', { jobName }]),
  ...['arn:aws:iam::1:role/x', role(long(250)), 5].map((roleArn): [string, object] => ['roleArn', { roleArn }]),
  ...['all', '', ['ALL']].map((ingestionMode): [string, object] => ['ingestionMode', { ingestionMode }]),
  ...[0, 2_881, 1.5, '60'].map((deadlineMinutes): [string, object] => ['deadlineMinutes', { deadlineMinutes }]),
  ...['ftp://x', 's3://', 's3://a\nb', long(257), null].map((value): [string, object] => [PATH, path(value)]),
  [PATH, { jobOutput: { s3DataDestination: {} } }],
  ['jobOutput', { jobOutput: 's3://x/' }],
  [
    'jobOutput.s3DataDestination.kmsKeyArn',
    { jobOutput: { s3DataDestination: { path: 's3://x/', kmsKeyArn: 'arn:aws:kms:x:y:key/k' } } },
  ],
  ['tags', { tags: numberedTags(51) }],
  ['tags[0].tagKey', tag('')],
  ['tags[0].tagKey', tag(long(129))],
  ['tags[0].tagKey', tag('a*b')],
  ['tags[0].tagValue', tag('a', long(257))],
  ['tags[0].tagValue', { tags: [{ tagKey: 'a' }] }],
  ['tags[0].more', { tags: [{ tagKey: 'a', tagValue: '', more: 1 }] }],
  ['more', { more: 1 }],
  ['toString', { toString: 1 }],
  ['origin', { origin: 'schedule' }],
  ['onlyDatasetGroups', { onlyDatasetGroups: [] }],
  ['onlyDatasetGroups[0]', { onlyDatasetGroups: [long(64)] }],
];

/** What is wrong though its form is right. */
const WRONG_MEANING: [field: string, wrong: object][] = [
  [PATH, path('s3://exports-bucket')],
  [PATH, path('s3://exports-bucket/exports//mine')],
  [PATH, path('s3://exports-bucket/requests')],
  [PATH, path('s3://exports-bucket/requests/a/')],
  [PATH, path(`s3://exports-bucket/exports/${long(236)}`)],
  [PATH, path('s3://other/{name}/')],
  ['tags', { tags: [...numberedTags(2), ...numberedTags(1)] }],
];

/** A request's subject: a dataset, a group or an import job. */
export const subjectsOf = (
  names: fc.Arbitrary<string>,
  types: fc.Arbitrary<string>,
): fc.Arbitrary<Record<string, string>> =>
  fc.oneof(
    {
      weight: 3,
      arbitrary: fc.tuple(names, types).map(([group, type]) => ({ datasetArn: arn(`dataset/${group}/${type}`) })),
    },
    names.map((group) => ({ datasetGroupArn: arn(`dataset-group/${group}`) })),
    names.map((job) => ({ datasetImportJobArn: arn(`dataset-import-job/${job}`) })),
  );
export const NAMES = ['shop', 'news', 'a', long(63)];
export const TYPES = ['INTERACTIONS', 'ITEMS', 'USERS'];
const validSubjects = subjectsOf(fc.constantFrom(...NAMES), fc.constantFrom(...TYPES));
export const validTags = fc.uniqueArray(
  fc.record({ tagKey: fc.constantFrom(...RIGHT.tagText), tagValue: fc.constantFrom('', ...RIGHT.tagText) }),
  { maxLength: 3, selector: ({ tagKey }) => tagKey },
);
/** Every optional field of a request with right values. */
export const validFields = {
  jobName: fc.constantFrom(...RIGHT.jobName),
  roleArn: fc.constantFrom(...RIGHT.roleArn),
  jobOutput: fc.record({
    s3DataDestination: fc.record(
      { path: fc.constantFrom(...RIGHT.path), kmsKeyArn: fc.constantFrom(...RIGHT.kmsKeyArn) },
      { requiredKeys: ['path'] },
    ),
  }),
  ingestionMode: fc.constantFrom(...RIGHT.ingestionMode),
  tags: fc.oneof({ weight: 9, arbitrary: validTags }, { weight: 1, arbitrary: fc.constant(numberedTags(50)) }),
  deadlineMinutes: fc.constantFrom(...RIGHT.deadlineMinutes),
};

/** The request without its jobName if it is for a group, which takes none. */
export function withoutNameOfGroup(request: Record<string, unknown>): Record<string, unknown> {
  const { jobName: _, ...nameless } = request;
  return request.datasetGroupArn === undefined ? request : nameless;
}

/** Requests in which every field is right. */
export const validRequests: fc.Arbitrary<Record<string, unknown>> = fc
  .tuple(validSubjects, fc.record(validFields, { requiredKeys: [] }))
  .map(([subject, others]) => withoutNameOfGroup({ ...subject, ...others }));

/** One wrong field to put into a valid request; `byForm`: before the service is asked for anything. */
export const wrongFields = fc.oneof(
  fc.constantFrom(...WRONG_FORM).map(([field, wrong]) => ({ field, wrong, byForm: true })),
  fc.constantFrom(...WRONG_MEANING).map(([field, wrong]) => ({ field, wrong, byForm: false })),
);

/** What a field is wrong with. */
export const wrongValues = (name: string) =>
  WRONG_FORM.flatMap(([, wrong]) => (Object.hasOwn(wrong, name) ? [(wrong as Record<string, unknown>)[name]] : []));
