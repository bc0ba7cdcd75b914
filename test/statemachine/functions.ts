import { readFile } from 'node:fs/promises';
import type { PersonalizeClient } from '@aws-sdk/client-personalize';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SNSClient } from '@aws-sdk/client-sns';
import * as validators from '#validators';
import { FunctionError } from '../../local/function-error.ts';
import { createExportJob } from '../../src/create-export-job.ts';
import { describeExportJob } from '../../src/describe-export-job.ts';
import { describeImportJob } from '../../src/describe-import-job.ts';
import { lambdaTask } from '../../src/lambda-task.ts';
import { notify } from '../../src/notify.ts';
import { type ExportDefaults, planExports } from '../../src/plan-exports.ts';
import type * as state from '../../src/state.ts';
import { defaults, lambdaContext, stateMachineArn, topicArn } from '../unit/builders.ts';

const functionArn = 'arn:aws:lambda:eu-west-1:123456789012:function:';

/** The definition, each of its functions under an ARN that `invokerOf` knows. */
export const definition = (await readFile('statemachine/dataset-export.asl.json', 'utf8')).replace(
  /\$\{(\w+)FunctionArn\}/g,
  `${functionArn}$1`,
);

interface Clients {
  personalize: PersonalizeClient;
  s3: S3Client;
  sns: SNSClient;
}

type Handler = (event: never, context: typeof lambdaContext) => Promise<unknown>;

/** Invokes the functions, as handlers/ wires them, with these clients: polling every second.
 * @throws FunctionError what a function throws, as Step Functions meets it. */
export function invokerOf(clients: Clients, settings: Partial<ExportDefaults>) {
  const functions = functionsOf(clients, settings);
  return async (arn: string, event: unknown): Promise<unknown> => {
    try {
      return await functions[arn.slice(functionArn.length)]?.(event as never, lambdaContext);
    } catch (error) {
      const { name, message } = error as Error;
      throw new FunctionError({ errorType: name, errorMessage: message, trace: [] });
    }
  };
}

function functionsOf({ personalize, s3, sns }: Clients, settings: Partial<ExportDefaults>): Record<string, Handler> {
  const bounds = { shortestSeconds: 1, longestSeconds: 1 };
  const planning = { ...defaults, pollBounds: bounds, ...settings };
  const creating = { creating: personalize, reading: personalize };
  return {
    PlanExports: lambdaTask(validators.planExportsEvent, (event: state.PlanExportsEvent) =>
      planExports(event, planning, personalize),
    ),
    DescribeImportJob: lambdaTask(validators.describeImportJobEvent, (event: state.DescribeImportJobEvent) =>
      describeImportJob(event, bounds, personalize),
    ),
    CreateExportJob: lambdaTask(validators.createExportJobEvent, (event: state.CreateExportJobEvent) =>
      createExportJob(event, bounds, creating),
    ),
    DescribeExportJob: lambdaTask(validators.describeExportJobEvent, (event: state.DescribeExportJobEvent) =>
      describeExportJob(event, bounds, personalize),
    ),
    Notify: lambdaTask(validators.notifyEvent, (event: state.NotifyEvent) =>
      notify(event, { topicArn, stateMachineArn }, { sns, s3 }),
    ),
  } as Record<string, Handler>;
}
