const faultsIn = require('./setting-faults.cjs');
const { defaultSettings } = require('./settings-schema.cjs');
const hoursWithoutSuccess = require('./hours-without-success.cjs');
const readSchedules = require('./read-schedules.cjs');

/** The settings of serverless.yml, and what follows from them: the files with the new resources, and how the others refer to
 * new or existing resources. `faults` has a sentence for each wrong setting or schedule. The plugin (plugin.cjs) stops there; until then
 * the defaults take the place of all settings, so that osls reports no other errors. */
module.exports = async ({ options = {}, resolveVariable }) => {
  const stage = await resolveVariable('sls:stage');
  const names = Object.keys(defaultSettings);
  const values = await Promise.all(names.map((name) => resolveVariable(`param:${name}`)));
  const settings = Object.fromEntries(names.map((name, index) => [name, values[index]]));
  const wrong = faultsIn(settings, { stage, given: await namesGiven(options, resolveVariable, stage) });
  const name = await resolveVariable('self:custom.name');
  const { schedules, faults } =
    wrong.length === 0 ? await readSchedules(settings.schedulesFile, name) : { schedules: [], faults: wrong };
  return { faults, ...derived(faults.length === 0 ? settings : defaultSettings, schedules, name) };
};

/** The names of all settings in serverless.yml, for every stage and for this one, and on the command line. */
async function namesGiven({ param }, resolveVariable, stage) {
  const blocks = await resolveVariable('self:params');
  const onCommandLine = (param ?? []).map((pair) => pair.split('=')[0]);
  return [...Object.keys(blocks.default ?? {}), ...Object.keys(blocks[stage] ?? {}), ...onCommandLine];
}

function derived(given, schedules, name) {
  const settings = { ...given, alarmAfterHoursWithoutSuccess: hoursUntilAlarm(given, schedules) };
  return {
    ...settings,
    schedules,
    tagsByKey: Object.fromEntries(JSON.parse(settings.stackTags).map(({ tagKey, tagValue }) => [tagKey, tagValue])),
    files: filesFor(settings),
    lifecycleRules: lifecycleRules(settings),
    ...referencesFor(settings, name),
    ...triggersFor(settings),
  };
}

/** CloudWatch's alarm on missing success, in hours; 0 for none. */
function hoursUntilAlarm({ alarmAfterHoursWithoutSuccess, deadlineMinutes }, schedules) {
  return alarmAfterHoursWithoutSuccess === 'auto'
    ? hoursWithoutSuccess(schedules, deadlineMinutes)
    : alarmAfterHoursWithoutSuccess;
}

/** For each optional file in resources/: itself, or nothing.yml. */
function filesFor(settings) {
  const fileIf = (condition, name, otherwise = 'nothing') => `resources/${condition ? name : otherwise}.yml`;
  return {
    bucket: fileIf(!settings.existingBucket, 'bucket'),
    personalizeRole: fileIf(!settings.existingRoleArn, 'personalize-role'),
    key: fileIf(!settings.existingKeyArn, 'key'),
    topic: fileIf(!settings.existingTopicArn, 'topic'),
    topicEmail: fileIf(settings.notificationEmail && !settings.existingTopicArn, 'topic-email'),
    alarmEmail: fileIf(settings.notificationEmail, 'alarm-email'),
    trail: fileIf(settings.createTrail, 'trail'),
    restoreRole: fileIf(settings.restoreRole, 'restore-role'),
    verifyExport: fileIf(settings.verifyExports, 'verify-export'),
    verifyExportFunction: fileIf(settings.verifyExports, 'verify-export-function', 'no-function'),
    table: fileIf(settings.glueDatabase, 'table'),
    solutionTrigger: fileIf(settings.solutionEventBus, 'solution-trigger'),
    withoutSuccessAlarm: fileIf(settings.alarmAfterHoursWithoutSuccess > 0, 'without-success-alarm'),
  };
}

/** Manifests expire before their exports, so that none describes data that is gone: a manifest is written at the latest on
 * the second day after the first object of its export, and S3 counts whole days. */
const MANIFESTS_EXPIRE_DAYS_EARLIER = 2;

/** Days for which a request file is kept, and after that its versions: longer than its event can wait as a dead letter, which is
 * 14 days. */
const REQUEST_FILE_DAYS = 15;

/** Unfinished uploads, request files and old versions always expire; exports and their manifests only if a setting says so, and
 * then without old versions. Where two rules apply to an object, S3 takes the shorter time. */
function lifecycleRules({ exportExpirationInDays, exportKeyPrefix }) {
  const tidy = {
    Id: 'Tidy',
    Status: 'Enabled',
    AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
    ExpiredObjectDeleteMarker: true,
    NoncurrentVersionExpiration: { NoncurrentDays: 30 },
  };
  const expiring = (Id, Prefix, days, oldVersionDays) => ({
    ...{ Id, Status: 'Enabled', Prefix, ExpirationInDays: days },
    NoncurrentVersionExpiration: { NoncurrentDays: oldVersionDays },
  });
  const expiringExports = [
    expiring('OldExports', `${exportKeyPrefix}/`, exportExpirationInDays, 1),
    expiring('OldManifests', 'manifests/', exportExpirationInDays - MANIFESTS_EXPIRE_DAYS_EARLIER, 1),
  ];
  return [
    tidy,
    expiring('RequestFiles', 'requests/', REQUEST_FILE_DAYS, REQUEST_FILE_DAYS),
    ...(exportExpirationInDays > 0 ? expiringExports : []),
  ];
}

/** How resources refer to the bucket, key, role and topic, new or existing. */
function referencesFor(settings, name) {
  const { existingBucket, existingRoleArn, existingKeyArn, existingTopicArn, exportKeyPrefix } = settings;
  const bucketArn = existingBucket ? `arn:\${AWS::Partition}:s3:::${existingBucket}` : '${ExportBucket.Arn}';
  return {
    bucketName: existingBucket || { Ref: 'ExportBucket' },
    bucketArn: { 'Fn::Sub': bucketArn },
    bucketExportsArn: { 'Fn::Sub': `${bucketArn}/${exportKeyPrefix}/*` },
    // What the bucket policy allows Personalize, as its guide says for exports and for imports.
    personalizeBucketActions: ['s3:PutObject', 's3:ListBucket', ...(settings.restoreRole ? ['s3:GetObject'] : [])],
    bucketRequestsArn: { 'Fn::Sub': `${bucketArn}/requests/*` },
    bucketManifestsArn: { 'Fn::Sub': `${bucketArn}/manifests/*` },
    // Without verification there is no such function, and the state machine never invokes it.
    verifyExportFunctionArn: settings.verifyExports
      ? { 'Fn::GetAtt': ['VerifyExportLambdaFunction', 'Arn'] }
      : {
          'Fn::Sub': `arn:\${AWS::Partition}:lambda:\${AWS::Region}:\${AWS::AccountId}:function:${name}-verify-export`,
        },
    verifyExportEnvironment: settings.glueDatabase ? { GLUE_DATABASE: settings.glueDatabase } : {},
    keyArn: existingKeyArn || { 'Fn::GetAtt': ['ExportKey', 'Arn'] },
    personalizeRoleArn: existingRoleArn || { 'Fn::GetAtt': ['PersonalizeRole', 'Arn'] },
    topicArn: existingTopicArn || { Ref: 'ExportTopic' },
    ruleArns: ruleIds(settings).map((id) => ({ 'Fn::GetAtt': [id, 'Arn'] })),
  };
}

/** The rules that send dead letters. */
function ruleIds({ solutionEventBus }) {
  const ids = ['ImportStartedRule', 'RequestDroppedRule', 'ExportRequestedRule'];
  return solutionEventBus ? [...ids, 'SolutionImportActiveRule'] : ids;
}

/** The named dataset groups, separated by commas alone, and the states of the rules of each trigger. */
function triggersFor({ importDatasetGroups, importTrigger, eventTrigger, requestFileTrigger }) {
  const groups = importDatasetGroups.split(',').map((group) => group.trim());
  const switches = Object.entries({ importTrigger, eventTrigger, requestFileTrigger });
  return {
    importedDatasetGroups: groups.filter(Boolean).join(','),
    states: Object.fromEntries(switches.map(([name, isOn]) => [name, isOn ? 'ENABLED' : 'DISABLED'])),
  };
}
