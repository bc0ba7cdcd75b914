import {
  CreateDatasetExportJobCommand,
  type DatasetExportJob,
  DescribeDatasetCommand,
  DescribeDatasetExportJobCommand,
  ListDatasetExportJobsCommand,
  PersonalizeClient,
  ResourceNotFoundException,
} from '@aws-sdk/client-personalize';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { type AwsStub, mockClient } from 'aws-sdk-client-mock';
import type { ExecutionDescription, HistoryEvent } from 'local-aws';
import { expect, vi } from 'vitest';
import type { Notification } from '../../src/notify/notification.ts';
import type { ExportDefaults } from '../../src/plan/plan-exports.ts';
import { datasetArn, datasetGroupArn } from '../unit/builders.ts';
import { type FakeS3, fakeS3 } from '../unit/verify/fake-s3.ts';
import { deployMachine, type OtherVersion } from './functions.ts';

// The cases mostly wait, by whole seconds: all of a file at once.
vi.setConfig({ maxConcurrency: 50 });

/** An account in AWS, for one execution. Its clients are mocks. */
export interface Account {
  personalize: Pick<AwsStub<object, { $metadata: object }, unknown>, 'reset'> & ReturnType<typeof mockPersonalize>;
  sns: ReturnType<typeof mockSns>;
  s3: FakeS3;
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

/** An account with one dataset, whose export is ACTIVE at the first poll; polled as fast as whole seconds allow. Exports are
 * verified only if the settings say so. */
export function account(settings: Partial<ExportDefaults> = {}, version?: OtherVersion): Account {
  const s3 = fakeS3({ 'run/part-0.csv': 'USER_ID' });
  const clients = { personalize: new PersonalizeClient({}), s3: s3.client, sns: new SNSClient({}) };
  const personalize = mockPersonalize(clients.personalize);
  const sns = mockSns(clients.sns);
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
  return {
    personalize,
    sns,
    s3,
    execute: async (input) => ({
      ...(await run(clients, { verifyExports: false, ...settings }, input, version)),
      notifications: sns.commandCalls(PublishCommand).map(({ args: [{ input: published }] }) => {
        const message = JSON.parse(published.Message ?? '') as { default: string; email: string };
        return { document: JSON.parse(message.default), text: message.email, subject: published.Subject ?? '' };
      }),
    }),
  };
}

async function run(
  clients: Parameters<typeof deployMachine>[0],
  settings: Partial<ExportDefaults>,
  input: unknown,
  version?: OtherVersion,
): Promise<Omit<Execution, 'notifications'>> {
  const events: HistoryEvent[] = [];
  const machine = deployMachine(clients, settings, (event) => events.push(event), version);
  const description = await machine.execute('run-1', input);
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

/** No job can be created, and none exists. */
export function refuseCreation({ personalize }: Account, error: Error): void {
  personalize.on(CreateDatasetExportJobCommand).rejects(error);
  personalize
    .on(DescribeDatasetExportJobCommand)
    .rejects(new ResourceNotFoundException({ message: 'no such job', $metadata: {} }));
}

/** The statuses that the account's export job shows, poll by poll; the last one stays. */
export function exportStatuses({ personalize }: Account, ...jobs: Partial<DatasetExportJob>[]): void {
  const polls = personalize.on(DescribeDatasetExportJobCommand);
  for (const datasetExportJob of jobs.slice(0, -1)) polls.resolvesOnce({ datasetExportJob });
  polls.resolves({ datasetExportJob: jobs.at(-1) });
}

/** Of the account's dataset, by a name that the answers know. */
export const request = {
  datasetArn,
  jobName: 'interactions-run-1',
  jobOutput: { s3DataDestination: { path: 's3://mine/run/' } },
};

/** How often it is polled until a deadline depends on how busy the computer is. */
export function expectBetween(path: string[], first: string[], last: string[]) {
  expect(path.slice(0, first.length)).toEqual(first);
  expect(path.slice(-last.length)).toEqual(last);
}

// Stretches of paths.
export const planned = ['PlanExports', 'ImportPhase', 'ExportDatasets'];
export const created = ['CreateExportJob', 'ExportJobPhase'];
export const polled = ['WaitForExportJob', 'DescribeExportJob', 'ExportJobPhase'];
/** After a creation that failed. */
export const lookedFor = ['DescribeExportJob', 'ExportJobPhase'];
export const queued = ['WaitForCapacity', 'CreateExportJob', 'ExportJobPhase'];
export const summarised = ['DidEveryExportSucceed'];
export const exported = ['Notify', ...summarised, 'Exported'];
export const failed = ['Notify', ...summarised, 'ExportFailed'];
