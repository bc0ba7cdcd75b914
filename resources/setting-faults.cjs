const { existsSync } = require('node:fs');
const { closest, distance } = require('fastest-levenshtein');
const faultsOf = require('./faults.cjs');
const { exportJobTagsSchema, settingsSchema, stackTagsSchema } = require('./settings-schema.cjs');

/** The key of the tag that marks the KMS keys of a deployment (key.yml, trail.yml). */
const OWN_TAG = 'personalize-dataset-export';

/**
 * What is wrong with the settings.
 * @param settings every setting by its name. Numbers and booleans may be given as text, and are replaced by their values.
 * @param given the names that the configuration and the command line use
 * @returns a sentence for each fault, which names the setting
 */
module.exports = (settings, { stage, given }) => [
  ...new Set([
    ...unknownNames(given),
    // A parameter given by --param is text.
    ...textsOf(faultsOf(settingsSchema, settings, { coerceTypes: true })),
    ...tagFaults(settings, 'exportJobTags', exportJobTagsSchema),
    ...tagFaults(settings, 'stackTags', stackTagsSchema, OWN_TAG),
    ...faultsTogether(settings, stage),
  ]),
];

function textsOf(faults, within = '') {
  return faults.map(({ pointer, text }) => `The setting ${(within + pointer).replace(/^\/|\/$/g, '')} ${text}`);
}

function faultIf(condition, name, value, expected) {
  return condition ? [`The setting ${name} is ${JSON.stringify(value)}, but ${expected}.`] : [];
}

function unknownNames(given) {
  const known = Object.keys(settingsSchema.properties);
  return given
    .filter((name) => !known.includes(name))
    .map((name) => {
      const nearest = closest(name, known);
      const isLike = distance(name.toLowerCase(), nearest.toLowerCase()) <= nearest.length / 2;
      const advice = isLike ? `Did you mean ${nearest}?` : 'serverless.yml lists the settings.';
      return `The setting ${name} is unknown. ${advice}`;
    });
}

function tagFaults(settings, name, schema, reservedKey) {
  const text = settings[name];
  let tags;
  try {
    tags = JSON.parse(text);
  } catch {
    return faultIf(true, name, text, 'must be JSON, such as [{"tagKey": "team", "tagValue": "search"}]');
  }
  const faults = textsOf(faultsOf(schema, tags), name);
  return faults.length > 0 ? faults : keyFaults(tags, name, reservedKey);
}

/** IAM doesn't distinguish upper and lower case in the key of a tag. */
function keyFaults(tags, name, reservedKey) {
  const keys = tags.map(({ tagKey }) => tagKey.toLowerCase());
  return keys.flatMap((key, index) => [
    ...(keys.indexOf(key) < index ? [`The setting ${name} has the key ${tags[index].tagKey} twice.`] : []),
    ...(key === reservedKey ? [`The setting ${name} has the key ${tags[index].tagKey}, which is reserved.`] : []),
  ]);
}

/** Checks what no schema of a single setting can say. */
function faultsTogether(settings, stage) {
  const { pollShortestSeconds, pollLongestSeconds, schedulesFile, existingBucket, exportExpirationInDays } = settings;
  const { glueDatabase, verifyExports } = settings;
  return [
    ...faultIf(
      !/^[a-z][a-z0-9-]*$/.test(stage),
      'stage',
      stage,
      'must be lower-case letters, digits and hyphens, starting with a letter',
    ),
    // Two days, the longest deadline, of polls with 9 history events each for three datasets stay below 25,000.
    ...faultIf(
      pollLongestSeconds < 300 && stage !== 'local',
      'pollLongestSeconds',
      pollLongestSeconds,
      'must be at least 300: an execution has at most 25,000 history events',
    ),
    ...faultIf(
      pollShortestSeconds > pollLongestSeconds,
      'pollShortestSeconds',
      pollShortestSeconds,
      'must not exceed pollLongestSeconds',
    ),
    ...faultIf(
      existingBucket && exportExpirationInDays > 0,
      'exportExpirationInDays',
      exportExpirationInDays,
      'must be 0 with existingBucket: the rules of that bucket decide',
    ),
    ...faultIf(
      glueDatabase !== '' && !verifyExports,
      'glueDatabase',
      glueDatabase,
      'must be empty if verifyExports is false: a table shows only exports that passed verification',
    ),
    ...faultIf(
      schedulesFile !== '' && !existsSync(String(schedulesFile)),
      'schedulesFile',
      schedulesFile,
      'there is no such file',
    ),
  ];
}
