import { readFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { DescribeStateMachineCommand } from '@aws-sdk/client-sfn';
import { about, type Check, type Context, fail, ok, warn } from './check.ts';
import { arnOf, type Deployment, deployCommand, stackOf } from './deployment.ts';
import type { Observation } from './report-schema.ts';
import { type Template, templateIn } from './stack.ts';
import { present } from './unknown.ts';

const ACTION = 'states:DescribeStateMachine';

/** Where `npm run package` or `npm run deploy`, and `npm run local`, leave the template. */
const PACKAGES = ['.serverless', '.local/package'].map(
  (folder) => `${folder}/cloudformation-template-update-stack.json`,
);

export const definitionCheck: Check = {
  name: 'state-machine',
  checks:
    'The state machine is active. Its definition is that of the stack, and that of the packaged stage in `.serverless/`.',
  why: 'Otherwise exports follow other rules than those of this version.',
  actions: [ACTION],
  needsStack: true,
  run: async (context) => {
    const [state, definition] = await describe(context);
    if (definition === undefined) return [state];
    const { deployment } = context;
    const comparisons = [about('stack', () => comparedWithStack(definition, deployment))];
    return [
      state,
      ...(await Promise.all([...comparisons, about('package', () => comparedWithPackage(definition, deployment))])),
    ];
  },
};

async function describe({ clients: { sfn }, deployment }: Context): Promise<[Observation, definition?: unknown]> {
  const stateMachineArn = deployment.outputs.StateMachineArn;
  let definition: unknown;
  const state = await about('state', async () => {
    try {
      const found = await sfn.send(new DescribeStateMachineCommand({ stateMachineArn }));
      definition = JSON.parse(present(found.definition, ACTION, 'definition'));
      const status = present(found.status, ACTION, 'status');
      return status === 'ACTIVE' ? ok(status) : fail(`The state machine is ${status}.`, deployCommand(deployment));
    } catch (error) {
      if ((error as Error).name !== 'StateMachineDoesNotExist') throw error;
      const fix = `Check STATE_MACHINE_ARN, --stage and --region, or deploy: ${deployCommand(deployment)}`;
      return fail(`There is no state machine ${stateMachineArn}.`, fix);
    }
  });
  return [state, definition];
}

function comparedWithStack(definition: unknown, deployment: Deployment): Observation {
  const expected = definitionIn(stackOf(deployment).template, deployment);
  if (isDeepStrictEqual(definition, expected)) return ok('The definition is that of the stack.');
  const why =
    'Somebody changed the state machine outside CloudFormation. The next deployment may keep or undo the change.';
  const fix = `Change its comment in statemachine/dataset-export.asl.yml, so that CloudFormation updates it, then: ${deployCommand(deployment)}`;
  return fail('The definition is not that of the stack.', fix, why);
}

async function comparedWithPackage(definition: unknown, deployment: Deployment): Promise<Observation> {
  const template = await packagedTemplate(deployment.stackName);
  if (!template) {
    return {
      ...{ state: 'unknown', because: 'not checked', seen: `There is no package of the stage ${deployment.stage}.` },
      fix: `Package the version to compare with: npm run package -- --stage ${deployment.stage} --region ${deployment.region}`,
    };
  }
  if (isDeepStrictEqual(definition, definitionIn(template, deployment)))
    return ok('The definition is the packaged one.');
  const why = 'Another version is deployed than the one packaged here.';
  return warn('The definition is not the packaged one.', deployCommand(deployment), why);
}

/** The packaged template of a stack, if there is one. */
async function packagedTemplate(stackName: string): Promise<Template | undefined> {
  const texts = await Promise.all(PACKAGES.map((file) => readFile(file, 'utf8').catch(() => '')));
  return texts.map(templateIn).find((template) => machineOf(template)?.StateMachineName === stackName);
}

const machineOf = (template: Template | undefined) => template?.Resources.ExportStateMachine?.Properties;

/** The definition in a template, with the ARNs that CloudFormation fills in. */
function definitionIn(template: Template, deployment: Deployment): unknown {
  const { DefinitionString, DefinitionSubstitutions = {} } = machineOf(template) ?? {};
  const text = Object.entries(DefinitionSubstitutions as object).reduce(
    (said, [name, value]) => filledIn(said, name, functionArn(value, template, deployment)),
    String(DefinitionString),
  );
  return JSON.parse(text);
}

/** A substitution: `Fn::GetAtt` of a function, or the text in `Fn::Sub`. */
function functionArn(value: unknown, template: Template, deployment: Deployment): string {
  const { 'Fn::GetAtt': attribute, 'Fn::Sub': text } = Object(value) as Record<string, unknown>;
  const id = Array.isArray(attribute) ? String(attribute[0]) : '';
  const FunctionName = template.Resources[id]?.Properties?.FunctionName;
  if (typeof FunctionName === 'string') return arnOf(deployment, 'lambda', `function:${FunctionName}`);
  const { partition, region, account } = deployment;
  const values = { 'AWS::Partition': partition, 'AWS::Region': region, 'AWS::AccountId': account };
  return Object.entries(values).reduce((said, [name, one]) => filledIn(said, name, one), String(text));
}

const filledIn = (text: string, placeholder: string, value: string) => text.replaceAll(`\${${placeholder}}`, value);
