import { GetRoleCommand, type IAMClient, paginateSimulatePrincipalPolicy } from '@aws-sdk/client-iam';
import { about, type Check, fail, ok, undecided } from './check.ts';
import { type Deployment, deployCommand, isBrought, type Output } from './deployment.ts';
import { bucketArns, PERSONALIZE, personalizeMay } from './personalize-call.ts';
import type { Observation } from './report-schema.ts';
import { present } from './unknown.ts';

const SIMULATE = 'iam:SimulatePrincipalPolicy';
const KEY_ACTIONS = ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'];

export const roleCheck: Check = {
  name: 'personalize-role',
  checks:
    'Personalize may assume the role. The role may write exports, list the bucket and use the key, by `iam:SimulatePrincipalPolicy`, which includes a permissions boundary.',
  why: 'If Personalize can not use the role, or the role lacks a permission, every export job ends as CREATE FAILED.',
  actions: ['iam:GetRole', SIMULATE],
  needsStack: true,
  run: async ({ clients: { iam }, deployment }) => {
    const { ExportBucket = '', ExportKeyArn = '' } = deployment.outputs;
    const { bucketArn, objectArn } = bucketArns(deployment, ExportBucket);
    const may =
      (output: Output, ...needs: [actions: string[], resource: string][]) =>
      async () => {
        present(deployment.outputs[output], 'cloudformation:DescribeStacks', `output ${output}`);
        const roleArn = roleOf(deployment);
        const denied = await Promise.all(needs.map((need) => deniedOf(iam, roleArn, ...need)));
        return judge(
          denied.flat(),
          needs.flatMap(([actions]) => actions),
          deployment,
        );
      };
    return await Promise.all([
      about('trust', () => trustOf(iam, deployment)),
      about('bucket', may('ExportBucket', [['s3:PutObject'], objectArn], [['s3:ListBucket'], bucketArn])),
      about('key', may('ExportKeyArn', [KEY_ACTIONS, ExportKeyArn])),
    ]);
  },
};

function roleOf({ outputs }: Deployment): string {
  return present(outputs.PersonalizeRoleArn, 'cloudformation:DescribeStacks', 'output PersonalizeRoleArn');
}

const remedy = (deployment: Deployment, what: string) =>
  isBrought(deployment, 'PersonalizeRole')
    ? `${what} as in resources/personalize-role.yml: docs/deploy.md, "Use existing resources".`
    : `Undo what was changed outside CloudFormation: ${what} as in resources/personalize-role.yml.`;

async function trustOf(client: IAMClient, deployment: Deployment): Promise<Observation> {
  const roleArn = roleOf(deployment);
  try {
    const { Role } = await client.send(new GetRoleCommand({ RoleName: roleArn.split('/').pop() }));
    const encoded = present(Role?.AssumeRolePolicyDocument, 'iam:GetRole', 'AssumeRolePolicyDocument');
    const decision = personalizeMay(decodeURIComponent(encoded), 'sts:AssumeRole', deployment);
    if (decision === 'allowed') return ok(`${PERSONALIZE} may assume ${roleArn}.`);
    const fix = remedy(deployment, 'Write the trust policy');
    if (decision === 'undecided')
      return undecided(`The trust of ${roleArn} depends on a condition that can't be judged from here.`, fix);
    return fail(`${PERSONALIZE} may not assume ${roleArn}: ${decision}.`, fix);
  } catch (error) {
    if (!/^NoSuchEntity/.test((error as Error).name)) throw error;
    return fail(
      `There is no role ${roleArn}.`,
      `Correct existingRoleArn, or remove the stack and deploy it again: ${deployCommand(deployment)}`,
    );
  }
}

interface Denied {
  action: string;
  resource: string;
  decision: string;
  /** Condition keys that the simulation did not have. */
  missing: string[];
}

async function deniedOf(
  client: IAMClient,
  PolicySourceArn: string,
  ActionNames: string[],
  resource: string,
): Promise<Denied[]> {
  const request = { PolicySourceArn, ActionNames, ResourceArns: [resource] };
  const judged: { action: string; decision: string; missing: string[] }[] = [];
  for await (const page of paginateSimulatePrincipalPolicy({ client }, request)) {
    for (const one of present(page.EvaluationResults, SIMULATE, 'EvaluationResults')) {
      const { EvalActionName = '', EvalDecision = 'without a decision', MissingContextValues: missing = [] } = one;
      judged.push({ action: EvalActionName, decision: EvalDecision, missing });
    }
  }
  for (const action of ActionNames)
    present(
      judged.find((one) => one.action === action),
      SIMULATE,
      `decision on ${action}`,
    );
  return judged.filter(({ decision }) => decision !== 'allowed').map((one) => ({ ...one, resource }));
}

function judge(denied: Denied[], actions: string[], deployment: Deployment): Observation {
  if (denied.length === 0) return ok(`Allowed: ${actions.join(', ')}.`);
  const fix = remedy(deployment, 'Write the policy');
  const list = denied.map(({ action, resource, decision }) => `${action} on ${resource}: ${decision}`).join('; ');
  const missing = [...new Set(denied.flatMap((one) => one.missing))];
  if (missing.length > 0) return undecided(`${list}. It depends on ${missing.join(', ')}.`, fix);
  return fail(`${list}.`, fix);
}
