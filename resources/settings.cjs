const { existsSync } = require('node:fs');
const faultsOf = require('./faults.cjs');
const { settingsSchema, tagsSchema } = require('./settings-schema.cjs');

/** The settings of serverless.yml, checked, and what follows from them: the files with the new resources, and how the others
 * refer to new or existing resources. */
module.exports = async ({ resolveVariable }) => {
  const names = Object.keys(settingsSchema.properties);
  const given = await Promise.all(names.map((name) => resolveVariable(`param:${name}`)));
  const settings = Object.fromEntries(names.map((name, index) => [name, given[index]]));
  // A parameter given by --param is text.
  stopAt(faultsOf(settingsSchema, settings, { coerceTypes: true }));
  stopAt(faultsOf(tagsSchema, parseTags(settings.exportJobTags)), 'exportJobTags');
  checkTogether(settings, await resolveVariable('sls:stage'));
  return {
    ...settings,
    files: filesFor(settings),
    lifecycleRules: lifecycleRules(settings),
    ...referencesFor(settings),
    ...importTriggerFor(settings),
  };
};

function stopAt(faults, within = '') {
  const texts = faults.map(({ pointer, text }) => `The setting ${(within + pointer).replace(/^\/|\/$/g, '')} ${text}`);
  if (texts.length > 0) throw new Error([...new Set(texts)].join(' '));
}

function fail(name, value, why) {
  throw new Error(`The setting ${name} is ${JSON.stringify(value)}, but ${why}.`);
}

function parseTags(text) {
  try {
    return JSON.parse(text);
  } catch {
    return fail('exportJobTags', text, 'must be JSON, such as [{"tagKey": "team", "tagValue": "search"}]');
  }
}

/** Checks what no schema of a single setting can say. */
function checkTogether({ pollShortestSeconds, pollLongestSeconds, schedulesFile }, stage) {
  // With a longer stage, the name of the longest function would exceed Lambda's 64 characters.
  if (!/^[a-z][a-z0-9-]{0,15}$/.test(stage)) {
    fail('stage', stage, 'must be 1 to 16 lower-case letters, digits and hyphens, starting with a letter');
  }
  // An execution may have 25,000 history events. Two days, the longest deadline, of polls with 9 events each for three datasets
  // stay below that.
  if (pollLongestSeconds < 300 && stage !== 'local') {
    fail(
      'pollLongestSeconds',
      pollLongestSeconds,
      'must be at least 300: an execution has at most 25,000 history events',
    );
  }
  if (pollShortestSeconds > pollLongestSeconds) {
    fail('pollShortestSeconds', pollShortestSeconds, 'must not exceed pollLongestSeconds');
  }
  if (!existsSync(schedulesFile)) fail('schedulesFile', schedulesFile, 'there is no such file');
}

/** For each optional file in resources/: itself, or nothing.yml. */
function filesFor(settings) {
  const fileIf = (condition, name) => `resources/${condition ? name : 'nothing'}.yml`;
  return {
    bucket: fileIf(!settings.existingBucket, 'bucket'),
    personalizeRole: fileIf(!settings.existingRoleArn, 'personalize-role'),
    key: fileIf(!settings.existingKeyArn, 'key'),
    topic: fileIf(!settings.existingTopicArn, 'topic'),
    topicEmail: fileIf(settings.notificationEmail && !settings.existingTopicArn, 'topic-email'),
    alarmEmail: fileIf(settings.notificationEmail, 'alarm-email'),
    trail: fileIf(settings.createTrail, 'trail'),
    solutionTrigger: fileIf(settings.solutionEventBus, 'solution-trigger'),
    withoutSuccessAlarm: fileIf(settings.alarmAfterHoursWithoutSuccess > 0, 'without-success-alarm'),
  };
}

/** Unfinished uploads and replaced versions always expire; exports only if a setting says so. */
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

/** How resources refer to the bucket, key, role and topic, new or existing. */
function referencesFor({ existingBucket, existingRoleArn, existingKeyArn, existingTopicArn }) {
  const bucketArn = existingBucket ? `arn:\${AWS::Partition}:s3:::${existingBucket}` : '${ExportBucket.Arn}';
  return {
    bucketName: existingBucket || { Ref: 'ExportBucket' },
    bucketArn: { 'Fn::Sub': bucketArn },
    bucketObjectsArn: { 'Fn::Sub': `${bucketArn}/*` },
    bucketRequestsArn: { 'Fn::Sub': `${bucketArn}/requests/*` },
    keyArn: existingKeyArn || { 'Fn::GetAtt': ['ExportKey', 'Arn'] },
    personalizeRoleArn: existingRoleArn || { 'Fn::GetAtt': ['PersonalizeRole', 'Arn'] },
    topicArn: existingTopicArn || { Ref: 'ExportTopic' },
  };
}

/** The named dataset groups, and the patterns of the dataset ARNs whose imports trigger exports. An ARN ends in
 * /<group>/<TYPE>; imports of types that can't be exported trigger nothing. */
function importTriggerFor({ importDatasetGroups }) {
  const types = ['INTERACTIONS', 'ITEMS', 'USERS'];
  const groups = importDatasetGroups
    .split(',')
    .map((group) => group.trim())
    .filter(Boolean);
  return {
    importedDatasetGroups: groups.join(','),
    importedDatasetPatterns:
      groups.length > 0
        ? groups.flatMap((group) => types.map((type) => ({ wildcard: `*:dataset/${group}/${type}` })))
        : types.map((type) => ({ suffix: `/${type}` })),
  };
}
