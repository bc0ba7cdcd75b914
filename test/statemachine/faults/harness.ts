import { readFile } from 'node:fs/promises';
import * as validators from '#validators';
import { FunctionError } from '../../../local/function-error.ts';
import { type ExecutionDescription, stepFunctionsService } from '../../../local/step-functions/service.ts';
import { createExportJob } from '../../../src/create-export-job.ts';
import { describeExportJob } from '../../../src/describe-export-job.ts';
import { describeImportJob } from '../../../src/describe-import-job.ts';
import { lambdaTask } from '../../../src/lambda-task.ts';
import { notify } from '../../../src/notify.ts';
import { type ExportDefaults, planExports } from '../../../src/plan-exports.ts';
import type * as state from '../../../src/state.ts';
import { defaults, lambdaContext, stateMachineArn, topicArn } from '../../unit/builders.ts';
import type { FakeAws } from './fake-aws.ts';

const functionArn = 'arn:aws:lambda:eu-west-1:123456789012:function:';
const definition = (await readFile('statemachine/dataset-export.asl.json', 'utf8')).replace(
  /\$\{(\w+)FunctionArn\}/g,
  `${functionArn}$1`,
);
const noCaller = { accessKeyId: '', accountId: '', region: '' };

/** A deployed machine, on which many executions may run at once. */
export interface Machine {
  /** Resolves with the description once the execution has ended. */
  execute(name: string, input: unknown): Promise<ExecutionDescription>;
  stop(name: string): void;
  /** What the functions failed with, each attempt. */
  errors: string[];
}

export function machine(aws: FakeAws, settings: Partial<ExportDefaults> = {}): Machine {
  const functions = functionsOf(aws, settings);
  const errors: string[] = [];
  const ends = new Map<string, (description: ExecutionDescription) => void>();
  const service = stepFunctionsService({
    retryIntervalSeconds: 0,
    invoke: (arn, event) => invoke(functions[arn.slice(functionArn.length)], event),
    onHistoryEvent: (_, { lambdaFunctionFailedEventDetails: failed }) => {
      if (failed?.error) errors.push(failed.error);
    },
    onExecutionEnd: (description) => ends.get(description.executionArn)?.(description),
  });
  service.deployStateMachine({ stateMachineArn, name: 'exports', roleArn: '', definition });
  const arnOf = (name: string) => `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
  return {
    errors,
    execute: async (name, input) => {
      const { promise, resolve } = Promise.withResolvers<ExecutionDescription>();
      ends.set(arnOf(name), resolve);
      await service.operations.StartExecution?.({ stateMachineArn, name, input: JSON.stringify(input) }, noCaller);
      return await promise;
    },
    stop: (name) => void service.operations.StopExecution?.({ executionArn: arnOf(name) }, noCaller),
  };
}

type Handler = (event: never, context: typeof lambdaContext) => Promise<unknown>;

async function invoke(handler: Handler | undefined, event: unknown): Promise<unknown> {
  try {
    return await handler?.(event as never, lambdaContext);
  } catch (error) {
    const { name, message } = error as Error;
    throw new FunctionError({ errorType: name, errorMessage: message, trace: [] });
  }
}

/** The functions as handlers/ wires them, polling every second. */
function functionsOf({ clients }: FakeAws, settings: Partial<ExportDefaults>): Record<string, Handler> {
  const { personalize, s3, sns } = clients;
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
