/** How often a fault hits, of the calls or jobs that it is for: always, if nothing is said. */
export interface Frequency {
  /** At most so many times. */
  times?: number;
  /** Of each call or job, from 0 to 1. */
  probability?: number;
  /** The same seed gives the same hits. */
  seed?: number;
}

/** What goes wrong with a call to a service, or with a function. */
export interface CallFault extends Frequency {
  service: FaultyService;
  /** The API's own name; of `lambda` the function's without the stack's; or `*`. */
  operation: string;
  /** The error that is answered; its status, if not given, is the one it has in its service. */
  error?: string;
  /** An HTTP status; alone, it stands for an error that has it. */
  status?: number;
  message?: string;
  /** How long whatever the client gets is held back; the service acts at once, or never. */
  delayMs?: number;
  /** The connection ends without an answer: before the service acted, or after. With an error, that comes instead. */
  cut?: 'before' | 'after';
  /** What is different in an answer in JSON: paths such as `datasetExportJob.status` and their values. */
  answer?: AnswerChange;
}

export interface AnswerChange {
  set?: Record<string, unknown>;
  remove?: string[];
}

/** What goes wrong with a Personalize job. */
export interface JobFault extends Frequency {
  job: 'export' | 'import';
  /** The status the job ends in, its work left undone; `CREATE FAILED` when only a `failureReason` is given. */
  status?: string;
  failureReason?: string;
  /** How long the job takes. */
  seconds?: number;
  /** The job stays `CREATE IN_PROGRESS` and counts against the quota. */
  stuck?: boolean;
  /** How the output of an export deviates from what it should be. */
  output?: ExportOutput;
}

export const exportOutputs = [
  ...['no-file', 'no-header', 'missing-column', 'extra-column', 'short-row', 'open-quote', 'not-utf-8'],
  ...['changed-object', 'check-object', 'many-small-files', 'one-large-file'],
] as const;
export type ExportOutput = (typeof exportOutputs)[number];

export type Fault = CallFault | JobFault;

export const faultyServices = ['personalize', 'states', 'events', 's3', 'sns', 'sqs', 'lambda'] as const;
export type FaultyService = (typeof faultyServices)[number];
