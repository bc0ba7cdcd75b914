import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { withDiagram } from '../../../scripts/diagram.ts';

it('in the README is drawn from the definition as it stands (npm run docs)', async () => {
  const readme = await readFile('README.md', 'utf8');
  const definition = JSON.parse(await readFile('statemachine/dataset-export.asl.json', 'utf8'));
  expect(readme).toContain('stateDiagram-v2');
  expect(withDiagram(readme, definition)).toBe(readme);
});
