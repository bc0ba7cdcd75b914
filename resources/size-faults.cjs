/** The property that names a resource, and the most characters that AWS allows. Buckets and roles have no names here:
 * CloudFormation makes up names that fit. Names of schedules: read-schedules.cjs. */
const NAMES = {
  'AWS::Events::Rule': ['Name', 64],
  'AWS::Scheduler::ScheduleGroup': ['Name', 64],
  'AWS::IAM::Role': ['RoleName', 64],
  'AWS::Lambda::Function': ['FunctionName', 64],
  'AWS::S3::Bucket': ['BucketName', 63],
  'AWS::StepFunctions::StateMachine': ['StateMachineName', 80],
  'AWS::SQS::Queue': ['QueueName', 80],
  'AWS::CloudTrail::Trail': ['TrailName', 128],
  'AWS::SNS::Topic': ['TopicName', 256],
  'AWS::CloudWatch::Alarm': ['AlarmName', 255],
};
const MOST_ENVIRONMENT_BYTES = 4_096;
/** The settings that a function's environment takes over at any length. */
const SETTING_OF = { EXPORT_JOB_TAGS: 'exportJobTags', IMPORT_DATASET_GROUPS: 'importDatasetGroups' };

/**
 * What is too long for AWS: names and the environments of functions.
 * @param resources by logical id, as CloudFormation gets them
 * @param stage the stage, which every name contains
 * @returns a sentence for each fault, which names the stage or the setting and the longest that fits
 */
module.exports = (resources, { stage }) => {
  const all = Object.entries(resources);
  return [...stageFaults(all, stage), ...all.flatMap(([, resource]) => environmentFaults(resource))];
};

function nameOf({ Type, Properties }) {
  const [property, most] = NAMES[Type] ?? [];
  const name = Properties?.[property];
  return typeof name === 'string' ? { name, most } : undefined;
}

function stageFaults(resources, stage) {
  const names = resources.flatMap(([, resource]) => nameOf(resource) ?? []);
  const tightest = names.sort((one, other) => other.name.length - other.most - (one.name.length - one.most))[0];
  if (!tightest || tightest.name.length <= tightest.most) return [];
  const { name, most } = tightest;
  const longest = stage.length - (name.length - most);
  return [
    `The stage ${stage} is too long: the name ${name} would have ${name.length} characters, and AWS allows ${most}. ` +
      `The longest stage that fits has ${longest} characters.`,
  ];
}

/** Lambda measures the variables as JSON. */
function environmentFaults({ Type, Properties }) {
  if (Type !== 'AWS::Lambda::Function') return [];
  const variables = longest(Properties.Environment?.Variables ?? {});
  const excess = Buffer.byteLength(JSON.stringify(variables)) - MOST_ENVIRONMENT_BYTES;
  if (excess <= 0) return [];
  const bytesOf = (name) => Buffer.byteLength(JSON.stringify(variables[name] ?? ''));
  const [name] = Object.keys(SETTING_OF).sort((one, other) => bytesOf(other) - bytesOf(one));
  return [
    `The setting ${SETTING_OF[name]} is too long: the environment of ${Properties.FunctionName} would have ` +
      `${excess + MOST_ENVIRONMENT_BYTES} bytes, and Lambda allows ${MOST_ENVIRONMENT_BYTES}. ` +
      `The longest value that fits has ${Buffer.byteLength(variables[name]) - excess} bytes.`,
  ];
}

/** A value with each reference replaced by the longest text that may take its place. */
function longest(value) {
  if (typeof value === 'string') return value.replaceAll(/\$\{AWS::\w+\}/g, 'ap-southeast-1');
  if (Array.isArray(value)) return value.map(longest);
  if (value === null || typeof value !== 'object') return value;
  if ('Fn::Sub' in value) return longest(value['Fn::Sub']);
  if ('Ref' in value || 'Fn::GetAtt' in value) return 'x'.repeat(130);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, longest(member)]));
}
