import type { PersonalizeClient } from '@aws-sdk/client-personalize';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SNSClient } from '@aws-sdk/client-sns';
import { type ExecutionDescription, FunctionError, type HistoryEvent, stepFunctionsService } from 'local-aws';
import * as validators from '#validators';
import { definitionText } from '../../scripts/definition.ts';
import { createExportJob } from '../../src/job/create-export-job.ts';
import { describeExportJob } from '../../src/job/describe-export-job.ts';
import { describeImportJob } from '../../src/job/describe-import-job.ts';
import { lambdaTask } from '../../src/lambda/lambda-task.ts';
import { notify } from '../../src/notify/notify.ts';
import { type ExportDefaults, planExports } from '../../src/plan/plan-exports.ts';
import type * as state from '../../src/state.ts';
import { verifyExport } from '../../src/verify/verify-export.ts';
import { defaults, deployment, lambdaContext, stateMachineArn, topicArn } from '../unit/builders.ts';

const functionArn = 'arn:aws:lambda:eu-west-1:123456789012:function:';

/** What differs from the definition and the functions of this version. `answer` alters what a function returns. */
export interface OtherVersion {
  definition?: string;
  answer?: (result: unknown) => unknown;
}

/** The definition, each of its functions under an ARN that `invokerOf` knows. */
const withFunctions = (definition: string) => definition.replace(/\$\{(\w+)FunctionArn\}/g, `${functionArn}$1`);

interface Clients {
  personalize: PersonalizeClient;
  s3: S3Client;
  sns: SNSClient;
}

/** A deployed machine, on which many executions may run at once. */
export interface Machine {
  /** Resolves with the description once the execution has ended. */
  execute(name: string, input: unknown): Promise<ExecutionDescription>;
  stop(name: string): void;
}

const noCaller = { accessKeyId: '', accountId: '', region: '' };

/** The definition with the functions, on the local engine; retried at once. */
export function deployMachine(
  clients: Clients,
  settings: Partial<ExportDefaults>,
  onHistoryEvent: (event: HistoryEvent) => void,
  { definition = definitionText, answer = (result) => result }: OtherVersion = {},
): Machine {
  const ends = new Map<string, (description: ExecutionDescription) => void>();
  const invoke = invokerOf(clients, settings);
  const service = stepFunctionsService({
    retryIntervalSeconds: 0,
    invoke: async (arn, event) => answer(await invoke(arn, event)),
    onHistoryEvent: (_, event) => onHistoryEvent(event),
    onExecutionEnd: (description) => ends.get(description.executionArn)?.(description),
  });
  service.deployStateMachine({ stateMachineArn, name: 'exports', roleArn: '', definition: withFunctions(definition) });
  const arnOf = (name: string) => `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
  return {
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

/** Invokes the functions, as handlers/ wires them, with these clients: polling every second.
 * @throws FunctionError what a function throws, as Step Functions meets it. */
function invokerOf(clients: Clients, settings: Partial<ExportDefaults>) {
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
      planExports(event, planning, { personalize, s3 }),
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
    // The context of the tests leaves too little time for more than one piece of a file per call.
    VerifyExport: lambdaTask(validators.verifyExportEvent, (event: state.VerifyExportEvent, context) =>
      verifyExport(event, () => context.getRemainingTimeInMillis(), {}, { personalize, s3 }),
    ),
    Notify: lambdaTask(validators.notifyEvent, (event: state.NotifyEvent) =>
      notify(event, { topicArn, ...deployment }, { sns, s3 }),
    ),
  } as Record<string, Handler>;
}
