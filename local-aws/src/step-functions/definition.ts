import { StateMachine, type StateMachineDefinition } from 'aws-local-stepfunctions';
import { AwsError } from '../protocols/aws-json.ts';

/** A state of a definition, as in the Amazon States Language. */
export interface State {
  Type: string;
  [field: string]: unknown;
}

interface States {
  StartAt: string;
  States: Record<string, State>;
}

/** A definition made ready for the engine, and what the service itself needs of it. */
export interface PreparedDefinition {
  machine: StateMachine;
  /** Every state by its name, those inside of Map and Parallel too. */
  states: Map<string, State>;
  /** The engine's overrides of Wait states: name → milliseconds. */
  waitTimeOverrides: Record<string, number>;
}

const lambdaFunctionArn = /^arn:aws[\w-]*:lambda:[\w-]+:\d{12}:function:[\w-]+(:[\w$-]+)?$/;

// What the engine passes over in silence: better refused here than different on AWS.
const unsupportedFields = [
  'Assign',
  'Arguments',
  'Output',
  'Items',
  'ItemReader',
  'ItemBatcher',
  'ResultWriter',
  'ToleratedFailureCount',
  'ToleratedFailurePercentage',
  'Credentials',
];

const typeTests = ['IsPresent', 'IsNull', 'IsNumeric', 'IsString', 'IsBoolean', 'IsTimestamp'];

// Node's timers hold 2^31-1 ms; what is longer would fire at once.
const longestTimerSeconds = 2_147_483;

/**
 * Reads, validates and adapts a definition.
 * @param definition JSON text, in which a Task's `Resource` is the ARN of a Lambda function.
 * @throws AwsError `InvalidDefinition` saying what is wrong, or what runs on AWS but not here.
 */
export function prepareDefinition(definition: string): PreparedDefinition {
  validate(definition);
  const adapted = JSON.parse(definition, adaptPaths) as States;
  const states = collectStates(adapted);
  const waitTimeOverrides: Record<string, number> = {};
  for (const [name, state] of states) {
    refuseUnsupported(name, state);
    adaptState(state);
    // The engine doesn't pause at all for 0 s: a loop over it would never let anything else run.
    if (state.Type === 'Wait' && state.Seconds === 0) waitTimeOverrides[name] = 1;
  }
  const machine = new StateMachine(adapted as unknown as StateMachineDefinition, {
    validationOptions: { noValidate: true },
  });
  return { machine, states, waitTimeOverrides };
}

// A validation takes 100 ms and more: the same text, deployed once more in this process, needs none.
const validated = new Set<string>();

function validate(definition: string): void {
  if (validated.has(definition)) return;
  let parsed: StateMachineDefinition & { QueryLanguage?: string };
  try {
    parsed = JSON.parse(definition);
    // The validator changes what it is given, so what runs is parsed once more.
    new StateMachine(parsed);
  } catch (error) {
    throw invalidDefinition((error as Error).message);
  }
  if (parsed.QueryLanguage === 'JSONata') throw invalidDefinition('QueryLanguage JSONata is not supported locally');
  validated.add(definition);
}

function collectStates(machine: States, into = new Map<string, State>()): Map<string, State> {
  for (const [name, state] of Object.entries(machine.States)) {
    if (into.has(name)) throw invalidDefinition(`the state name '${name}' is not unique in the state machine`);
    into.set(name, state);
    const inner = [state.ItemProcessor, state.Iterator, ...((state.Branches as unknown[]) ?? [])];
    for (const nested of inner) if (nested) collectStates(nested as States, into);
  }
  return into;
}

function refuseUnsupported(name: string, state: State): void {
  const field = unsupportedFields.find((unsupported) => unsupported in state);
  if (field) throw invalidDefinition(`state '${name}': ${field} is not supported locally`);
  if (state.QueryLanguage === 'JSONata') throw invalidDefinition(`state '${name}': JSONata is not supported locally`);
  const processor = state.ItemProcessor as { ProcessorConfig?: { Mode?: string } } | undefined;
  if (processor?.ProcessorConfig?.Mode === 'DISTRIBUTED') {
    throw invalidDefinition(`state '${name}': a DISTRIBUTED Map is not supported locally`);
  }
  if (state.Type === 'Task' && !lambdaFunctionArn.test(String(state.Resource))) {
    throw invalidDefinition(`state '${name}': Resource '${state.Resource}' is not a Lambda function's ARN`);
  }
}

// Inside a Map the engine's context holds the iteration's input and start, not the execution's.
function adaptPaths(key: string, value: unknown): unknown {
  const isPath = key.endsWith('.$') || key.endsWith('Path') || key === 'Variable';
  if (!isPath || typeof value !== 'string') return value;
  return value.replaceAll(/\$\$\.Execution\.(StartTime|Input)\b/g, (_, field) => `$$.TopLevel.${field}`);
}

function adaptState(state: State): void {
  for (const field of ['TimeoutSeconds', 'Seconds']) {
    if (Number(state[field]) > longestTimerSeconds) state[field] = longestTimerSeconds;
  }
  // Without a TimeoutSeconds AWS waits (99999999 s), the engine 60 s.
  if (state.Type === 'Task' && !state.TimeoutSecondsPath) state.TimeoutSeconds ??= longestTimerSeconds;
  if (state.Type === 'Choice') state.Choices = (state.Choices as ChoiceRule[]).map(adaptRule);
  // The engine takes a Result that is falsy for none; Parameters do the same.
  if (state.Type === 'Pass' && 'Result' in state && !state.Result) {
    state.Parameters = state.Result;
    delete state.Result;
  }
}

type ChoiceRule = Record<string, unknown>;

// The engine never matches `IsPresent: false` and its like; `Not` with `true` says the same.
function adaptRule(rule: ChoiceRule): ChoiceRule {
  if (rule.And) return { ...rule, And: (rule.And as ChoiceRule[]).map(adaptRule) };
  if (rule.Or) return { ...rule, Or: (rule.Or as ChoiceRule[]).map(adaptRule) };
  if (rule.Not) return { ...rule, Not: adaptRule(rule.Not as ChoiceRule) };
  const test = typeTests.find((typeTest) => rule[typeTest] === false);
  if (!test) return rule;
  const { Variable, Next } = rule;
  return { Not: { Variable, [test]: true }, ...(Next === undefined ? {} : { Next }) };
}

function invalidDefinition(reason: string): AwsError {
  return new AwsError('InvalidDefinition', `Invalid State Machine Definition: '${reason}'`);
}
