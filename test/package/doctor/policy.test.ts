import { beforeAll, expect, it } from 'vitest';
import { CHECKS } from '../../../cli/doctor/checks.ts';
import { allows, type Call, type Policy, readPolicy, unneeded } from '../deployer/policy.ts';
import { type SetName, setNames } from '../packaged.ts';
import { type Account, type Answers, accountOf } from './account.ts';
import { doctorInAccount, type MadeCall, sdkError } from './examine.ts';

const FILE = 'docs/doctor-policy.json';
const examine = doctorInAccount();

/** The existing resources of this set have names of their own, which the policy can't know. */
const setsOfOwnResources = setNames.filter((name) => name !== 'existing resources' && name !== 'extremes');

/** The resource of a call, as IAM sees it. */
function resourceOf({ name, input }: MadeCall, { place, outputs }: Account): string {
  const { partition, region, accountId, stackName } = place;
  const inRegion = (service: string, resource: string) =>
    `arn:${partition}:${service}:${region}:${accountId}:${resource}`;
  if (/Stack|Template/.test(name)) return inRegion('cloudformation', `stack/${stackName}/1`);
  if (/Rule$/.test(name)) {
    const bus = input.EventBusName ? `${input.EventBusName}/` : '';
    return inRegion('events', `rule/${bus}${input.Name ?? input.Rule}`);
  }
  if (name === 'GetSchedule') return inRegion('scheduler', `schedule/${input.GroupName}/${input.Name}`);
  if (name === 'GetFunctionConfiguration') return inRegion('lambda', `function:${input.FunctionName}`);
  if (/Queue/.test(name)) return inRegion('sqs', `${stackName}-dead-letters`);
  if (/Bucket/.test(name)) return `arn:${partition}:s3:::${input.Bucket}`;
  if (/Key/.test(name)) return input.KeyId;
  if (name === 'GetRole') return String(outputs.PersonalizeRoleArn);
  const isList = /^(List(Dataset|DatasetGroup|DatasetExportJob|DatasetImportJob)s|DescribeTrails)$/.test(name);
  const { stateMachineArn, executionArn, TopicArn, PolicySourceArn, TrailName, Name, datasetGroupArn, datasetArn } =
    input;
  return isList
    ? '*'
    : [stateMachineArn, executionArn, TopicArn, PolicySourceArn, TrailName, Name, datasetGroupArn, datasetArn].find(
        Boolean,
      );
}

interface Observed extends Call {
  set: SetName;
}

let calls: Observed[];
let policies: Record<string, Policy>;
beforeAll(async () => {
  calls = [];
  for (const set of setsOfOwnResources) {
    const account = await accountOf(set);
    // Without the stack, the names are those that follow from the stage.
    const denied: Answers = { DescribeStacks: () => Promise.reject(sdkError('AccessDenied')) };
    for (const answers of [{}, denied]) {
      const examined = await examine(account, { answers, datasetArn: account.datasetArn });
      calls.push(
        ...examined.calls.map((call) => ({
          set,
          action: call.action,
          resource: resourceOf(call, account),
          context: contextOf(call, account),
        })),
      );
    }
  }
  const read = (partition: string) => readPolicy(FILE, { partition, accountId: '123456789012' });
  policies = { aws: await read('aws'), China: await read('aws-cn') };
});

const contextOf = ({ name }: MadeCall, { place }: Account): Record<string, string> =>
  /Key/.test(name) ? { 'aws:ResourceTag/personalize-dataset-export': place.stackName } : {};

/** The caller of AWS needs no permission for this. */
const isFree = ({ action }: Call) => action === 'sts:GetCallerIdentity';

it('docs/doctor-policy.json allows every call of the doctor', () => {
  const denied = calls.filter((call) => !isFree(call) && !allows(policies[call.set] ?? (policies.aws as Policy), call));
  expect(denied).toEqual([]);
});

it('docs/doctor-policy.json allows nothing that the doctor does not call', () => {
  const ofAws = calls.filter(({ set }) => set !== 'China');
  expect(unneeded(policies.aws as Policy, ofAws)).toEqual([]);
});

it('docs/doctor-policy.json allows no call that changes something or reads data', () => {
  const { Statement } = policies.aws as Policy;
  const actions = Statement.flatMap(({ Action }) => [Action].flat());
  expect(actions.filter((action) => !/^[a-z0-9]+:(Describe|Get|List|Simulate)[A-Za-z]+$/.test(action))).toEqual([]);
  expect(actions).not.toContain('s3:GetObject');
});

it('the checks name the actions that they call, and no others', () => {
  const named = CHECKS.flatMap(({ actions }) => actions);
  const made = calls.filter((call) => !isFree(call)).map(({ action }) => action);
  expect([...new Set(named)].sort()).toEqual([...new Set(made)].sort());
});

it('docs/doctor-policy.json fits into a managed policy, which has at most 6,144 characters', async () => {
  const filled = await readPolicy(FILE, { partition: 'aws-us-gov', accountId: '123456789012' });
  expect(JSON.stringify(filled).length).toBeLessThan(6_144);
});
