/** How often a fault applies to the calls or jobs that it matches: always by default. */
export interface Frequency {
  /** At most this many times. */
  times?: number;
  /** For each call or job, from 0 to 1. */
  probability?: number;
  /** The same seed gives the same hits. */
  seed?: number;
}

/** What goes wrong with a call to a service, or with a function. */
export interface CallFault extends Frequency {
  service: FaultyService;
  /** The API's name of the operation; for `lambda`, the name of the function without that of the stack; or `*`. */
  operation: string;
  /** The name of the error that is returned. By default it has the status that it has in its service. */
  error?: string;
  /** The HTTP status; alone, it stands for an error with this status. */
  status?: number;
  message?: string;
  /** How long the answer is delayed. The service acts at once, or never. */
  delayMs?: number;
  /** Closes the connection without an answer, before or after the service acts. With an error, that error is returned instead. */
  cut?: 'before' | 'after';
  /** Changes an answer in JSON, by paths such as `datasetExportJob.status`. */
  answer?: AnswerChange;
}

export interface AnswerChange {
  set?: Record<string, unknown>;
  remove?: string[];
}

/** What goes wrong with a Personalize job. */
export interface JobFault extends Frequency {
  job: 'export' | 'import';
  /** The status in which the job ends without doing its work; `CREATE FAILED` if only a `failureReason` is given. */
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

export const faultyServices = ['personalize', 'states', 'events', 'glue', 's3', 'sns', 'sqs', 'lambda'] as const;
export type FaultyService = (typeof faultyServices)[number];
