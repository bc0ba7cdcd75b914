import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { readTemplate } from 'local-aws';
import { expect, it } from 'vitest';
import { ofType } from './packaged.ts';

const FUNCTIONS = [
  'start-export',
  'plan-exports',
  'describe-import-job',
  'create-export-job',
  'describe-export-job',
  'notify',
];

/** The variables that a handler reads: named in itself, or in `poll-bounds.ts` if it takes the bounds. */
async function variablesOf(handler: string): Promise<string[]> {
  const source = await readFile(`handlers/${handler}.ts`, 'utf8');
  const bounds = source.includes('pollBounds()') ? await readFile('src/poll/poll-bounds.ts', 'utf8') : '';
  return [...(source + bounds).matchAll(/(?:required|requiredNumber|optional)\('(\w+)'\)/g)]
    .map(([, name]) => name as string)
    .sort();
}

it.each(FUNCTIONS)('gives %s every environment variable that it reads, and none more', async (handler) => {
  const template = await readTemplate('.local/package');
  const [, properties] =
    ofType(template, 'AWS::Lambda::Function').find(
      ([, { Handler }]) => basename(String(Handler).replace('/index.handler', '')) === handler,
    ) ?? [];
  const { Variables } = (properties?.Environment ?? {}) as { Variables?: object };
  expect(Object.keys(Variables ?? {}).sort()).toEqual(await variablesOf(handler));
});

it('invokes every function: five from the machine, start-export from rules', async () => {
  const template = await readTemplate('.local/package');
  const [[, machine] = []] = ofType(template, 'AWS::StepFunctions::StateMachine');
  const invoked = JSON.stringify([machine?.DefinitionSubstitutions, ofType(template, 'AWS::Events::Rule')]);
  for (const [id] of ofType(template, 'AWS::Lambda::Function')) expect(invoked).toContain(id);
});
