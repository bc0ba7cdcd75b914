import { readdir } from 'node:fs/promises';
import { basename } from 'node:path';
import aslValidator from 'asl-validator';
import { describe, expect, it } from 'vitest';
import { definition, definitionText, type Machine, type State } from '../../scripts/definition.ts';

/** The machine and those inside its Maps. */
const machines = (machine: Machine): Machine[] => [
  machine,
  ...Object.values(machine.States).flatMap(({ ItemProcessor }) => (ItemProcessor ? machines(ItemProcessor) : [])),
];
const states = machines(definition).flatMap((machine) => Object.entries(machine.States));
const ofType = (type: string) => states.filter(([, { Type }]) => Type === type);

/** Every text in a definition that is a value. */
function texts(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(texts) : [];
}

/** The states that a state leads to. */
const successors = ({ Next, Default, Choices = [], Catch = [] }: State) =>
  [Next, Default, ...Choices.map((rule) => rule.Next), ...Catch.map((rule) => rule.Next)].filter(
    (name) => name !== undefined,
  );

const functionOf = ({ Resource = '' }: State) => /^\$\{(\w+)FunctionArn\}$/.exec(Resource)?.[1] ?? '';

describe('the definition', () => {
  it('the definition is valid in the Amazon States Language', () => {
    const filled = JSON.parse(
      definitionText.replaceAll(/\$\{\w+\}/g, 'arn:aws:lambda:eu-west-1:123456789012:function:f'),
    );
    const { isValid, errorsText } = aslValidator(filled);
    expect(isValid, errorsText()).toBe(true);
  });

  it('the definition uses JSONPath only', () => {
    expect(definitionText).not.toContain('QueryLanguage');
    expect(texts(definition).filter((value) => value.includes('{%'))).toEqual([]);
  });

  it('the definition reads only those fields of the context object that every interpreter has', () => {
    const known = ['Execution.Name', 'Execution.StartTime', 'Execution.Input', 'Map.Item.Value', 'Map.Item.Index'];
    const read = texts(definition).flatMap((value) => [...value.matchAll(/\$\$\.([\w.]+)/g)].map(([, path]) => path));
    expect(read.length).toBeGreaterThan(0);
    expect(read.filter((path) => !known.includes(path ?? ''))).toEqual([]);
  });

  it('the definition has no filter expressions, which interpreters evaluate differently', () => {
    expect(texts(definition).filter((value) => value.includes('[?'))).toEqual([]);
  });

  it("the definition reads the execution's input only outside the Map, where interpreters agree on it", () => {
    const inner = Object.values(definition.States).flatMap(({ ItemProcessor }) => texts(ItemProcessor));
    expect(inner.filter((value) => value.includes('$$.Execution.Input'))).toEqual([]);
  });

  it('the definition gives each state a name of its own', () => {
    const names = states.map(([name]) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it('the definition reaches every state', () => {
    for (const { StartAt, States } of machines(definition)) {
      const reached = new Set([StartAt]);
      for (const name of reached) for (const next of successors(States[name] as State)) reached.add(next);
      expect([...reached].sort()).toEqual(Object.keys(States).sort());
    }
  });

  it('the definition can end from every state', () => {
    for (const { States } of machines(definition)) {
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

  it('the definition has a task for each function, except for start-export, which starts it', async () => {
    const kebab = (name: string) => name.replace(/(?!^)[A-Z]/g, '-$&').toLowerCase();
    const handlers = (await readdir('handlers')).map((file) => basename(file, '.ts'));
    const used = new Set(ofType('Task').map(([, task]) => kebab(functionOf(task))));
    expect([...used, 'start-export'].sort()).toEqual(handlers.sort());
  });
});

it.each(ofType('Choice'))('the Choice state %s has a Default', (_, state) => {
  expect(state.Default).toEqual(expect.any(String));
});

it.each(ofType('Wait'))("the Wait state %s takes its seconds from a function's result", (_, state) => {
  expect(state.SecondsPath).toMatch(/^\$\.(import|job)\.waitSeconds$/);
});

it.each(ofType('Fail'))('the Fail state %s has an error and a cause', (_, state) => {
  expect(state.Error ?? state.ErrorPath).toEqual(expect.any(String));
  expect(state.CausePath).toMatch(/^\$(\.\w+)+$/);
});

it.each(ofType('Task'))('the Task state %s is named after its function', (name, task) => {
  expect(functionOf(task)).not.toBe('');
  expect(name.startsWith(functionOf(task))).toBe(true);
});

it('the Map exports 5 datasets at a time, as many as Personalize is expected to run', () => {
  expect(ofType('Map').map(([, { MaxConcurrency }]) => MaxConcurrency)).toEqual([5]);
});

it.each(['PlanExports', 'NotifyRejected', 'NotifyImportFailed'])(
  'the task %s gets the name and the start time of the execution',
  (name) => {
    expect(definition.States[name]?.Parameters).toMatchObject({
      'executionName.$': '$$.Execution.Name',
      'startedAt.$': '$$.Execution.StartTime',
    });
  },
);

it('an export without a notification keeps its job, its path and the reason in the output', () => {
  const { NotificationFailed } = definition.States.ExportDatasets?.ItemProcessor?.States ?? {};
  expect(NotificationFailed?.Parameters).toEqual({
    outcome: 'NOT NOTIFIED',
    succeeded: false,
    'datasetArn.$': '$.export.datasetArn',
    'path.$': '$.export.jobOutput.s3DataDestination.path',
    'job.$': '$.job',
    'reason.$': '$.error.Error',
    summary: { outcome: 'NOT NOTIFIED', 'datasetArn.$': '$.export.datasetArn', 'reason.$': '$.error.Error' },
  });
});
