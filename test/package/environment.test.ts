import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ofType, templateOf } from './packaged.ts';

const FUNCTIONS = ofType(await templateOf('every option'), 'AWS::Lambda::Function').map(
  ([, { Properties }]) =>
    [
      String(Properties.Handler).split('/').at(-2) ?? '',
      Object.keys((Properties.Environment as { Variables: object } | undefined)?.Variables ?? {}).sort(),
    ] as const,
);
const ALL = new Set(FUNCTIONS.flatMap(([, variables]) => variables));
const environment = process.env;

beforeEach(() => {
  vi.resetModules();
});
afterEach(() => {
  process.env = environment;
});

/** Loads a handler in an environment with every variable, and says which it has read. */
async function variablesReadBy(handler: string): Promise<string[]> {
  const read = new Set<string>();
  process.env = new Proxy(environment, {
    get(target, name: string) {
      if (!ALL.has(name)) return target[name];
      read.add(name);
      return '1';
    },
  });
  await import(`../../handlers/${handler}.ts`);
  return [...read].sort();
}

it.each(FUNCTIONS)(
  'the function %s gets every environment variable that it reads, and no others',
  async (handler, variables) => {
    expect(await variablesReadBy(handler)).toEqual(variables);
  },
);
