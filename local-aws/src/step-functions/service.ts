import { randomUUID } from 'node:crypto';
import * as sdk from '@aws-sdk/client-sfn';
import { AwsError } from '../protocols/aws-json.ts';
import type { InvokeFunction } from '../protocols/invoke-function.ts';
import type { JsonService } from '../protocols/json-call.ts';
import { type Page, pageOf } from '../protocols/paging.ts';
import { typedOperations } from '../protocols/typed-operations.ts';
import { type PreparedDefinition, prepareDefinition } from './definition.ts';
import { type Execution, type ExecutionDescription, type ExecutionStatus, startExecution } from './execution.ts';
import { type HistoryEvent, withoutExecutionData } from './history.ts';
import { payloadLimit } from './lambda-task.ts';
import { checkExecutionName, optionalEnum, pageSize, requiredArn } from './validation.ts';

export type { ExecutionDescription, ExecutionStatus } from './execution.ts';
export type { HistoryEvent } from './history.ts';

/** A state machine to deploy. */
export interface StateMachineSpec {
  stateMachineArn: string;
  name: string;
  roleArn: string;
  /** Amazon States Language as JSON text after substitutions; a Task's `Resource` is a Lambda function's ARN. */
  definition: string;
  type?: 'STANDARD';
}

export interface StepFunctionsOptions {
  /** Runs the function of a Task with the role of the state machine. */
  invoke: (functionArn: string, event: unknown, roleArn: string) => Promise<unknown>;
  /** Called for each event as it is written. */
  onHistoryEvent?: (executionArn: string, event: HistoryEvent) => void;
  onExecutionEnd?: (execution: ExecutionDescription) => void;
  /** The seconds between two attempts, instead of what each Retry says. */
  retryIntervalSeconds?: number;
}

export interface StepFunctionsService extends JsonService {
  /** Deploys a state machine, or a new definition for its future executions.
   * @throws AwsError `InvalidDefinition` */
  deployStateMachine(spec: StateMachineSpec): void;
  /** All executions with their histories, the oldest first. */
  executions(): Execution[];
  stateMachines(): StateMachineSpec[];
  /** Aborts the executions that run. */
  close(): Promise<void>;
}

interface StateMachine {
  spec: StateMachineSpec;
  definition: PreparedDefinition;
  creationDate: number;
  /** Oldest first. */
  executions: Execution[];
}

interface Account {
  options: StepFunctionsOptions;
  machines: Map<string, StateMachine>;
  executions: Map<string, Execution>;
}

type Input = Record<string, unknown>;

/** Emulates Step Functions: Standard state machines in JSONPath, with Lambda functions as Tasks. State is in memory. */
export function stepFunctionsService(options: StepFunctionsOptions): StepFunctionsService {
  const account: Account = { options, machines: new Map(), executions: new Map() };
  return {
    targetPrefix: 'AWSStepFunctions',
    eventSource: 'states.amazonaws.com',
    operations: typedOperations(sdk, {
      StartExecution: (input) => start(account, input),
      DescribeExecution: (input) => describeExecution(account, input),
      ListExecutions: (input) => listExecutions(account, input),
      GetExecutionHistory: (input) => getExecutionHistory(account, input),
      StopExecution: (input) => stopExecution(account, input),
      DescribeStateMachine: (input) => describeStateMachine(account, input),
      ListStateMachines: (input) => listStateMachines(account, input),
    }),
    deployStateMachine: (spec) => deploy(account, spec),
    executions: () => [...account.executions.values()],
    stateMachines: () => [...account.machines.values()].map(({ spec }) => spec),
    async close() {
      for (const execution of account.executions.values()) execution.stop();
    },
  };
}

function deploy({ machines }: Account, spec: StateMachineSpec): void {
  const definition = prepareDefinition(spec.definition);
  const deployed = machines.get(spec.stateMachineArn);
  if (deployed) Object.assign(deployed, { spec, definition });
  else machines.set(spec.stateMachineArn, { spec, definition, creationDate: Date.now() / 1000, executions: [] });
}

function start(account: Account, input: Input) {
  const machine = findMachine(account, input);
  const name = (input.name as string | undefined) ?? randomUUID();
  checkExecutionName(name);
  const text = (input.input as string | undefined) ?? '{}';
  checkExecutionInput(text);
  const executionArn = `${machine.spec.stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
  const existing = account.executions.get(executionArn)?.description;
  if (existing?.status === 'RUNNING' && existing.input === text) {
    return { executionArn, startDate: existing.startDate };
  }
  if (existing) throw new AwsError('ExecutionAlreadyExists', `Execution Already Exists: '${executionArn}'`);
  const { stateMachineArn, name: stateMachineName, roleArn } = machine.spec;
  const about = { executionArn, name, stateMachineArn, stateMachineName, roleArn, input: text };
  const invoke: InvokeFunction = (functionArn, event) => account.options.invoke(functionArn, event, roleArn);
  const execution = startExecution({ ...account.options, ...about, invoke, definition: machine.definition });
  account.executions.set(executionArn, execution);
  machine.executions.push(execution);
  return { executionArn, startDate: execution.description.startDate };
}

function checkExecutionInput(text: string): void {
  const invalid = (reason: string) =>
    new AwsError('InvalidExecutionInput', `Invalid State Machine Execution Input: '${reason}'`);
  if (Buffer.byteLength(text) > payloadLimit) throw invalid(`the input is larger than ${payloadLimit} bytes`);
  try {
    JSON.parse(text);
  } catch (error) {
    throw invalid((error as Error).message);
  }
}

function describeExecution(account: Account, input: Input) {
  const { description } = findExecution(account, input);
  const includedData = optionalEnum(input, 'includedData', ['ALL_DATA', 'METADATA_ONLY']);
  if (includedData !== 'METADATA_ONLY') return description;
  const { input: _1, output: _2, ...metadata } = description;
  const outputDetails = description.outputDetails && { included: false };
  return { ...metadata, inputDetails: { included: false }, outputDetails };
}

const statuses: ExecutionStatus[] = ['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'];

function listExecutions(account: Account, input: Input) {
  const { executions } = findMachine(account, input);
  const status = optionalEnum(input, 'statusFilter', statuses);
  const matches = ({ description }: Execution) => !status || description.status === status;
  const { items, nextToken } = page(executions, input, { newestFirst: true, matches });
  return {
    executions: items.map(({ description }) => {
      const { executionArn, stateMachineArn, name, startDate, stopDate } = description;
      return { executionArn, stateMachineArn, name, status: description.status, startDate, stopDate };
    }),
    nextToken,
  };
}

function getExecutionHistory(account: Account, input: Input) {
  const { events } = findExecution(account, input);
  const { items, nextToken } = page(events, input, { newestFirst: input.reverseOrder === true });
  return { events: input.includeExecutionData === false ? items.map(withoutExecutionData) : items, nextToken };
}

function stopExecution(account: Account, input: Input) {
  const execution = findExecution(account, input);
  execution.stop(input.error as string | undefined, input.cause as string | undefined);
  return { stopDate: execution.description.stopDate };
}

function describeStateMachine(account: Account, input: Input) {
  const { spec, creationDate } = findMachine(account, input);
  return {
    ...spec,
    type: spec.type ?? 'STANDARD',
    status: 'ACTIVE',
    creationDate,
    loggingConfiguration: { level: 'OFF', includeExecutionData: false },
    tracingConfiguration: { enabled: false },
  };
}

function listStateMachines(account: Account, input: Input) {
  const { items, nextToken } = page([...account.machines.values()], input);
  return {
    stateMachines: items.map(({ spec, creationDate }) => {
      const { stateMachineArn, name, type = 'STANDARD' } = spec;
      return { stateMachineArn, name, type, creationDate };
    }),
    nextToken,
  };
}

/** One page of a list that an operation's other arguments name. @throws AwsError `InvalidToken`, `ValidationException` */
function page<T>(
  items: readonly T[],
  { maxResults, nextToken, ...others }: Input,
  options: { newestFirst?: boolean; matches?: (item: T) => boolean } = {},
): Page<T> {
  const request = { list: JSON.stringify(others), pageSize: pageSize(maxResults), nextToken: nextToken as string };
  const invalidToken = () => new AwsError('InvalidToken', "Invalid Token: 'Invalid token'");
  return pageOf(items, { ...request, ...options }, invalidToken);
}

function findMachine({ machines }: Account, input: Input): StateMachine {
  const arn = requiredArn(input, 'stateMachineArn', 'stateMachine');
  const machine = machines.get(arn);
  if (!machine) throw new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
  return machine;
}

function findExecution({ executions }: Account, input: Input): Execution {
  const arn = requiredArn(input, 'executionArn', 'execution');
  const execution = executions.get(arn);
  if (!execution) throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
  return execution;
}
