import { setTimeout as sleep } from 'node:timers/promises';
import {
  DescribeExecutionCommand,
  type DescribeExecutionOutput,
  type HistoryEvent,
  paginateGetExecutionHistory,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { onTestFinished } from 'vitest';
import { FunctionError } from '../../src/protocols/invoke-function.ts';
import { type StepFunctionsOptions, stepFunctionsService } from '../../src/step-functions/service.ts';
import { serve } from '../serve.ts';

export const stateMachineArn = 'arn:aws:states:eu-west-1:123456789012:stateMachine:exports';
export const roleArn = 'arn:aws:iam::123456789012:role/exports';

export function functionArn(name: string): string {
  return `arn:aws:lambda:eu-west-1:123456789012:function:${name}`;
}

/** A Task state that invokes this function, and ends. */
export function task(name: string, more: object = {}): object {
  return { Type: 'Task', Resource: functionArn(name), End: true, ...more };
}

export type Functions = Record<string, (event: never) => unknown>;

export function functionError(errorType: string, errorMessage: string): FunctionError {
  return new FunctionError({ errorType, errorMessage, trace: [] });
}

/** One deployed machine behind a real port; ends with the test. */
export async function deployed(
  definition: object,
  functions: Functions = {},
  options: Partial<StepFunctionsOptions> = {},
) {
  const service = stepFunctionsService({
    retryIntervalSeconds: 0,
    invoke: async (arn, event) => functions[arn.split(':').at(-1) ?? '']?.(event as never),
    ...options,
  });
  service.deployStateMachine({ stateMachineArn, name: 'exports', roleArn, definition: JSON.stringify(definition) });
  const server = await serve({ services: [service] });
  const sfn = new SFNClient(server.client);
  onTestFinished(async () => {
    await service.close();
    sfn.destroy();
    await server.close();
  });
  return { service, sfn };
}

export async function start(sfn: SFNClient, input?: unknown, name?: string): Promise<string> {
  const text = input === undefined ? undefined : JSON.stringify(input);
  const { executionArn } = await sfn.send(new StartExecutionCommand({ stateMachineArn, input: text, name }));
  return String(executionArn);
}

export async function ended(sfn: SFNClient, executionArn: string): Promise<DescribeExecutionOutput> {
  for (;;) {
    const execution = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    if (execution.status !== 'RUNNING') return execution;
    await sleep(5);
  }
}

export async function historyOf(sfn: SFNClient, executionArn: string): Promise<HistoryEvent[]> {
  const pages = paginateGetExecutionHistory({ client: sfn, pageSize: 1000 }, { executionArn });
  const events: HistoryEvent[] = [];
  for await (const page of pages) events.push(...(page.events ?? []));
  return events;
}

/** Each event in a word: its type, the state or iteration it is of, what it failed with. */
export function outline(events: HistoryEvent[]): string[] {
  return events.map((event) => {
    const details = Object.values(event).find(
      (value) => value && typeof value === 'object' && !(value instanceof Date),
    );
    const { name, index, error } = (details ?? {}) as { name?: string; index?: number; error?: string };
    return [event.type, name, index, error].filter((part) => part !== undefined).join(' ');
  });
}

/** Starts an execution, waits for its end. */
export async function run(sfn: SFNClient, input?: unknown) {
  const executionArn = await start(sfn, input);
  const execution = await ended(sfn, executionArn);
  const events = await historyOf(sfn, executionArn);
  return { executionArn, execution, events, outline: outline(events) };
}
