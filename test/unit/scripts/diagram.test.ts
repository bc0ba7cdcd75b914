import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { definition } from '../../../scripts/definition.ts';
import { diagramOf, withDiagram } from '../../../scripts/diagram.ts';

it('the diagram in the README is up to date (if not: npm run docs)', async () => {
  const readme = await readFile('README.md', 'utf8');
  expect(readme).toContain('stateDiagram-v2');
  expect(withDiagram(readme, definition)).toBe(readme);
});

it('the diagram shows choices, errors, ends and the states inside a Map', () => {
  const machine = {
    StartAt: 'Check',
    States: {
      Check: {
        Type: 'Choice',
        Choices: [
          { Variable: '$.phase', StringEquals: 'failed', Next: 'Stop' },
          { Variable: '$.phase', StringEquals: 'timed-out', Next: 'Stop' },
          { Variable: '$.exports[0]', IsPresent: false, Next: 'Nothing' },
        ],
        Default: 'Each',
      },
      Stop: { Type: 'Fail' },
      Nothing: { Type: 'Succeed' },
      Each: {
        Type: 'Map',
        ItemProcessor: { StartAt: 'One', States: { One: { Type: 'Task', End: true } } },
        Next: 'Nothing',
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Stop' }],
      },
    },
  };
  expect(diagramOf(machine).split('\n').slice(2, -2)).toEqual([
    '  [*] --> Check',
    '  Check --> Stop: failed or timed-out',
    '  Check --> Nothing: no exports',
    '  Check --> Each: otherwise',
    '  Stop --> [*]',
    '  Nothing --> [*]',
    '  state Each {',
    '    [*] --> One',
    '    One --> [*]',
    '  }',
    '  Each --> Nothing',
    '  Each --> Stop: error',
  ]);
});

it('the diagram refuses a condition that it has no words for', () => {
  const choice = { Type: 'Choice', Choices: [{ Variable: '$.new', IsNull: true, Next: 'A' }] };
  expect(() => diagramOf({ StartAt: 'A', States: { A: choice } })).toThrow('$.new');
});
