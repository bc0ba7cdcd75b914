import type { State } from './definition.ts';
import type { EngineState } from './engine.ts';
import type { Lane } from './history.ts';

/** One attempt of a Task: its state was entered or retried, and its function is to be called. */
export interface Attempt {
  stateName: string;
  /** The state's raw input, the same object for each of its attempts. */
  stateInput: unknown;
  lane: Lane;
  /** It ended, or timed out: what its function answers now is not heard. */
  settled: boolean;
}

/** Which call of a function belongs to which state: the engine's calls name the state only, and a Map runs it many times. */
export interface Attempts {
  add(state: EngineState, lane: Lane): void;
  /** The attempt that a call is for; none if the state is not running any more. */
  claim(stateName: string, input: unknown): Attempt | undefined;
  /** Ends the attempt of a state; answers whether its function was still running. */
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
    // A Task hands on the very object it was entered with, unless these two make another of it; then the calls come in
    // the order of the entries.
    const isAnother = state?.InputPath !== undefined || state?.Parameters !== undefined;
    const index = isAnother ? 0 : waiting.findIndex((attempt) => attempt.stateInput === input);
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
