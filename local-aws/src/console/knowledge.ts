import type { Explanation, FilterPolicy } from './page/model.ts';

/** What only the owner of a stack knows about it. The page shows it; without it, the page shows names and JSON. Each function is
 * given parsed JSON of any shape, and returns undefined for what it does not know. */
export interface ConsoleKnowledge {
  /** What the stack is, in a few words. */
  title?: string;
  /** What started an execution, and what it is about, from its input. */
  execution?(input: unknown): { trigger?: string; subjects?: string[] } | undefined;
  /** The label of an iteration of a Map, from the input of its first state. */
  lane?(input: unknown): string | undefined;
  /** What a message of a topic says, in words. */
  message?(document: unknown): (Explanation & { executionArn?: string; exportJobArn?: string }) | undefined;
  /** Filter policies that subscriptions to the topics are likely to have. */
  filterPolicies?: FilterPolicy[];
  /** Whether an object is the manifest of an export job's output. */
  isManifest?(key: string, job: { jobName: string; path: string }): boolean;
  /** The figures of a manifest. */
  manifest?(document: unknown): [label: string, value: string][] | undefined;
  /** The input that an execution of a state machine may be started with. */
  exampleInput?: unknown;
  /** Faults to choose from. */
  faults?: { title: string; fault: Record<string, unknown> }[];
  /** What a newcomer can try with a click. */
  trials?: KnownTrial[];
}

export interface KnownTrial {
  title: string;
  description: string;
  /** The commands that do the same, for a POSIX shell. */
  commands: string;
  /** @param environment the environment variables of a client of the local AWS
   * @throws Error with a message for the person who tries it */
  run(environment: Record<string, string>): Promise<void>;
}

/** What the knowledge says, or undefined where it fails: a page must show what it can. */
export function known<Result>(ask: () => Result): Result | undefined {
  try {
    return ask();
  } catch {
    return undefined;
  }
}

export function parsed(text: string | undefined): unknown {
  return known(() => JSON.parse(text ?? 'null'));
}
