import type { Clients } from './clients.ts';
import type { Deployment } from './deployment.ts';
import type { Observation } from './report-schema.ts';
import { unknownFor } from './unknown.ts';

/** What a check is given. */
export interface Context {
  clients: Clients;
  deployment: Deployment;
  /** The dataset of --dataset-arn. */
  datasetArn?: string | undefined;
}

/** One concern of the doctor. It only reads. */
export interface Check {
  /** The name in the output, and in the list of docs/doctor.md. */
  name: string;
  /** What is checked, for docs/doctor.md. */
  checks: string;
  /** Why anything but `ok` matters. */
  why: string;
  /** The IAM actions of its calls. docs/doctor-policy.json allows them. */
  actions: readonly string[];
  /** Whether it asks for the resources of the stack. Without a stack, it is not run. */
  needsStack: boolean;
  /** @throws what the SDK throws; the finding is then `unknown` */
  run: (context: Context) => Promise<Observation[]>;
}

export function ok(seen: string): Observation {
  return { state: 'ok', seen };
}

export function warn(seen: string, fix: string, why?: string): Observation {
  return { state: 'warn', seen, fix, ...(why && { why }) };
}

export function fail(seen: string, fix: string, why?: string): Observation {
  return { state: 'fail', seen, fix, ...(why && { why }) };
}

/** What was seen, but can't be judged. */
export function undecided(seen: string, fix: string): Observation {
  return { state: 'unknown', because: 'not checked', seen, fix };
}

/** One of several observations of a check. If it can't be made, the others still are. */
export async function about(subject: string, observe: () => Promise<Observation> | Observation): Promise<Observation> {
  try {
    return { subject, ...(await observe()) };
  } catch (error) {
    return { subject, ...unknownFor(error as Error) };
  }
}
