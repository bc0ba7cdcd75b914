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

/** A definition that is adapted to the engine. */
export interface PreparedDefinition {
  machine: StateMachine;
  /** Every state by its name, including those inside of a Map or Parallel. */
  states: Map<string, State>;
  /** The engine's overrides of Wait states: name → milliseconds. */
  waitTimeOverrides: Record<string, number>;
}

const LAMBDA_FUNCTION_ARN = /^arn:aws[\w-]*:lambda:[\w-]+:\d{12}:function:[\w-]+(:[\w$-]+)?$/;

// The engine ignores these fields, so a definition with one of them would run differently on AWS.
const UNSUPPORTED_FIELDS = [
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

const TYPE_TESTS = ['IsPresent', 'IsNull', 'IsNumeric', 'IsString', 'IsBoolean', 'IsTimestamp'];

// A timer of Node holds 2^31-1 ms. A longer one would end at once.
const LONGEST_TIMER_SECONDS = 2_147_483;

/**
 * Reads, validates and adapts a definition.
 * @param definition JSON text, in which a Task's `Resource` is the ARN of a Lambda function.
 * @throws AwsError `InvalidDefinition` that names what is wrong, or what runs on AWS but not here.
 */
export function prepareDefinition(definition: string): PreparedDefinition {
  validate(definition);
  const adapted = JSON.parse(definition, adaptPaths) as States;
  const states = collectStates(adapted);
  const waitTimeOverrides: Record<string, number> = {};
  for (const [name, state] of states) {
    refuseUnsupported(name, state);
    adaptState(state);
    // For 0 s the engine does not pause at all, and a loop with such a Wait would block everything else.
    if (state.Type === 'Wait' && state.Seconds === 0) waitTimeOverrides[name] = 1;
  }
  const machine = new StateMachine(adapted as unknown as StateMachineDefinition, {
    validationOptions: { noValidate: true },
  });
  return { machine, states, waitTimeOverrides };
}

// A validation takes 100 ms and more. A text that was deployed before in this process is not validated again.
const validated = new Set<string>();

function validate(definition: string): void {
  if (validated.has(definition)) return;
  let parsed: StateMachineDefinition & { QueryLanguage?: string };
  try {
    parsed = JSON.parse(definition);
    // The validator changes its argument, so the definition that runs is parsed again.
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
  const field = UNSUPPORTED_FIELDS.find((unsupported) => unsupported in state);
  if (field) throw invalidDefinition(`state '${name}': ${field} is not supported locally`);
  if (state.QueryLanguage === 'JSONata') throw invalidDefinition(`state '${name}': JSONata is not supported locally`);
  const processor = state.ItemProcessor as { ProcessorConfig?: { Mode?: string } } | undefined;
  if (processor?.ProcessorConfig?.Mode === 'DISTRIBUTED') {
    throw invalidDefinition(`state '${name}': a DISTRIBUTED Map is not supported locally`);
  }
  if (state.Type === 'Task' && !LAMBDA_FUNCTION_ARN.test(String(state.Resource))) {
    throw invalidDefinition(`state '${name}': Resource '${state.Resource}' is not a Lambda function's ARN`);
  }
}

// Inside a Map, the engine's context has the input and the start of the iteration, not of the execution.
function adaptPaths(key: string, value: unknown): unknown {
  const isPath = key.endsWith('.$') || key.endsWith('Path') || key === 'Variable';
  if (!isPath || typeof value !== 'string') return value;
  return value.replaceAll(/\$\$\.Execution\.(StartTime|Input)\b/g, (_, field) => `$$.TopLevel.${field}`);
}

function adaptState(state: State): void {
  for (const field of ['TimeoutSeconds', 'Seconds']) {
    if (Number(state[field]) > LONGEST_TIMER_SECONDS) state[field] = LONGEST_TIMER_SECONDS;
  }
  // The default of TimeoutSeconds is 99999999 on AWS, and 60 in the engine.
  if (state.Type === 'Task' && !state.TimeoutSecondsPath) state.TimeoutSeconds ??= LONGEST_TIMER_SECONDS;
  if (state.Type === 'Choice') state.Choices = (state.Choices as ChoiceRule[]).map(adaptRule);
  // The engine ignores a Result that is falsy. Parameters have the same effect.
  if (state.Type === 'Pass' && 'Result' in state && !state.Result) {
    state.Parameters = state.Result;
    delete state.Result;
  }
}

type ChoiceRule = Record<string, unknown>;

// The engine never matches a type test with `false`, such as `IsPresent: false`. `Not` with `true` means the same.
function adaptRule(rule: ChoiceRule): ChoiceRule {
  if (rule.And) return { ...rule, And: (rule.And as ChoiceRule[]).map(adaptRule) };
  if (rule.Or) return { ...rule, Or: (rule.Or as ChoiceRule[]).map(adaptRule) };
  if (rule.Not) return { ...rule, Not: adaptRule(rule.Not as ChoiceRule) };
  const test = TYPE_TESTS.find((typeTest) => rule[typeTest] === false);
  if (!test) return rule;
  const { Variable, Next } = rule;
  return { Not: { Variable, [test]: true }, ...(Next === undefined ? {} : { Next }) };
}

function invalidDefinition(reason: string): AwsError {
  return new AwsError('InvalidDefinition', `Invalid State Machine Definition: '${reason}'`);
}
