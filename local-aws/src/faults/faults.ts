import { randomInt } from 'node:crypto';
import type { CallFault, Fault, JobFault } from './fault.ts';

/** A fault, how often it applied, and the seed of its probability. */
export type CountedFault = Fault & { hits: number };

/** The faults that are set. The first fault in the list that matches a call or job and hits applies. */
export interface Faults {
  replace(faults: Fault[]): void;
  list(): CountedFault[];
  /** Returns the fault that applies to a call, and counts it. */
  hitCall(service: string, operation: string): CallFault | undefined;
  /** Returns the fault that applies to a job as it starts, and counts it. */
  hitJob(kind: 'export' | 'import'): JobFault | undefined;
}

interface Entry {
  fault: Fault;
  hits: number;
  /** Returns the next number of this fault's random sequence, from 0 to 1. */
  draw: () => number;
}

export function createFaults(initial: Fault[] = []): Faults {
  let entries = initial.map(entryOf);

  function hit(matches: (fault: Fault) => boolean): Fault | undefined {
    const entry = entries.find(({ fault, hits, draw }) => {
      if (!matches(fault) || hits >= (fault.times ?? Number.POSITIVE_INFINITY)) return false;
      return fault.probability === undefined || draw() < fault.probability;
    });
    if (entry) entry.hits += 1;
    return entry?.fault;
  }

  return {
    replace(faults) {
      entries = faults.map(entryOf);
    },
    list: () => entries.map(({ fault, hits }) => ({ ...fault, hits })),
    hitCall: (service, operation) =>
      hit(
        (fault) =>
          'service' in fault && fault.service === service && (fault.operation === '*' || fault.operation === operation),
      ) as CallFault | undefined,
    hitJob: (kind) => hit((fault) => 'job' in fault && fault.job === kind) as JobFault | undefined,
  };
}

function entryOf(given: Fault): Entry {
  // A seed that was not given is shown, so that the run can be repeated.
  const fault = given.probability === undefined ? given : { ...given, seed: given.seed ?? randomInt(2 ** 32) };
  return { fault, hits: 0, draw: mulberry32(fault.seed ?? 0) };
}

/** A random generator with 32 bits of state, by Tommy Ettinger. */
function mulberry32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
