import { describe, expect, it } from 'vitest';
import { definition, definitionText } from '../../scripts/definition.ts';
import { propertiesOf, setNames, templateOf } from './packaged.ts';

describe.each(setNames)('the state machine with the settings "%s"', async (name) => {
  const { DefinitionString, DefinitionSubstitutions } = propertiesOf(await templateOf(name), 'ExportStateMachine');

  it('the state machine has the definition of the file statemachine/dataset-export.asl.yml', () => {
    expect(JSON.parse(String(DefinitionString))).toEqual(definition);
  });

  it('the state machine replaces each placeholder with the ARN of the function that it names', () => {
    const names = [
      'PlanExports',
      'DescribeImportJob',
      'CreateExportJob',
      'DescribeExportJob',
      'VerifyExport',
      'Notify',
    ];
    const arns = names.map((one) => [
      `${one}FunctionArn`,
      one === 'VerifyExport' && name === 'without verification'
        ? { 'Fn::Sub': expect.stringMatching(/:function:personalize-dataset-export-dev-verify-export$/) }
        : { 'Fn::GetAtt': [`${one}LambdaFunction`, 'Arn'] },
    ]);
    expect(DefinitionSubstitutions).toEqual(Object.fromEntries(arns));
    const placeholders = new Set([...definitionText.matchAll(/\$\{(\w+)\}/g)].map(([, placeholder]) => placeholder));
    expect([...placeholders].sort()).toEqual(names.map((one) => `${one}FunctionArn`).sort());
  });
});

const template = await templateOf('every option');

it('the state machine logs failures without the data of an execution, and is traced', () => {
  const {
    DefinitionString: _,
    DefinitionSubstitutions: __,
    ...properties
  } = propertiesOf(template, 'ExportStateMachine');
  expect(properties).toEqual({
    StateMachineName: 'personalize-dataset-export-prod',
    RoleArn: { 'Fn::GetAtt': ['StateMachineRole', 'Arn'] },
    LoggingConfiguration: {
      Level: 'ERROR',
      IncludeExecutionData: false,
      Destinations: [{ CloudWatchLogsLogGroup: { LogGroupArn: { 'Fn::GetAtt': ['StateMachineLog', 'Arn'] } } }],
    },
    TracingConfiguration: { Enabled: true },
  });
});

it('the state machine has a log group for vended logs, kept for as long as the setting says', () => {
  expect(propertiesOf(template, 'StateMachineLog')).toEqual({
    LogGroupName: '/aws/vendedlogs/states/personalize-dataset-export-prod',
    RetentionInDays: 30,
  });
});
