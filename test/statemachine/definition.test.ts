import { readdir, readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import aslValidator from 'asl-validator';
import { describe, expect, it } from 'vitest';
import * as errors from '../../src/lambda/errors.ts';
import { requestSchema } from '../../src/plan/request.ts';

interface ErrorRule {
  ErrorEquals: string[];
  Next?: string;
  IntervalSeconds?: number;
  MaxAttempts?: number;
  BackoffRate?: number;
  MaxDelaySeconds?: number;
  JitterStrategy?: string;
}

interface State {
  Type: string;
  Resource?: string;
  Next?: string;
  End?: boolean;
  Default?: string;
  Choices?: { Next: string }[];
  TimeoutSeconds?: number;
  Retry?: ErrorRule[];
  Catch?: ErrorRule[];
  ItemProcessor?: Machine;
  [field: string]: unknown;
}

interface Machine {
  StartAt: string;
  States: Record<string, State>;
  TimeoutSeconds?: number;
}

const text = await readFile('statemachine/dataset-export.asl.json', 'utf8');
const definition = JSON.parse(text) as Machine;

/** The machine and those inside of its Maps. */
const machines = (machine: Machine): Machine[] => [
  machine,
  ...Object.values(machine.States).flatMap(({ ItemProcessor }) => (ItemProcessor ? machines(ItemProcessor) : [])),
];
const states = machines(definition).flatMap((machine) => Object.entries(machine.States));
const ofType = (type: string) => states.filter(([, { Type }]) => Type === type);
const tasks = ofType('Task');
const rules = states.flatMap(([name, { Retry = [], Catch = [] }]) =>
  [...Retry, ...Catch].map((rule) => [name, rule] as const),
);

/** Errors that AWS names. Of Lambda: https://docs.aws.amazon.com/step-functions/latest/dg/bp-lambda-serviceexception.html;
 * of Step Functions: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html. */
const awsErrors = [
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.TooManyRequestsException',
  'Lambda.Unknown',
  'Sandbox.Timedout',
  'Runtime.ExitError',
  'States.Timeout',
  'States.ALL',
];
const ownErrors: string[] = Object.values(errors).map((OwnError) => new OwnError('').name);

/** Every text in the definition that is a value. */
function texts(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(texts) : [];
}

const functionOf = ({ Resource = '' }: State) => /^\$\{(\w+)FunctionArn\}$/.exec(Resource)?.[1] ?? '';

/** The states that another one leads to. */
const successors = ({ Next, Default, Choices = [], Catch = [] }: State) =>
  [Next, Default, ...Choices.map((rule) => rule.Next), ...Catch.map((rule) => rule.Next)].filter(
    (name) => name !== undefined,
  );

it('is valid in the Amazon States Language', () => {
  const filled = JSON.parse(text.replaceAll(/\$\{\w+\}/g, 'arn:aws:lambda:eu-west-1:123456789012:function:f'));
  const { isValid, errorsText } = aslValidator(filled);
  expect(isValid, errorsText()).toBe(true);
});

it('is in JSONPath alone', () => {
  expect(text).not.toContain('QueryLanguage');
  expect(texts(definition).filter((value) => value.includes('{%'))).toEqual([]);
});

it('takes from the context object only what every interpreter has', () => {
  const known = ['Execution.Name', 'Execution.StartTime', 'Execution.Input', 'Map.Item.Value', 'Map.Item.Index'];
  const taken = texts(definition).flatMap((value) => [...value.matchAll(/\$\$\.([\w.]+)/g)].map(([, path]) => path));
  expect(taken.length).toBeGreaterThan(0);
  expect(taken.filter((path) => !known.includes(path ?? ''))).toEqual([]);
});

it('has no filter expressions, which interpreters read differently', () => {
  expect(texts(definition).filter((value) => value.includes('[?'))).toEqual([]);
});

it("needs the execution's input, outside of the Map only, where interpreters agree on it", () => {
  const inner = Object.values(definition.States).flatMap(({ ItemProcessor }) => texts(ItemProcessor));
  expect(inner.filter((value) => value.includes('$$.Execution.Input'))).toEqual([]);
});

it('outlives the longest deadline, and ends the execution some time after', () => {
  const longest = requestSchema.properties.deadlineMinutes.maximum * 60;
  expect(definition.TimeoutSeconds).toBeGreaterThan(longest);
  expect(definition.TimeoutSeconds).toBeLessThan(longest * 1.1);
});

it('exports as many at once as Personalize runs jobs', () => {
  expect(ofType('Map').map(([, { MaxConcurrency }]) => MaxConcurrency)).toEqual([5]);
});

it('has each name once', () => {
  const names = states.map(([name]) => name);
  expect(new Set(names).size).toBe(names.length);
});

it('reaches every state, and an end from each', () => {
  for (const { StartAt, States } of machines(definition)) {
    const reached = new Set([StartAt]);
    for (const name of reached) for (const next of successors(States[name] as State)) reached.add(next);
    expect([...reached].sort()).toEqual(Object.keys(States).sort());
    const ending = new Set(Object.keys(States).filter((name) => successors(States[name] as State).length === 0));
    for (let size = -1; size < ending.size; ) {
      size = ending.size;
      for (const [name, state] of Object.entries(States)) {
        if (successors(state).some((next) => ending.has(next))) ending.add(name);
      }
    }
    expect([...ending].sort()).toEqual(Object.keys(States).sort());
  }
});

it('has a function for each of its tasks, and a task for each function but the one that starts it', async () => {
  const kebab = (name: string) => name.replace(/(?!^)[A-Z]/g, '-$&').toLowerCase();
  const handlers = (await readdir('handlers')).map((file) => basename(file, '.ts'));
  const used = new Set(tasks.map(([, task]) => kebab(functionOf(task))));
  expect([...used, 'start-export'].sort()).toEqual(handlers.sort());
});

describe('every Choice', () => {
  it.each(ofType('Choice'))('%s has a Default', (_, state) => {
    expect(state.Default).toEqual(expect.any(String));
  });
});

describe('every Wait', () => {
  it.each(ofType('Wait'))('%s is as long as a function says', (_, state) => {
    expect(state).toMatchObject({ SecondsPath: expect.stringMatching(/^\$\.(import|job)\.waitSeconds$/) });
  });
});

describe('every Fail', () => {
  it.each(ofType('Fail'))('%s says which error and why', (_, state) => {
    expect(state.Error ?? state.ErrorPath).toEqual(expect.any(String));
    expect(state.CausePath).toMatch(/^\$(\.\w+)+$/);
  });
});

describe('every Task', () => {
  it.each(tasks)('%s is named for its function', (name, task) => {
    expect(name.startsWith(functionOf(task))).toBe(true);
    expect(functionOf(task)).not.toBe('');
  });

  it.each(tasks)('%s ends in time', (_, task) => {
    expect(task.TimeoutSeconds).toBeGreaterThan(30);
  });

  // To look again costs nothing, and not to tell is the worst: there one odd answer must not be the last.
  it.each(tasks)('%s tries again what can heal; to look and to tell, a few times also what may not', (name, task) => {
    const [healing, anything, ...others] = task.Retry ?? [];
    expect(healing?.ErrorEquals).toEqual(['TransientError', ...awsErrors.filter((error) => error !== 'States.ALL')]);
    const mayRepeat = /^(Describe|Notify)/.test(name);
    expect(anything?.ErrorEquals).toEqual(mayRepeat ? ['States.ALL'] : undefined);
    expect(anything?.MaxAttempts).toBe(mayRepeat ? 3 : undefined);
    expect(others).toEqual([]);
  });

  it('CreateExportJob that fails is followed by a look for its job: an attempt may have acted', () => {
    const [[, create]] = tasks.filter(([name]) => name === 'CreateExportJob') as [[string, State]];
    expect(create.Catch).toEqual([
      { ErrorEquals: ['States.ALL'], ResultPath: '$.createError', Next: 'DescribeExportJob' },
    ]);
  });

  it.each(tasks.flatMap(([name, { Retry = [] }]) => Retry.map((rule) => [name, rule] as const)))(
    '%s waits longer from try to try, within bounds and with jitter',
    (_, { IntervalSeconds = 0, MaxDelaySeconds = 0, BackoffRate, JitterStrategy, MaxAttempts }) => {
      expect(IntervalSeconds).toBeGreaterThan(0);
      expect(MaxDelaySeconds).toBeGreaterThanOrEqual(IntervalSeconds);
      expect(BackoffRate).toBeGreaterThan(1);
      expect(JitterStrategy).toBe('FULL');
      expect(MaxAttempts).toBeGreaterThan(0);
    },
  );

  it.each(tasks.filter(([name]) => !/^Notify./.test(name)))('%s catches all that is final', (_, { Catch = [] }) => {
    expect(Catch.at(-1)?.ErrorEquals).toEqual(['States.ALL']);
  });
});

describe('every rule on errors', () => {
  it.each(rules)('of %s knows the names in it', (_, { ErrorEquals }) => {
    expect(ErrorEquals.filter((name) => !ownErrors.includes(name) && !awsErrors.includes(name))).toEqual([]);
  });

  it.each(rules.filter(([, { ErrorEquals }]) => ErrorEquals.includes('States.ALL')))(
    'of %s has States.ALL alone and last',
    (name, rule) => {
      const { Retry = [], Catch = [] } = Object.fromEntries(states)[name] as State;
      expect(rule.ErrorEquals).toEqual(['States.ALL']);
      expect([Retry.at(-1), Catch.at(-1)]).toContain(rule);
    },
  );
});
