import { type Check, fail, ok } from './check.ts';
import { type Deployment, isBrought, type Output, stackOf } from './deployment.ts';
import type { Observation } from './report-schema.ts';

/** The settings for existing resources: the resource that each replaces, and the output that names it. */
const SETTINGS: [setting: string, logicalId: string, output: Output][] = [
  ['existingBucket', 'ExportBucket', 'ExportBucket'],
  ['existingRoleArn', 'PersonalizeRole', 'PersonalizeRoleArn'],
  ['existingKeyArn', 'ExportKey', 'ExportKeyArn'],
  ['existingTopicArn', 'ExportTopic', 'ExportTopicArn'],
];

export const existingCheck: Check = {
  name: 'existing-resources',
  checks:
    'Which existing resources the deployment uses, and whether they are in its account and region. The checks of role, bucket, key and topics examine them like new ones.',
  why: 'The pipeline can not use a topic or a key of another region, or a role of another account.',
  actions: [],
  needsStack: true,
  run: async ({ deployment }) => {
    stackOf(deployment);
    const brought = SETTINGS.filter(([, logicalId]) => isBrought(deployment, logicalId));
    if (brought.length === 0) return [ok('None: every resource is new.')];
    return brought.map(([setting, , output]) => ({
      subject: setting,
      ...judge(setting, deployment.outputs[output] ?? '', deployment),
    }));
  },
};

function judge(setting: string, value: string, { region, account }: Deployment): Observation {
  const [, , service, itsRegion, itsAccount] = value.split(':');
  const isElsewhere = Boolean(itsRegion) && itsRegion !== region;
  // A key may be another account's.
  const isForeign = service === 'iam' && itsAccount !== account;
  if (!isElsewhere && !isForeign) return ok(value);
  const place = isElsewhere
    ? `in ${itsRegion}, the deployment in ${region}`
    : `of the account ${itsAccount}, the deployment of ${account}`;
  return fail(`${value} is ${place}.`, `Set ${setting} to a resource in the account and region of the deployment.`);
}
