/** An event of a history, as GetExecutionHistory returns it. */
export interface ExecutionEvent {
  id: number;
  previousEventId: number;
  /** In epoch seconds. */
  timestamp: number;
  type: string;
  stateEnteredEventDetails?: { name?: string | undefined; input?: string | undefined } | undefined;
  stateExitedEventDetails?: { name?: string | undefined; output?: string | undefined } | undefined;
  mapIterationStartedEventDetails?: { name?: string | undefined; index?: number | undefined } | undefined;
  lambdaFunctionFailedEventDetails?: { error?: string | undefined; cause?: string | undefined } | undefined;
  lambdaFunctionTimedOutEventDetails?: { error?: string | undefined; cause?: string | undefined } | undefined;
}

/** An execution as DescribeExecution returns it, with its history. */
export interface ExecutionRecord {
  description: {
    executionArn: string;
    stateMachineArn: string;
    name: string;
    status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
    /** In epoch seconds. */
    startDate: number;
    stopDate?: number;
    input: string;
    output?: string;
    error?: string;
    cause?: string;
  };
  events: readonly ExecutionEvent[];
}

export interface MachineRecord {
  stateMachineArn: string;
  name: string;
  /** JSON text. */
  definition: string;
}

/** A message as it was published to a topic: the parameters of the call. */
export interface PublishedMessage {
  topicArn: string;
  subject?: string;
  message: string;
  messageStructure?: string;
  attributes: Record<string, string>;
}

/** An operation of an emulated service, called without a request. */
export type ReadOperation = (operation: string, input: Record<string, unknown>) => Record<string, unknown>;

export interface ObjectRecord {
  key: string;
  bytes: number;
}

export interface RuleVerdict {
  name: string;
  matched: boolean;
  isDisabled: boolean;
  targetArns: string[];
  pattern: Record<string, unknown>;
}

export interface ScheduleRecord {
  name: string;
  expression: string;
  timeZone: string;
  state: string;
  target: { input: string };
}

/** What the page reads. Nothing of it is a call to a service, so faults, policies and CloudTrail's events don't apply. */
export interface ConsoleSources {
  /** The oldest first. */
  executions: () => readonly ExecutionRecord[];
  machines: () => readonly MachineRecord[];
  personalize: ReadOperation;
  maxRunningJobs: number;
  /** A schema in Avro for the columns of a CSV file. */
  proposedSchema: (datasetType: string, columns: string[]) => object;
  /** The current objects below a prefix, in the order of their keys. */
  objects: (bucket: string, prefix: string) => ObjectRecord[];
  /** The first bytes of an object. Undefined if it does not exist. */
  headOfObject: (bucket: string, key: string, bytes: number) => Promise<Buffer | undefined>;
  faults: () => readonly (Record<string, unknown> & { hits: number })[];
  operations: Record<string, string[]>;
  schedules: readonly ScheduleRecord[];
  /** Whether an event, or the attributes of a message, match a pattern. @throws Error when the pattern is not valid */
  matches: (pattern: Record<string, unknown>, event: Record<string, unknown>) => boolean;
  /** Sends an event to the rules of the default bus. */
  publish: (event: Record<string, unknown>) => void;
  /** The environment variables of a client. */
  environment: () => Record<string, string>;
}
