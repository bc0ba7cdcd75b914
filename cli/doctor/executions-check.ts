import {
  DescribeExecutionCommand,
  type ExecutionListItem,
  ListExecutionsCommand,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import { type Check, ok, warn } from './check.ts';
import { present } from './unknown.ts';

/** The last executions that are counted, and the failed ones of which the outcome is read. */
const EXECUTIONS = 20;
const FAILED = 5;

export const executionsCheck: Check = {
  name: 'executions',
  checks: `The last ${EXECUTIONS} executions by outcome, and whether the last one that ended succeeded.`,
  why: 'An export that failed has left no new data. Its notification says what to do.',
  actions: ['states:DescribeExecution', 'states:ListExecutions'],
  needsStack: true,
  run: async ({ clients: { sfn }, deployment }) => {
    const { StateMachineArn: stateMachineArn } = deployment.outputs;
    const request = new ListExecutionsCommand({ stateMachineArn, maxResults: EXECUTIONS });
    const executions = present((await sfn.send(request)).executions, 'states:ListExecutions', 'executions');
    if (executions.length === 0) return [ok('No executions yet.')];
    const outcomes = await outcomesOf(sfn, executions);
    const last = executions.find(({ status }) => status !== 'RUNNING');
    const when = last?.stopDate ? ` at ${last.stopDate.toISOString()}` : '';
    const seen = `Of the last ${executions.length}: ${outcomes}.${last ? ` The last to end: ${last.status}${when}.` : ''}`;
    if (!last || last.status === 'SUCCEEDED') return [ok(seen)];
    const describe = `aws stepfunctions describe-execution --execution-arn ${last.executionArn} --query cause`;
    return [warn(seen, `${describe}, and docs/runbook.md for its outcome.`)];
  },
};

/** `17 SUCCEEDED, 2 FAILED (1 CREATE FAILED, 1 REJECTED)`. The error of a failed execution is its outcome. */
async function outcomesOf(client: SFNClient, executions: ExecutionListItem[]): Promise<string> {
  const statuses = counted(executions.map(({ status = 'without a status' }) => status));
  const failed = executions.filter(({ status }) => status === 'FAILED').slice(0, FAILED);
  const errors = await Promise.all(failed.map(({ executionArn }) => errorOf(client, executionArn)));
  const known = errors.filter((error) => error !== undefined);
  const latest = failed.length > 1 ? `the latest ${failed.length}: ` : '';
  return known.length === 0 ? statuses : `${statuses}; outcome of the failed ones, ${latest}${counted(known)}`;
}

/** Undefined where it can't be read: the statuses are known without it. */
async function errorOf(client: SFNClient, executionArn: string | undefined): Promise<string | undefined> {
  const described = await client.send(new DescribeExecutionCommand({ executionArn })).catch((error: Error) => error);
  if (!(described instanceof Error)) return described.error;
  return `unknown (${(described as { action?: string }).action} failed: ${described.name})`;
}

function counted(values: string[]): string {
  const counts = Object.entries(Object.groupBy(values, (value) => value));
  return counts.map(([value, all = []]) => `${all.length} ${value}`).join(', ');
}
