import type { State } from './definition.ts';
import type { EngineState } from './engine.ts';
import type { Lane } from './history.ts';

/** One attempt of a Task. It begins when its state is entered or retried. */
export interface Attempt {
  stateName: string;
  /** The raw input of the state: the same object for each attempt. */
  stateInput: unknown;
  lane: Lane;
  /** It has ended or timed out. A later answer of its function is ignored. */
  settled: boolean;
}

/** Finds the attempt that a call of a function belongs to. The engine gives only the name of the state, which a Map enters many
 * times. */
export interface Attempts {
  add(state: EngineState, lane: Lane): void;
  /** Returns the attempt of a call; `undefined` if the state no longer runs. */
  claim(stateName: string, input: unknown): Attempt | undefined;
  /** Ends the attempt of a state. @returns whether its function was still running */
  end(state: EngineState): boolean;
}

/** @param states the definition's states by name */
export function createAttempts(states: Map<string, State>): Attempts {
  const unclaimed = new Map<string, Attempt[]>();
  const running = new Set<Attempt>();

  function add(state: EngineState, lane: Lane): void {
    const attempt = { stateName: state.name, stateInput: state.input, lane, settled: false };
    const waiting = unclaimed.get(state.name);
    if (waiting) waiting.push(attempt);
    else unclaimed.set(state.name, [attempt]);
  }

  function claim(stateName: string, input: unknown): Attempt | undefined {
    const waiting = unclaimed.get(stateName) ?? [];
    const state = states.get(stateName);
    // A Task passes on the object that it was entered with. With these two fields it is another object, and the calls come in
    // the order in which the states were entered.
    const isAnotherObject = state?.InputPath !== undefined || state?.Parameters !== undefined;
    const index = isAnotherObject ? 0 : waiting.findIndex((attempt) => attempt.stateInput === input);
    const attempt = index < 0 ? undefined : waiting.splice(index, 1)[0];
    if (attempt) running.add(attempt);
    return attempt;
  }

  function end(state: EngineState): boolean {
    const isOfState = (attempt: Attempt) => attempt.stateName === state.name && attempt.stateInput === state.input;
    const waiting = unclaimed.get(state.name) ?? [];
    const index = waiting.findIndex(isOfState);
    if (index >= 0) waiting.splice(index, 1);
    const attempt = running.values().find(isOfState);
    if (!attempt) return false;
    running.delete(attempt);
    const wasRunning = !attempt.settled;
    attempt.settled = true;
    return wasRunning;
  }

  return { add, claim, end };
}
