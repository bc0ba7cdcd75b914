const { findRegion } = require('./region.cjs');
const sizeFaults = require('./size-faults.cjs');

/** The resource types of the template that have tags as a list of `Key` and `Value`. AWS::CloudWatch::Dashboard has them in the
 * newest schema only: it gets its tags from the stack, like everything that CloudFormation can tag. */
const TAGGABLE = [
  'AWS::CloudTrail::Trail',
  'AWS::CloudWatch::Alarm',
  'AWS::Events::Rule',
  'AWS::IAM::Role',
  'AWS::KMS::Key',
  'AWS::Lambda::Function',
  'AWS::Logs::LogGroup',
  'AWS::S3::Bucket',
  'AWS::SNS::Topic',
  'AWS::SQS::Queue',
  'AWS::Scheduler::ScheduleGroup',
  'AWS::StepFunctions::StateMachine',
];

/** A plugin of osls. It stops every command at wrong settings, and gives each resource of the finished template the tags and
 * each role the permissions boundary of the settings. */
module.exports = class Plugin {
  constructor(serverless) {
    const { service } = serverless;
    this.hooks = {
      initialize: async () => {
        stopAt(await regionFaults(serverless.processedInput), serverless);
        stopAt(service.custom.settings.faults, serverless);
        stopAt(sizeFaults(plannedResources(service), service.provider), serverless);
      },
      'after:aws:package:finalize:mergeCustomProviderResources': () =>
        complete(service.provider.compiledCloudFormationTemplate.Resources, service.custom.settings),
    };
  }
};

/** Without a region, osls would deploy to one of its own choice. */
async function regionFaults({ commands, options }) {
  if (['package', 'print'].includes(commands[0]) || (await findRegion(options))) return [];
  return ['There is no region. Give --region, or set AWS_REGION or the region of your profile.'];
}

/** osls prints the message of its own errors without a stack trace. */
function stopAt(faults, serverless) {
  if (faults.length > 0) throw new serverless.classes.Error(faults.join('\n'), 'WRONG_SETTINGS');
}

/** The functions and resources of serverless.yml, before osls checks them by rules of its own. */
function plannedResources({ functions, resources }) {
  const asResource = ({ name, environment = {} }) => ({
    Type: 'AWS::Lambda::Function',
    Properties: { FunctionName: name, Environment: { Variables: environment } },
  });
  return Object.assign(
    Object.fromEntries(
      [functions]
        .flat()
        .flatMap(Object.entries)
        .map(([key, given]) => [key, asResource(given)]),
    ),
    ...[resources].flat().map(({ Resources }) => Resources),
  );
}

function complete(resources, { tagsByKey, permissionsBoundaryArn }) {
  const tags = Object.entries(tagsByKey).map(([Key, Value]) => ({ Key, Value }));
  for (const { Type, Properties } of Object.values(resources)) {
    if (TAGGABLE.includes(Type) && tags.length > 0) Properties.Tags = [...(Properties.Tags ?? []), ...tags];
    if (Type === 'AWS::IAM::Role' && permissionsBoundaryArn) Properties.PermissionsBoundary = permissionsBoundaryArn;
  }
}
