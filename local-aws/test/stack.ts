import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LocalAwsOptions, startLocalAws } from '../src/local-aws.ts';
import type { Template } from '../src/stack/template.ts';

const getAtt = (logicalId: string, attribute: string) => ({ 'Fn::GetAtt': [logicalId, attribute] });

const trust = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'states.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};

/** A small stack: a state machine that passes its input on, and a topic. */
const template: Template = {
  Resources: {
    Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'results' } },
    Role: { Type: 'AWS::IAM::Role', Properties: { RoleName: 'machine', AssumeRolePolicyDocument: trust } },
    Machine: {
      Type: 'AWS::StepFunctions::StateMachine',
      Properties: {
        StateMachineName: 'machine',
        RoleArn: getAtt('Role', 'Arn'),
        DefinitionString: JSON.stringify({ StartAt: 'Pass', States: { Pass: { Type: 'Pass', End: true } } }),
      },
    },
  },
  Outputs: {
    TopicArn: { Value: { Ref: 'Topic' } },
    StateMachineArn: { Value: { Ref: 'Machine' } },
  },
};

/** Starts a local AWS with the small stack on a free port. */
export async function startStack(options: Partial<LocalAwsOptions> = {}) {
  const logsDir = await mkdtemp(join(tmpdir(), 'logs-'));
  const aws = await startLocalAws({ template, stackName: 'small', port: 0, jobSeconds: 0.1, logsDir, ...options });
  return {
    ...aws,
    async stop() {
      await aws.stop();
      await rm(logsDir, { recursive: true, force: true });
    },
  };
}
