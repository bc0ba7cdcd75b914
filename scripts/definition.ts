import { createRequire } from 'node:module';

/** A `Retry` or `Catch` rule. */
export interface ErrorRule {
  ErrorEquals: string[];
  Next?: string;
  ResultPath?: string;
  IntervalSeconds?: number;
  MaxAttempts?: number;
  BackoffRate?: number;
  MaxDelaySeconds?: number;
  JitterStrategy?: string;
}

/** A comparison of a variable, by the name of its operator. */
export interface Comparison {
  Variable: string;
  [operator: string]: unknown;
}

/** A rule of a Choice state: one comparison or several, and the next state. */
export type ChoiceRule = (Comparison | { And: Comparison[] }) & { Next: string };

/** A state, as in the Amazon States Language. */
export interface State {
  Type: string;
  Resource?: string;
  Next?: string;
  End?: boolean;
  Default?: string;
  Choices?: ChoiceRule[];
  TimeoutSeconds?: number;
  MaxConcurrency?: number;
  Retry?: ErrorRule[];
  Catch?: ErrorRule[];
  ItemProcessor?: Machine;
  [field: string]: unknown;
}

/** A state machine, or the states inside a Map. */
export interface Machine {
  StartAt: string;
  States: Record<string, State>;
  TimeoutSeconds?: number;
}

const definitionString = createRequire(import.meta.url)('../resources/definition.cjs') as () => string;

/** The definition as it is deployed: JSON text, with the placeholders that CloudFormation fills in. */
export const definitionText = definitionString();

/** The definition as data. Clone it before you change it. */
export const definition = JSON.parse(definitionText) as Machine;
