import { randomInt } from 'node:crypto';
import type { CallFault, Fault, JobFault } from './fault.ts';

/** A fault, how often it hit, and the seed of its probability. */
export type CountedFault = Fault & { hits: number };

/** The faults that are set. Of each call or job, the first of the list that hits is the one. */
export interface Faults {
  replace(faults: Fault[]): void;
  list(): CountedFault[];
  /** The fault that a call meets; it is counted. */
  hitCall(service: string, operation: string): CallFault | undefined;
  /** The fault that a job meets as it starts; it is counted. */
  hitJob(kind: 'export' | 'import'): JobFault | undefined;
}

interface Entry {
  fault: Fault;
  hits: number;
  /** The next number of this fault's own sequence, from 0 to 1. */
  draw: () => number;
}

export function createFaults(initial: Fault[] = []): Faults {
  let entries = initial.map(entryOf);

  function hit(isMeant: (fault: Fault) => boolean): Fault | undefined {
    const entry = entries.find(({ fault, hits, draw }) => {
      if (!isMeant(fault) || hits >= (fault.times ?? Number.POSITIVE_INFINITY)) return false;
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
  // One that was left out is shown, so that the run can be repeated.
  const fault = given.probability === undefined ? given : { ...given, seed: given.seed ?? randomInt(2 ** 32) };
  return { fault, hits: 0, draw: mulberry32(fault.seed ?? 0) };
}

/** Tommy Ettinger's generator: 32 bits of state, enough to choose calls by. */
function mulberry32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
