const wholeNumber = (minimum, maximum) => ({
  type: 'integer',
  minimum,
  maximum,
  description: `a whole number from ${minimum} to ${maximum}`,
});
const oneOf = (type, values) => ({ type, enum: values, description: `one of ${values.join(', ')}` });
const text = (pattern, description) => ({ type: 'string', pattern, description });
const arn = (service, resource, description) =>
  text(`^(|arn:aws[a-z-]*:${service}:[a-z0-9-]*:(\\d{12})?:${resource})$`, `the ARN of ${description}, or empty`);

/** What each setting of serverless.yml may be. */
exports.settingsSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    notificationEmail: text('^(|[^@\\s]+@[^@\\s]+\\.[^@\\s]+)$', 'an e-mail address, or empty'),
    existingBucket: text('^(|[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])$', 'the name of a bucket, or empty'),
    existingRoleArn: arn('iam', 'role/.+', 'an IAM role, such as arn:aws:iam::123456789012:role/personalize'),
    existingKeyArn: arn('kms', 'key/.+', 'a KMS key, such as arn:aws:kms:eu-west-1:123456789012:key/1234abcd'),
    existingTopicArn: arn('sns', '[A-Za-z0-9_-]+', 'an SNS topic, such as arn:aws:sns:eu-west-1:123456789012:exports'),
    exportKeyPrefix: {
      ...text(
        "^(?!requests(/|$))[A-Za-z0-9!_.*'()-]+(/[A-Za-z0-9!_.*'()-]+)*$",
        'a key prefix of at most 100 characters without a slash at either end, such as exports/daily, and not under requests/',
      ),
      maxLength: 100,
    },
    exportExpirationInDays: wholeNumber(0, 36_500),
    ingestionMode: oneOf('string', ['BULK', 'PUT', 'ALL']),
    exportJobTags: { type: 'string' },
    deadlineMinutes: wholeNumber(1, 2_880),
    pollShortestSeconds: wholeNumber(1, 3_600),
    pollLongestSeconds: wholeNumber(1, 3_600),
    importDatasetGroups: text(
      '^(|[A-Za-z0-9][A-Za-z0-9_-]*(, *[A-Za-z0-9][A-Za-z0-9_-]*)*)$',
      'names of dataset groups separated by commas, such as shop,news, or empty',
    ),
    solutionEventBus: text('^(|[A-Za-z0-9._/-]{1,256})$', 'the name of an event bus, or empty'),
    schedulesFile: { type: 'string', minLength: 1, description: 'the path of a file' },
    createTrail: { type: 'boolean', description: 'true or false' },
    alarmAfterHoursWithoutSuccess: wholeNumber(0, 24),
    logRetentionInDays: oneOf(
      'integer',
      [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653],
    ),
  },
};

/** What the setting `exportJobTags` may be, once it is parsed. */
exports.tagsSchema = {
  type: 'array',
  maxItems: 50,
  description: 'a list of at most 50 tags',
  items: {
    type: 'object',
    additionalProperties: false,
    required: ['tagKey', 'tagValue'],
    description: 'a tag, such as {"tagKey": "team", "tagValue": "search"}',
    properties: {
      tagKey: { type: 'string', minLength: 1, maxLength: 128, description: 'a text of 1 to 128 characters' },
      tagValue: { type: 'string', maxLength: 256, description: 'a text of at most 256 characters' },
    },
  },
};
