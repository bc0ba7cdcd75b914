import {
  DescribeExecutionCommand,
  type ExecutionListItem,
  paginateListExecutions,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import { plainText } from '../src/lambda/plain-text.ts';
import { cut } from '../src/lambda/shorten.ts';
import { fromJson } from './outcomes.ts';
import { elapsed } from './screen.ts';
import type { StartedExecution } from './start.ts';

/** An execution of the state machine. `trigger`: what started it, by its input; `exports`: the ARNs that its input names. */
export interface ListedExecution extends StartedExecution {
  status: string;
  stopDate?: Date;
  trigger?: string;
  exports: string[];
}

const MAX_CELL_CHARACTERS = 80;

/** An execution that was started before. @throws what the SDK throws */
export async function findExecution(sfn: SFNClient, executionArn: string): Promise<StartedExecution> {
  const { startDate = new Date() } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
  return { executionArn, startDate };
}

/** The latest executions, newest first. @throws what the SDK throws */
export async function latestExecutions(
  sfn: SFNClient,
  stateMachineArn: string,
  count: number,
): Promise<ListedExecution[]> {
  const found: ExecutionListItem[] = [];
  for await (const { executions = [] } of paginateListExecutions(
    { client: sfn, pageSize: count },
    { stateMachineArn },
  )) {
    found.push(...executions);
    if (found.length >= count) break;
  }
  return await Promise.all(found.slice(0, count).map((one) => described(sfn, one)));
}

async function described(sfn: SFNClient, { executionArn = '' }: ExecutionListItem): Promise<ListedExecution> {
  const about = await sfn.send(new DescribeExecutionCommand({ executionArn }));
  const { status = '', startDate = new Date(), stopDate } = about;
  return { executionArn, status, startDate, ...(stopDate && { stopDate }), ...requested(about.input) };
}

/** What an input requests. Anyone may have written it, so it can be any JSON. */
function requested(input: string | undefined): Pick<ListedExecution, 'trigger' | 'exports'> {
  const { origin, exports, ...request } = Object(fromJson(input)) as Record<string, unknown>;
  const { trigger } = Object(origin) as { trigger?: unknown };
  const requests = Array.isArray(exports) ? exports : [request];
  const arns = requests.flatMap((one) => {
    const { datasetArn, datasetGroupArn, datasetImportJobArn } = Object(one) as Record<string, unknown>;
    return [datasetArn, datasetGroupArn, datasetImportJobArn].filter((arn) => typeof arn === 'string');
  });
  return { ...(typeof trigger === 'string' && { trigger }), exports: arns };
}

/** One line per execution in columns, below a line of titles. */
export function executionLines(executions: ListedExecution[]): string[] {
  if (executions.length === 0) return ['There are no executions.'];
  const rows = executions.map(({ executionArn, status, startDate, stopDate, trigger, exports }) => [
    status,
    startDate.toISOString().replace(/\.\d+/, ''),
    elapsed(startDate, stopDate?.getTime()),
    trigger ?? '-',
    exportsText(exports),
    executionArn,
  ]);
  const table = [['STATUS', 'STARTED', 'DURATION', 'TRIGGER', 'EXPORTS', 'EXECUTION'], ...rows].map(cells);
  const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
  return table.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function cells(row: string[]): string[] {
  // The last one is the ARN to copy.
  return row.map((cell, column) => plainText(column === row.length - 1 ? cell : cut(cell, MAX_CELL_CHARACTERS)));
}

/** `dataset/shop/ITEMS`, or that of the first of several with the number of the others. */
function exportsText([first, ...others]: string[]): string {
  if (first === undefined) return '-';
  const resource = first.split(':').slice(5).join(':');
  return others.length === 0 ? resource : `${resource} and ${others.length} more`;
}
