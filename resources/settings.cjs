const { existsSync } = require('node:fs');
const { default: Ajv } = require('ajv');

const arn = (service, resource) => `^(|arn:aws[a-z-]*:${service}:[a-z0-9-]*:(\\d{12})?:${resource})$`;
const wholeNumber = (minimum, maximum) => ({ type: 'integer', minimum, maximum });

/** What each setting of serverless.yml may be. A parameter given by --param is text, so numbers and booleans are read from text. */
const schema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    notificationEmail: { type: 'string', pattern: '^(|[^@\\s]+@[^@\\s]+\\.[^@\\s]+)$' },
    existingBucket: { type: 'string', pattern: '^(|[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])$' },
    existingRoleArn: { type: 'string', pattern: arn('iam', 'role/.+') },
    existingKeyArn: { type: 'string', pattern: arn('kms', 'key/.+') },
    existingTopicArn: { type: 'string', pattern: arn('sns', '[A-Za-z0-9_-]+') },
    exportKeyPrefix: {
      type: 'string',
      pattern: "^(?!requests(/|$))[A-Za-z0-9!_.*'()-]+(/[A-Za-z0-9!_.*'()-]+)*$",
      maxLength: 100,
    },
    exportExpirationInDays: wholeNumber(0, 36_500),
    ingestionMode: { enum: ['BULK', 'PUT', 'ALL'] },
    exportJobTags: { type: 'string' },
    deadlineMinutes: wholeNumber(1, 2_880),
    pollShortestSeconds: wholeNumber(1, 3_600),
    pollLongestSeconds: wholeNumber(1, 3_600),
    importDatasetGroups: { type: 'string', pattern: '^(|[A-Za-z0-9][A-Za-z0-9_-]*(, *[A-Za-z0-9][A-Za-z0-9_-]*)*)$' },
    solutionEventBus: { type: 'string', pattern: '^(|[A-Za-z0-9._/-]{1,256})$' },
    schedulesFile: { type: 'string', minLength: 1 },
    createTrail: { type: 'boolean' },
    alarmAfterHoursWithoutSuccess: wholeNumber(0, 24),
    logRetentionInDays: {
      type: 'integer',
      enum: [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653],
    },
  },
};

const tagsSchema = {
  type: 'array',
  maxItems: 50,
  items: {
    type: 'object',
    additionalProperties: false,
    required: ['tagKey', 'tagValue'],
    properties: {
      tagKey: { type: 'string', minLength: 1, maxLength: 128 },
      tagValue: { type: 'string', maxLength: 256 },
    },
  },
};

/** The settings, checked, and what follows from them: which resources are new, and how all others refer to them. */
module.exports = async ({ resolveVariable }) => {
  const names = Object.keys(schema.properties);
  const given = await Promise.all(names.map((name) => resolveVariable(`param:${name}`)));
  const settings = Object.fromEntries(names.map((name, index) => [name, given[index]]));
  check(schema, settings);
  check(tagsSchema, parseTags(settings.exportJobTags), 'exportJobTags');
  const stage = await resolveVariable('sls:stage');
  checkStage(stage);
  // Two days (the longest deadline) of looks, 9 history events each, at three datasets: below Step Functions' 25,000.
  if (settings.pollLongestSeconds < 300 && stage !== 'local') {
    fail(
      'pollLongestSeconds',
      settings.pollLongestSeconds,
      'it must be at least 300: an execution has 25,000 history events',
    );
  }
  if (!existsSync(settings.schedulesFile)) fail('schedulesFile', settings.schedulesFile, 'there is no such file');
  if (settings.pollShortestSeconds > settings.pollLongestSeconds) {
    fail('pollShortestSeconds', settings.pollShortestSeconds, 'it must not be above pollLongestSeconds');
  }
  return { ...settings, ...referencesOf(settings) };
};

function check(of, value, within) {
  const ajv = new Ajv({ allErrors: true, verbose: true, coerceTypes: within === undefined });
  if (ajv.validate(of, value)) return;
  const faults = ajv.errors.map(({ instancePath, data, message, params }) => {
    const name = [within, instancePath.slice(1)].filter(Boolean).join('/');
    const allowed = params.allowedValues ? `: ${params.allowedValues.join(', ')}` : '';
    return `The setting ${name} is ${JSON.stringify(data)}, but ${message}${allowed}.`;
  });
  throw new Error(faults.join(' '));
}

function parseTags(text) {
  try {
    return JSON.parse(text);
  } catch {
    return fail('exportJobTags', text, 'it must be JSON: [{"tagKey": "…", "tagValue": "…"}]');
  }
}

/** With a longer stage the longest function's name would have more than Lambda's 64 characters. */
function checkStage(stage) {
  if (!/^[a-z][a-z0-9-]{0,15}$/.test(stage)) {
    fail('stage', stage, 'it must be 1 to 16 lower-case letters, digits and hyphens, a letter first');
  }
}

function fail(name, value, why) {
  throw new Error(`The setting ${name} is ${JSON.stringify(value)}, but ${why}.`);
}

/** Parts of uploads that broke off and versions that were replaced go; exports only where a setting says so. */
function lifecycleRules({ exportExpirationInDays, exportKeyPrefix }) {
  const tidy = {
    Id: 'Tidy',
    Status: 'Enabled',
    AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
    NoncurrentVersionExpiration: { NoncurrentDays: 30 },
  };
  const old = {
    Id: 'OldExports',
    Status: 'Enabled',
    Prefix: `${exportKeyPrefix}/`,
    ExpirationInDays: exportExpirationInDays,
  };
  return exportExpirationInDays > 0 ? [tidy, old] : [tidy];
}

const EXPORTABLE = ['INTERACTIONS', 'ITEMS', 'USERS'];
const newOr = (existing, file) => (existing ? 'resources/nothing.yml' : `resources/${file}.yml`);

function referencesOf({ existingBucket, existingRoleArn, existingKeyArn, existingTopicArn, ...settings }) {
  const sub = (text) => ({ 'Fn::Sub': text });
  const bucketArn = existingBucket ? `arn:\${AWS::Partition}:s3:::${existingBucket}` : '${ExportBucket.Arn}';
  const groups = settings.importDatasetGroups
    .split(',')
    .map((group) => group.trim())
    .filter(Boolean);
  return {
    files: {
      bucket: newOr(existingBucket, 'bucket'),
      personalizeRole: newOr(existingRoleArn, 'personalize-role'),
      key: newOr(existingKeyArn, 'key'),
      topic: newOr(existingTopicArn, 'topic'),
      topicEmail: newOr(existingTopicArn || !settings.notificationEmail, 'topic-email'),
      alarmEmail: newOr(!settings.notificationEmail, 'alarm-email'),
      trail: newOr(!settings.createTrail, 'trail'),
      solutionTrigger: newOr(!settings.solutionEventBus, 'solution-trigger'),
      withoutSuccessAlarm: newOr(settings.alarmAfterHoursWithoutSuccess === 0, 'without-success-alarm'),
    },
    lifecycleRules: lifecycleRules(settings),
    bucketName: existingBucket || { Ref: 'ExportBucket' },
    bucketArn: sub(bucketArn),
    bucketObjectsArn: sub(`${bucketArn}/*`),
    bucketRequestsArn: sub(`${bucketArn}/requests/*`),
    keyArn: existingKeyArn || { 'Fn::GetAtt': ['ExportKey', 'Arn'] },
    personalizeRoleArn: existingRoleArn || { 'Fn::GetAtt': ['PersonalizeRole', 'Arn'] },
    topicArn: existingTopicArn || { Ref: 'ExportTopic' },
    importedDatasetGroups: groups.join(','),
    // Dataset ARNs end in /<group>/<TYPE>; imports of types that can't be exported start nothing.
    importedDatasetPatterns:
      groups.length > 0
        ? groups.flatMap((group) => EXPORTABLE.map((type) => ({ wildcard: `*:dataset/${group}/${type}` })))
        : EXPORTABLE.map((type) => ({ suffix: `/${type}` })),
  };
}
