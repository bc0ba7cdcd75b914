import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { PersonalizeClient } from '@aws-sdk/client-personalize';
import { S3Client } from '@aws-sdk/client-s3';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { STSClient } from '@aws-sdk/client-sts';
import { createClients } from '../../../cli/doctor/clients.ts';
import { diagnose } from '../../../cli/doctor/diagnose.ts';
import type { Finding, Report } from '../../../cli/doctor/report-schema.ts';
import type { Limits } from '../../../cli/doctor/time-limit.ts';
import { actionOf } from '../../../cli/explain.ts';
import { mocked } from '../../mocked.ts';
import type { Account, Answers } from './account.ts';

/** A call that a check has made. */
export interface MadeCall {
  name: string;
  action: string;
  // biome-ignore lint/suspicious/noExplicitAny: each command has its own input.
  input: any;
}

export interface Examined {
  report: Report;
  calls: MadeCall[];
}

export interface Options {
  answers?: Answers;
  datasetArn?: string;
  limits?: Limits;
  environment?: Record<string, string>;
}

const LIMITS = { callMs: 5_000, runMs: 10_000 };

/** Mocks the clients of the file that calls this.
 * @returns a function that runs the doctor in an account, some answers of which may differ */
export function doctorInAccount(): (account: Account, options?: Options) => Promise<Examined> {
  let answers: Answers = {};
  let calls: MadeCall[] = [];
  const answer = (clientName: string) => async (command: { constructor: { name: string }; input: unknown }) => {
    const name = command.constructor.name.replace(/Command$/, '');
    calls.push({ name, action: actionOf(clientName, command.constructor.name), input: command.input });
    const given = answers[name];
    if (!given) throw new Error(`The account has no answer to ${name}.`);
    return await given(command.input);
  };
  const CLIENTS = [
    ...[
      CloudFormationClient,
      CloudTrailClient,
      EventBridgeClient,
      IAMClient,
      KMSClient,
      LambdaClient,
      PersonalizeClient,
    ],
    ...[S3Client, SchedulerClient, SFNClient, SNSClient, SQSClient, STSClient],
  ];
  // biome-ignore lint/suspicious/noExplicitAny: the types of the clients have nothing in common.
  const mocks = CLIENTS.map((client) => [client.name, mocked(client as any)] as const);
  return async (account, { answers: others = {}, datasetArn, limits = LIMITS, environment = {} } = {}) => {
    answers = { ...account.answers, ...others };
    calls = [];
    for (const [name, mock] of mocks) mock.send.callsFake(answer(name) as never);
    const { stackName, region } = account.place;
    const clients = createClients(region, limits, AbortSignal.timeout(limits.runMs));
    const stage = stackName.replace('personalize-dataset-export-', '');
    const report = await diagnose({ clients, stackName, stage, region, environment, datasetArn });
    return { report, calls };
  };
}

/** The findings that are not ok, without those that nobody can help: no package is in this folder. */
export const troubles = ({ findings }: Report): Finding[] =>
  findings.filter(
    ({ check, subject, state }) => state !== 'ok' && !(check === 'state-machine' && subject === 'package'),
  );

/** An error of the SDK. */
export const sdkError = (name: string, message = 'said', status = 400) =>
  Object.assign(new Error(message), { name, $metadata: { httpStatusCode: status } });
