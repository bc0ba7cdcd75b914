import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { mockClient } from 'aws-sdk-client-mock';
import * as validators from '#validators';
import { lambdaTask } from '../../../src/lambda/lambda-task.ts';
import type { Notification } from '../../../src/notify/notification.ts';
import { startExport } from '../../../src/trigger/start-export.ts';
import type { StartExportEvent } from '../../../src/trigger/start-export-event.ts';
import { lambdaContext, sdkError, stateMachineArn, triggered } from '../../unit/builders.ts';
import { type Cell, SITES, TIMES } from './cells.ts';
import type { Ending } from './expectations.ts';
import { fakeAws, type Intercept } from './fake-aws.ts';
import { machine } from './harness.ts';

/** How a cell ended, and which of the rules for every cell it broke. */
export interface Observed extends Ending {
  broken: string[];
}

/** Lets the first calls at the cell's place pass, then the fault happen so often. */
function injecting({ site, call, fault, times }: Cell): Intercept {
  const { passes = 0, afterLostAnswer = false } = SITES[site] as { passes?: number; afterLostAnswer?: boolean };
  const seen: Record<string, number> = {};
  return async (name, act) => {
    const before = seen[name] ?? 0;
    seen[name] = before + 1;
    const hit = name === call && before >= passes && before < passes + TIMES[times];
    if (hit) return await fault.happen(act);
    // The job is not visible yet when it is searched for at once, so that its creation is retried.
    if (site === 'CreateDatasetExportJob after a lost answer' && name === 'DescribeDatasetExportJob' && before === 0) {
      throw sdkError('ResourceNotFoundException', { status: 400 });
    }
    const answer = await act();
    if (afterLostAnswer && name === 'CreateDatasetExportJob' && before === 0) {
      throw sdkError('Error', { message: 'socket hang up', code: 'ECONNRESET' });
    }
    return answer;
  };
}

/** A cell that ends at the deadline, which is soon: it takes a computer that does little else. */
export function isHurried({ times, fault }: Cell): boolean {
  return times === 'for ever' && ['queue', 'unknown status'].includes(fault.kind);
}

export async function runCell(cell: Cell): Promise<Observed> {
  return cell.site.endsWith('in StartExport') ? await startByCell(cell) : await executeCell(cell);
}

async function executeCell(cell: Cell): Promise<Observed> {
  const aws = fakeAws({ intercept: injecting(cell) });
  const exports = machine(aws, isHurried(cell) ? { deadlineMinutes: 3 / 60 } : {});
  const { status, cause = '' } = await exports.execute('run-1', (SITES[cell.site] as { input?: object }).input);
  const documents = new Set(aws.published.map(withoutTimes));
  const [document] = aws.published;
  const isLost = cause.includes('"outcome":"NOT NOTIFIED"');
  const outcome = isLost ? 'NOT NOTIFIED' : (document?.outcome ?? 'none');
  const isPublished = !['NOT NOTIFIED', 'none'].includes(outcome);
  const mayRepeat = cell.call === 'Publish' && cell.fault.kind === 'cut after';
  const [job] = aws.jobs.values();
  const jobIs = job && aws.statusOf(job);
  const rules: [string, boolean][] = [
    ['at most one job', aws.jobs.size <= 1],
    ['SUCCEEDED is true', status !== 'SUCCEEDED' || ['ACTIVE', 'NOTHING TO EXPORT'].includes(outcome)],
    ['ACTIVE succeeds', outcome !== 'ACTIVE' || status === 'SUCCEEDED'],
    ['one notification', mayRepeat || aws.published.length === (isPublished ? 1 : 0)],
    ['a repeated notification is the same', documents.size <= 1],
    ['PASSED has a manifest', document?.verification !== 'PASSED' || hasManifest(aws, document)],
    ['ACTIVE is true', document?.outcome !== 'ACTIVE' || jobIs === 'ACTIVE'],
    ['CREATE FAILED is true', document?.outcome !== 'CREATE FAILED' || !job],
    ['TIMED OUT without a job is true', !document?.reason?.startsWith('No job could be created') || !job],
    ['REJECTED is true', document?.outcome !== 'REJECTED' || !job],
  ];
  const { verification } = document ?? {};
  const ending = { outcome, ...(verification && outcome === 'ACTIVE' && { verification }), jobs: aws.jobs.size };
  return { ...ending, status: status as Ending['status'], broken: brokenOf(rules) };
}

function hasManifest({ s3 }: ReturnType<typeof fakeAws>, { manifest = '' }: Notification): boolean {
  return s3.objects.has(manifest.split('/').slice(3).join('/'));
}

/** A repetition notices the end at another time. */
const withoutTimes = ({ endedAt: _, durationSeconds: __, ...document }: Notification) => JSON.stringify(document);
const brokenOf = (rules: [string, boolean][]) => rules.flatMap(([rule, holds]) => (holds ? [] : [rule]));

const dropped = triggered('request-dropped', {
  bucket: { name: 'requests' },
  object: { key: 'nightly.json', etag: 'e-1', sequencer: '01' },
});
const ATTEMPTS_OF_LAMBDA = 3;

/** Step Functions, as far as start-export calls it. @returns the inputs of its executions, by name */
function fakeStepFunctions(sfn: SFNClient, intercept: Intercept): Map<string, string> {
  const executions = new Map<string, string>();
  mockClient(sfn)
    .on(StartExecutionCommand)
    .callsFake(({ name, input }) =>
      intercept('StartExecution', () => {
        if (executions.has(name)) throw new ExecutionAlreadyExists({ message: 'there', $metadata: {} });
        executions.set(name, input);
        return {};
      }),
    )
    .on(DescribeExecutionCommand)
    .callsFake(({ executionArn }) =>
      intercept('DescribeExecution', () => {
        const input = executions.get(executionArn.split(':').pop());
        if (input === undefined) throw new ExecutionDoesNotExist({ message: 'not there', $metadata: {} });
        return { input };
      }),
    );
  return executions;
}

/** start-export as Lambda invokes it asynchronously: three attempts, then the event is a dead letter. */
async function startByCell(cell: Cell): Promise<Observed> {
  const intercept = injecting(cell);
  const clients = { sfn: new SFNClient({}), s3: new S3Client({}) };
  const executions = fakeStepFunctions(clients.sfn, intercept);
  const bytes = new TextEncoder().encode('{"datasetArn":"an-arn"}');
  mockClient(clients.s3)
    .on(GetObjectCommand)
    .callsFake(() => intercept('GetObject', () => ({ Body: { transformToByteArray: async () => bytes } })));
  const task = lambdaTask(validators.startExportEvent, (event: StartExportEvent) =>
    startExport(event, { stateMachineArn, importDatasetGroups: [] }, clients),
  );
  const attempt = async () =>
    await task(dropped, lambdaContext).then(
      () => 'STARTED',
      () => 'DEAD LETTER',
    );
  const { deliveries = 1 } = SITES[cell.site] as { deliveries?: number };
  let outcome = '';
  for (let delivery = 0; delivery < deliveries; delivery++) {
    outcome = await attempt();
    for (let n = 1; n < ATTEMPTS_OF_LAMBDA && outcome !== 'STARTED'; n++) outcome = await attempt();
  }
  return { outcome, jobs: executions.size, status: outcome === 'STARTED' ? 'SUCCEEDED' : 'FAILED', broken: [] };
}
