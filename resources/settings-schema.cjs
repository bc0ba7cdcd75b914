const wholeNumber = (minimum, maximum, value) => ({
  type: 'integer',
  minimum,
  maximum,
  default: value,
  description: `a whole number from ${minimum} to ${maximum}`,
});
const oneOf = (type, values, value) => ({
  type,
  enum: values,
  default: value,
  description: `one of ${values.join(', ')}`,
});
const optional = (pattern, description) => ({
  type: 'string',
  pattern: `^(|${pattern})$`,
  default: '',
  description: `${description}, or empty`,
});
/** An ARN of a resource in a region, without wildcards. */
const arn = (service, resource, description) =>
  optional(`arn:aws[a-z-]*:${service}:[a-z0-9-]+:\\d{12}:${resource}`, `the ARN of ${description}`);
/** IAM's resources have no region. */
const iamArn = (kind, account, description) =>
  optional(`arn:aws[a-z-]*:iam::${account}:${kind}/[A-Za-z0-9_+=,.@/-]+`, `the ARN of ${description}`);

const daysOrNever = { type: 'integer', description: '0, or a whole number from 3 to 36500' };
const hoursOrAuto = { description: 'auto, or a whole number from 0 to 168' };

/** What each setting of serverless.yml may be, and its default there. */
exports.settingsSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    notificationEmail: optional('[^@\\s]+@[^@\\s]+\\.[^@\\s]+', 'an e-mail address'),
    existingBucket: optional('[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]', 'the name of a bucket'),
    existingRoleArn: iamArn('role', '\\d{12}', 'an IAM role, such as arn:aws:iam::123456789012:role/personalize'),
    existingKeyArn: arn(
      'kms',
      'key/[A-Za-z0-9-]+',
      'a KMS key, such as arn:aws:kms:eu-west-1:123456789012:key/1234abcd',
    ),
    existingTopicArn: arn('sns', '[A-Za-z0-9_-]+', 'an SNS topic, such as arn:aws:sns:eu-west-1:123456789012:exports'),
    permissionsBoundaryArn: iamArn(
      'policy',
      '(\\d{12}|aws)',
      'an IAM policy, such as arn:aws:iam::123456789012:policy/boundary',
    ),
    stackTags: { type: 'string', default: '[]' },
    exportKeyPrefix: {
      type: 'string',
      pattern: "^(?!(requests|manifests)(/|$))[A-Za-z0-9!_.*'()-]+(/[A-Za-z0-9!_.*'()-]+)*$",
      maxLength: 100,
      default: 'exports',
      description:
        'a key prefix of at most 100 characters without a slash at either end, such as exports/daily, and not under requests/ or manifests/',
    },
    // Manifests expire two days before exports, and after one day at the earliest.
    exportExpirationInDays: {
      ...daysOrNever,
      default: 0,
      anyOf: [
        { ...daysOrNever, const: 0 },
        { ...daysOrNever, minimum: 3, maximum: 36_500 },
      ],
    },
    restoreRole: { type: 'boolean', default: false, description: 'true or false' },
    verifyExports: { type: 'boolean', default: true, description: 'true or false' },
    glueDatabase: optional(
      '[a-z0-9_-]{1,255}',
      'the name of a Glue database, of lower-case letters, digits, underscores and hyphens, such as exports',
    ),
    ingestionMode: oneOf('string', ['BULK', 'PUT', 'ALL'], 'ALL'),
    exportJobTags: { type: 'string', default: '[]' },
    deadlineMinutes: wholeNumber(1, 2_880, 360),
    pollShortestSeconds: wholeNumber(1, 3_600, 15),
    pollLongestSeconds: wholeNumber(1, 3_600, 900),
    importDatasetGroups: optional(
      '[A-Za-z0-9][A-Za-z0-9_-]*(, *[A-Za-z0-9][A-Za-z0-9_-]*)*',
      'names of dataset groups separated by commas, such as shop,news',
    ),
    solutionEventBus: optional('[A-Za-z0-9._/-]{1,256}', 'the name of an event bus'),
    importTrigger: { type: 'boolean', default: true, description: 'true or false' },
    eventTrigger: { type: 'boolean', default: true, description: 'true or false' },
    requestFileTrigger: { type: 'boolean', default: true, description: 'true or false' },
    schedulesFile: { type: 'string', default: 'schedules.yml', description: 'the path of a file, or empty' },
    createTrail: { type: 'boolean', default: false, description: 'true or false' },
    alarmAfterHoursWithoutSuccess: {
      ...hoursOrAuto,
      default: 'auto',
      anyOf: [
        { ...hoursOrAuto, const: 'auto' },
        { ...hoursOrAuto, type: 'integer', minimum: 0, maximum: 168 },
      ],
    },
    logRetentionInDays: oneOf(
      'integer',
      [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653],
      90,
    ),
  },
};

/** The default of each setting. */
exports.defaultSettings = Object.fromEntries(
  Object.entries(exports.settingsSchema.properties).map(([name, schema]) => [name, schema.default]),
);

/** Letters and digits of any script, spaces, and these characters: the model of Personalize, `TagKey` and `TagValue`. */
const TAG_CHARACTERS = '\\p{L}\\p{Z}\\p{N}_.:/=+\\-@';
/** What osls accepts in the key of a stack tag. */
const STACK_TAG_KEY_CHARACTERS = 'A-Za-z0-9_.:/=+\\- ';

const tagsSchema = (maxItems, keyCharacters, keyDescription) => ({
  type: 'array',
  maxItems,
  description: `a list of at most ${maxItems} tags`,
  items: {
    type: 'object',
    additionalProperties: false,
    required: ['tagKey', 'tagValue'],
    description: 'a tag, such as {"tagKey": "team", "tagValue": "search"}',
    properties: {
      tagKey: {
        type: 'string',
        pattern: `^(?![Aa][Ww][Ss]:)[${keyCharacters}]{1,128}$`,
        description: `1 to 128 ${keyDescription}, not starting with aws:`,
      },
      tagValue: {
        type: 'string',
        pattern: `^[${TAG_CHARACTERS}]{0,256}$`,
        description: 'at most 256 letters, digits, spaces and the characters _ . : / = + - @',
      },
    },
  },
});

/** What the setting `exportJobTags` may be, once it is parsed. */
exports.exportJobTagsSchema = tagsSchema(
  50,
  TAG_CHARACTERS,
  'letters, digits, spaces and the characters _ . : / = + - @',
);

/** The same for `stackTags`. A resource has at most 50 tags; osls adds one to each, and the keys have one of their own. */
exports.stackTagsSchema = tagsSchema(
  48,
  STACK_TAG_KEY_CHARACTERS,
  'of the characters A to Z, a to z, 0 to 9, space and _ . : / = + -',
);
