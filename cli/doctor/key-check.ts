import { DescribeKeyCommand, GetKeyPolicyCommand, type KMSClient } from '@aws-sdk/client-kms';
import { about, type Check, fail, ok, undecided, warn } from './check.ts';
import { type Deployment, deployCommand, isBrought } from './deployment.ts';
import { PERSONALIZE, personalizeMay } from './personalize-call.ts';
import type { Observation } from './report-schema.ts';
import { present } from './unknown.ts';

const ACTIONS = ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey', 'kms:CreateGrant', 'kms:ListGrants'];

export const keyCheck: Check = {
  name: 'key',
  checks: 'The KMS key is enabled, and its policy lets Personalize use it.',
  why: 'If the key can not be used, exports and notifications fail.',
  actions: ['kms:DescribeKey', 'kms:GetKeyPolicy'],
  needsStack: true,
  run: async ({ clients: { kms }, deployment }) => {
    const KeyId = present(deployment.outputs.ExportKeyArn, 'cloudformation:DescribeStacks', 'output ExportKeyArn');
    return await Promise.all([
      about('state', () => stateOf(kms, KeyId, deployment)),
      about('policy', () => policyOf(kms, KeyId, deployment)),
    ]);
  },
};

async function stateOf(client: KMSClient, KeyId: string, deployment: Deployment): Promise<Observation> {
  try {
    const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId }));
    const state = present(KeyMetadata?.KeyState, 'kms:DescribeKey', 'KeyState');
    if (state === 'Enabled') return ok(`${KeyId} is enabled.`);
    const enable = `aws kms enable-key --key-id ${KeyId}`;
    const cancel = `aws kms cancel-key-deletion --key-id ${KeyId}`;
    return fail(`${KeyId} is ${state}.`, state === 'PendingDeletion' ? `${cancel} && ${enable}` : enable);
  } catch (error) {
    if ((error as Error).name !== 'NotFoundException') throw error;
    const fix = `Correct existingKeyArn, or remove the stack and deploy it again: ${deployCommand(deployment)}`;
    return fail(`There is no key ${KeyId}.`, fix);
  }
}

async function policyOf(client: KMSClient, KeyId: string, deployment: Deployment): Promise<Observation> {
  const { Policy } = await client.send(new GetKeyPolicyCommand({ KeyId }));
  const text = present(Policy, 'kms:GetKeyPolicy', 'Policy');
  const decisions = ACTIONS.map((action) => ({ action, decision: personalizeMay(text, action, deployment, KeyId) }));
  const lacking = decisions.filter(({ decision }) => decision !== 'allowed');
  if (lacking.length === 0) return ok(`${PERSONALIZE} may use the key.`);
  const statement = 'the statement PersonalizeEncryptsExports from resources/key.yml';
  const fix = isBrought(deployment, 'ExportKey')
    ? `Copy ${statement} into the key policy.`
    : `Undo what was changed outside CloudFormation: the key policy needs ${statement}.`;
  const seen = `The key policy does not let ${PERSONALIZE} use the key: ${lacking.map(({ action, decision }) => `${action} ${decision}`).join(', ')}.`;
  if (lacking.some(({ decision }) => decision === 'denied')) return fail(seen, fix);
  if (lacking.some(({ decision }) => decision === 'undecided')) return undecided(seen, fix);
  return warn(
    seen,
    fix,
    'The guide of Personalize asks for it, besides the permissions of the role. Exports may fail.',
  );
}
