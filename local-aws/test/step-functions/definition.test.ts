import { describe, expect, it } from 'vitest';
import { prepareDefinition } from '../../src/step-functions/definition.ts';
import { deployed, functionArn, run } from './fixture.ts';

const withState = (state: object) => ({ StartAt: 'A', States: { A: { End: true, ...state } } });

describe('prepareDefinition', () => {
  it.each([
    ['that is not JSON', '{', /JSON/],
    ['without its first state', { StartAt: 'B', States: { A: { Type: 'Pass', End: true } } }, /B/],
    ['in JSONata', { QueryLanguage: 'JSONata', ...withState({ Type: 'Pass' }) }, /JSONata/],
    ['with a state in JSONata', withState({ Type: 'Pass', QueryLanguage: 'JSONata' }), /state 'A'.*JSONata/],
    [
      'with a field that the engine ignores',
      withState({ Type: 'Pass', Assign: { a: 1 } }),
      /'A': Assign is not supported/,
    ],
    [
      'with a service integration',
      withState({ Type: 'Task', Resource: 'arn:aws:states:::sns:publish' }),
      /sns:publish/,
    ],
    [
      'with a distributed Map',
      withState({
        Type: 'Map',
        ItemProcessor: {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
          ...{ StartAt: 'B', States: { B: { Type: 'Pass', End: true } } },
        },
      }),
      /DISTRIBUTED/,
    ],
    [
      'with one name for two states',
      withState({ Type: 'Map', ItemProcessor: { StartAt: 'A', States: { A: { Type: 'Pass', End: true } } } }),
      /'A'|A/,
    ],
  ])('prepareDefinition refuses a definition %s', (_, definition, reason) => {
    const text = typeof definition === 'string' ? definition : JSON.stringify(definition);
    const refused = { name: 'InvalidDefinition', message: expect.stringMatching(reason) };
    expect(() => prepareDefinition(text)).toThrow(expect.objectContaining(refused));
  });
});

it('a Task without TimeoutSeconds may take as long as a timer can run, and any other as long as it says', () => {
  const task = { Type: 'Task', Resource: functionArn('work') };
  const States = {
    A: { ...task, Next: 'B' },
    B: { ...task, TimeoutSeconds: 99_999_999, Next: 'C' },
    C: { ...task, TimeoutSeconds: 30, End: true },
  };
  const { states } = prepareDefinition(JSON.stringify({ StartAt: 'A', States }));
  expect([...states.values()].map(({ TimeoutSeconds }) => TimeoutSeconds)).toEqual([2_147_483, 2_147_483, 30]);
});

it('the context object has the execution, inside a Map, too', async () => {
  const Parameters = {
    'name.$': '$$.Execution.Name',
    'id.$': '$$.Execution.Id',
    'start.$': '$$.Execution.StartTime',
    'input.$': '$$.Execution.Input',
    'format.$': "States.Format('{} {}', $$.Execution.Name, $$.Execution.StartTime)",
  };
  const { sfn } = await deployed(
    withState({
      Type: 'Map',
      ItemSelector: { 'item.$': '$$.Map.Item.Value', 'index.$': '$$.Map.Item.Index' },
      ItemProcessor: { StartAt: 'B', States: { B: { Type: 'Pass', Parameters, ResultPath: '$.context', End: true } } },
    }),
  );
  const { execution, executionArn } = await run(sfn, ['x']);
  const start = execution.startDate?.toISOString();
  expect(JSON.parse(execution.output ?? '')).toEqual([
    {
      item: 'x',
      index: 0,
      context: { name: execution.name, id: executionArn, start, input: ['x'], format: `${execution.name} ${start}` },
    },
  ]);
});

describe('an execution', () => {
  it.each([
    ['IsPresent: false', { Variable: '$.missing', IsPresent: false }],
    ['IsNull: false', { Variable: '$.given', IsNull: false }],
    ['IsPresent: false in And', { And: [{ Variable: '$.missing', IsPresent: false }] }],
    ['IsPresent: false in Or', { Or: [{ Variable: '$.missing', IsPresent: false }] }],
    ['IsPresent: false in Not', { Not: { Variable: '$.given', IsPresent: false } }],
  ])('an execution takes the branch of a Choice with %s', async (_, rule) => {
    const { sfn } = await deployed({
      StartAt: 'A',
      States: {
        A: { Type: 'Choice', Choices: [{ ...rule, Next: 'Matched' }], Default: 'Not' },
        Matched: { Type: 'Pass', Result: false, ResultPath: '$.result', End: true },
        Not: { Type: 'Fail' },
      },
    });
    const { execution } = await run(sfn, { given: 1 });
    expect(execution.output).toBe('{"given":1,"result":false}');
  });

  it('an execution fails if the output of a state is above the maximum', async () => {
    const Parameters = { 'text.$': "States.Format('{}{}', $.half, $.half)" };
    const { sfn } = await deployed(withState({ Type: 'Pass', Parameters }));
    const { execution } = await run(sfn, { half: 'x'.repeat(140_000) });
    expect(execution).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
    expect(execution.cause).toContain("The state/task 'A' returned a result with a size exceeding the maximum");
  });

  it('the history of an execution has all iterations of a Map inside of a Map', async () => {
    const inner = {
      Type: 'Map',
      ItemProcessor: { StartAt: 'C', States: { C: { Type: 'Pass', End: true } } },
      End: true,
    };
    const { sfn } = await deployed(withState({ Type: 'Map', ItemProcessor: { StartAt: 'B', States: { B: inner } } }));
    const { outline } = await run(sfn, [[1, 2], [3]]);
    expect(outline.filter((line) => line.startsWith('MapIterationSucceeded')).sort()).toEqual([
      'MapIterationSucceeded A 0',
      'MapIterationSucceeded A 1',
      'MapIterationSucceeded B 0',
      'MapIterationSucceeded B 0',
      'MapIterationSucceeded B 1',
    ]);
  });

  it('an execution runs the branches of a Parallel', async () => {
    const branch = (name: string) => ({ StartAt: name, States: { [name]: { Type: 'Pass', Result: name, End: true } } });
    const { sfn } = await deployed(withState({ Type: 'Parallel', Branches: [branch('B'), branch('C')] }));
    const { outline, execution } = await run(sfn);
    expect(execution.output).toBe('["B","C"]');
    expect(outline.slice(1, 3)).toEqual(['ParallelStateEntered A', 'ParallelStateStarted']);
    expect(outline.slice(-3)).toEqual(['ParallelStateSucceeded', 'ParallelStateExited A', 'ExecutionSucceeded']);
    expect(outline).toHaveLength(10);
  });
});
