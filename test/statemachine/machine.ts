import { readFile } from 'node:fs/promises';
import {
  CreateDatasetExportJobCommand,
  type DatasetExportJob,
  DescribeDatasetCommand,
  DescribeDatasetExportJobCommand,
  ListDatasetExportJobsCommand,
  PersonalizeClient,
} from '@aws-sdk/client-personalize';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { type AwsStub, mockClient } from 'aws-sdk-client-mock';
import { vi } from 'vitest';
import * as validators from '#validators';
import { FunctionError } from '../../local/function-error.ts';
import {
  type ExecutionDescription,
  type HistoryEvent,
  stepFunctionsService,
} from '../../local/step-functions/service.ts';
import { createExportJob } from '../../src/create-export-job.ts';
import { describeExportJob } from '../../src/describe-export-job.ts';
import { describeImportJob } from '../../src/describe-import-job.ts';
import { lambdaTask } from '../../src/lambda-task.ts';
import type { Notification } from '../../src/notification.ts';
import { notify } from '../../src/notify.ts';
import { type ExportDefaults, planExports } from '../../src/plan-exports.ts';
import type {
  CreateExportJobEvent,
  DescribeExportJobEvent,
  DescribeImportJobEvent,
  NotifyEvent,
  PlanExportsEvent,
} from '../../src/state.ts';
import { datasetArn, datasetGroupArn, defaults, lambdaContext, stateMachineArn, topicArn } from '../unit/builders.ts';

// The cases mostly wait, by whole seconds: all of a file at once.
vi.setConfig({ maxConcurrency: 50 });

const functionArn = 'arn:aws:lambda:eu-west-1:123456789012:function:';
const definition = (await readFile('statemachine/dataset-export.asl.json', 'utf8')).replace(
  /\$\{(\w+)FunctionArn\}/g,
  `${functionArn}$1`,
);

/** An account in AWS as one execution meets it: tell its clients what to answer. */
export interface Account {
  personalize: Pick<AwsStub<object, { $metadata: object }, unknown>, 'reset'> & ReturnType<typeof mockPersonalize>;
  sns: ReturnType<typeof mockSns>;
  execute(input: unknown): Promise<Execution>;
}

/** How an execution went. */
export interface Execution {
  /** The states entered, outside of the Map and in its first iteration, in their order. */
  path: string[];
  /** The states entered in each iteration of the Map. */
  iterations: string[][];
  /** What the functions failed with, each attempt. */
  errors: string[];
  /** Of the largest input that a state had. */
  stateBytes: number;
  description: ExecutionDescription;
  notifications: { document: Notification; text: string; subject: string }[];
}

const mockPersonalize = (client: PersonalizeClient) => mockClient(client);
const mockSns = (client: SNSClient) => mockClient(client);

/** An account with one dataset, whose export is ACTIVE at the first look; polled as fast as whole seconds allow. */
export function account(settings: Partial<ExportDefaults> = {}): Account {
  const clients = { personalize: new PersonalizeClient({}), s3: new S3Client({}), sns: new SNSClient({}) };
  const personalize = mockPersonalize(clients.personalize);
  const sns = mockSns(clients.sns);
  mockClient(clients.s3)
    .on(ListObjectsV2Command)
    .resolves({ Contents: [{ Size: 7 }] });
  sns.on(PublishCommand).resolves({});
  personalize
    .on(DescribeDatasetCommand)
    .resolves({ dataset: { datasetArn, datasetType: 'INTERACTIONS', datasetGroupArn } })
    .on(CreateDatasetExportJobCommand)
    .resolves({})
    .on(ListDatasetExportJobsCommand)
    .resolves({})
    .on(DescribeDatasetExportJobCommand)
    .resolves({ datasetExportJob: { status: 'ACTIVE' } });
  const functions = functionsOf(clients, settings);
  return {
    personalize,
    sns,
    execute: async (input) => ({
      ...(await run(functions, input)),
      notifications: sns.commandCalls(PublishCommand).map(({ args: [{ input: published }] }) => {
        const message = JSON.parse(published.Message ?? '') as { default: string; email: string };
        return { document: JSON.parse(message.default), text: message.email, subject: published.Subject ?? '' };
      }),
    }),
  };
}

type Handler = (event: never, context: typeof lambdaContext) => Promise<unknown>;

/** The functions as handlers/ wires them, with these clients. */
function functionsOf(
  { personalize, s3, sns }: { personalize: PersonalizeClient; s3: S3Client; sns: SNSClient },
  settings: Partial<ExportDefaults>,
): Record<string, Handler> {
  const bounds = { shortestSeconds: 1, longestSeconds: 1 };
  const planning = { ...defaults, pollBounds: bounds, ...settings };
  const creating = { creating: personalize, reading: personalize };
  return {
    PlanExports: lambdaTask(validators.planExportsEvent, (event: PlanExportsEvent) =>
      planExports(event, planning, personalize),
    ),
    DescribeImportJob: lambdaTask(validators.describeImportJobEvent, (event: DescribeImportJobEvent) =>
      describeImportJob(event, bounds, personalize),
    ),
    CreateExportJob: lambdaTask(validators.createExportJobEvent, (event: CreateExportJobEvent) =>
      createExportJob(event, bounds, creating),
    ),
    DescribeExportJob: lambdaTask(validators.describeExportJobEvent, (event: DescribeExportJobEvent) =>
      describeExportJob(event, bounds, personalize),
    ),
    Notify: lambdaTask(validators.notifyEvent, (event: NotifyEvent) =>
      notify(event, { topicArn, stateMachineArn }, { sns, s3 }),
    ),
  } as Record<string, Handler>;
}

async function run(functions: Record<string, Handler>, input: unknown): Promise<Omit<Execution, 'notifications'>> {
  const events: HistoryEvent[] = [];
  const { promise: ended, resolve: end } = Promise.withResolvers<ExecutionDescription>();
  const service = stepFunctionsService({
    retryIntervalSeconds: 0,
    invoke: async (arn, event) => {
      try {
        return await functions[arn.slice(functionArn.length)]?.(event as never, lambdaContext);
      } catch (error) {
        const { name, message } = error as Error;
        throw new FunctionError({ errorType: name, errorMessage: message, trace: [] });
      }
    },
    onHistoryEvent: (_, event) => events.push(event),
    onExecutionEnd: end,
  });
  service.deployStateMachine({ stateMachineArn, name: 'exports', roleArn: '', definition });
  await service.operations.StartExecution?.(
    { stateMachineArn, name: 'run-1', input: JSON.stringify(input) },
    { accessKeyId: '', accountId: '', region: '' },
  );
  const description = await ended;
  return { description, ...pathsIn(events) };
}

function pathsIn(events: HistoryEvent[]): Pick<Execution, 'path' | 'iterations' | 'errors' | 'stateBytes'> {
  const iterationOf = new Map<number, number | undefined>();
  const path: string[] = [];
  const iterations: string[][] = [];
  const errors: string[] = [];
  for (const event of events) {
    const iteration =
      event.mapIterationStartedEventDetails?.index ??
      (event.type.startsWith('MapState') ? undefined : iterationOf.get(event.previousEventId));
    iterationOf.set(event.id, iteration);
    const { error } = event.lambdaFunctionFailedEventDetails ?? {};
    if (error) errors.push(error);
    const { name } = event.stateEnteredEventDetails ?? {};
    if (!name) continue;
    if (!iteration) path.push(name);
    if (iteration === undefined) continue;
    iterations[iteration] ??= [];
    iterations[iteration].push(name);
  }
  const inputs = events.map(({ stateEnteredEventDetails: entered }) => Buffer.byteLength(entered?.input ?? ''));
  return { path, iterations, errors, stateBytes: Math.max(...inputs) };
}

/** The statuses that the account's export job shows, look by look; the last one stays. */
export function exportStatuses({ personalize }: Account, ...jobs: Partial<DatasetExportJob>[]): void {
  const looks = personalize.on(DescribeDatasetExportJobCommand);
  for (const datasetExportJob of jobs.slice(0, -1)) looks.resolvesOnce({ datasetExportJob });
  looks.resolves({ datasetExportJob: jobs.at(-1) });
}

// Stretches of paths.
export const planned = ['PlanExports', 'ImportPhase', 'ExportDatasets'];
export const created = ['CreateExportJob', 'ExportJobPhase'];
export const looked = ['WaitForExportJob', 'DescribeExportJob', 'ExportJobPhase'];
export const queued = ['WaitForCapacity', 'CreateExportJob', 'ExportJobPhase'];
export const summarised = ['DidEveryExportSucceed'];
export const exported = ['Notify', ...summarised, 'Exported'];
export const failed = ['Notify', ...summarised, 'ExportFailed'];
