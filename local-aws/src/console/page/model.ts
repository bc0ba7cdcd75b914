// What the page receives from the local AWS. Times are in epoch milliseconds.
/** What the page shows changes in these; a text for each, which changes with it. */
export type Topic = 'executions' | 'messages' | 'events' | 'jobs' | 'faults';
export type Revisions = Record<Topic, string>;

export type Status = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

export interface ExecutionSummary {
  arn: string;
  name: string;
  machine: string;
  status: Status;
  start: number;
  end?: number;
  /** What started it. */
  trigger?: string;
  /** What it is about, such as its datasets. */
  subjects: string[];
  error?: string;
  /** Why it failed, in a sentence. */
  reason?: string;
  /** The number of events in its history. */
  events: number;
}

export interface Attempt {
  start: number;
  end?: number;
  error?: string;
  cause?: string;
}

export type SpanStatus = 'running' | 'waiting' | 'succeeded' | 'caught' | 'failed' | 'aborted';

/** A state that was entered: a bar of the timeline. */
export interface Span {
  /** The id of the event of the entry. */
  id: number;
  lane: number;
  name: string;
  type: string;
  start: number;
  end?: number;
  status: SpanStatus;
  /** When a Wait ends. */
  until?: number;
  /** The attempts of a Task. All but the last have failed. */
  attempts: Attempt[];
}

export interface Lane {
  id: number;
  label: string;
}

export interface Explanation {
  title: string;
  failed: boolean;
  /** What it is about, as in the label of a lane. */
  subject?: string;
  reason?: string;
  remedy?: string;
  /** The command that tries the same again. */
  command?: string;
}

export type MessageExplanation = Explanation & { messageId: string };

export interface ExecutionDetail extends ExecutionSummary {
  machineArn: string;
  input: string;
  output?: string;
  cause?: string;
  lanes: Lane[];
  spans: Span[];
  /** What its notifications say. */
  explanations: MessageExplanation[];
  /** The clock of the local AWS. */
  now: number;
}

/** Input and output of a state, as JSON text. */
export interface StateData {
  input?: string;
  output?: string;
}

export interface GraphNode {
  name: string;
  type: string;
  x: number;
  y: number;
  width: number;
  height: number;
  comment?: string;
}

export interface GraphEdge {
  from: string;
  to: string;
  kind: 'next' | 'catch';
  points: { x: number; y: number }[];
}

/** A state machine, laid out. A Map or Parallel is a node around its own states. */
export interface Graph {
  width: number;
  height: number;
  nodes: GraphNode[];
  edges: GraphEdge[];
}

export interface Message {
  id: string;
  time: number;
  topicArn: string;
  subject?: string;
  /** What a subscription of the protocol e-mail receives. */
  email: string;
  /** What a queue or a function receives. */
  body: string;
  attributes: Record<string, string>;
  /** The parameters of the call. */
  raw: Record<string, string>;
  explanation?: Explanation & { executionArn?: string; exportJobArn?: string };
}

export interface FilterPolicy {
  name: string;
  policy: Record<string, unknown>;
}

export interface MessageList {
  messages: Message[];
  filterPolicies: FilterPolicy[];
  /** By the id of a message: the names of the policies that match it. */
  matches: Record<string, string[]>;
}

export interface ExportFile {
  key: string;
  bytes: number;
}

export interface ExportSummary {
  arn: string;
  name: string;
  datasetArn: string;
  status: string;
  failureReason?: string;
  start: number;
  end?: number;
  ingestionMode?: string;
  path: string;
}

export interface ExportDetail extends ExportSummary {
  bucket: string;
  files: ExportFile[];
  /** Of the first file with data; the first row is the header. */
  rows: string[][];
  manifest?: { key: string; figures: [label: string, value: string][] };
  /** What its notification says. */
  explanation?: MessageExplanation & { executionArn?: string };
}

export interface Job {
  arn: string;
  name: string;
  status: string;
  kind: 'import' | 'export';
  start: number;
  end?: number;
  failureReason?: string;
}

export interface DatasetSummary {
  arn: string;
  type: string;
  status: string;
  fields: string[];
  /** The newest first. */
  jobs: Job[];
}

export interface DatasetGroup {
  arn: string;
  name: string;
  status: string;
  datasets: DatasetSummary[];
}

export interface DatasetList {
  groups: DatasetGroup[];
  /** How many jobs of each kind run, and how many may. */
  quota: { kind: 'import' | 'export'; running: number; most: number }[];
}

/** Why a rule did not match: the fields of its pattern that the event lacks. */
export interface Mismatch {
  field: string;
  expected: string;
  found: string;
}

export interface BusEvent {
  id: string;
  time: number;
  bus: string;
  source: string;
  detailType: string;
  /** The whole event. */
  event: Record<string, unknown>;
  rules: { name: string; matched: boolean; disabled?: boolean; targets: string[]; mismatches: Mismatch[] }[];
}

export interface Schedule {
  name: string;
  expression: string;
  timeZone: string;
  state: string;
  input: string;
}

export interface EventList {
  events: BusEvent[];
  schedules: Schedule[];
}

export interface FaultList {
  faults: (Record<string, unknown> & { hits: number })[];
  presets: { title: string; fault: Record<string, unknown> }[];
  operations: Record<string, string[]>;
}

/** Something to try: it changes the local AWS as the commands would. */
export interface Trial {
  id: string;
  title: string;
  description: string;
  commands: string;
}

export interface Overview {
  title: string;
  endpoint: string;
  trials: Trial[];
  /** The state machines to start executions of. */
  machines: { arn: string; name: string; example: string }[];
}
