import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { coldStartOf } from '../../scripts/bundles.ts';

/** The bytes that a cold start of any function may read: 1.25 × the largest one when this was written. verify-export runs for
 * minutes, so that it may load the client of S3 at once. */
const MOST_BYTES = 350_000;
const MOST_BYTES_WITH_S3 = 535_000;

const functions = readdirSync('handlers').map((file) => {
  const handler = file.replace(/\.ts$/, '');
  const metafile = JSON.parse(readFileSync(`.build/metafiles/${handler}.json`, 'utf8'));
  return { handler, all: Object.keys(metafile.inputs), ...coldStartOf(metafile) };
});

describe.each(functions)('a cold start of $handler', ({ handler, bytes, sources }) => {
  it('a cold start reads a bundle of a limited size', () => {
    expect(bytes).toBeGreaterThan(100_000);
    expect(bytes).toBeLessThanOrEqual(handler === 'verify-export' ? MOST_BYTES_WITH_S3 : MOST_BYTES);
  });

  it('a cold start does not load a schema compiler', () => {
    expect(sources.filter((source) => source.includes('node_modules/ajv/'))).toEqual([]);
  });

  it('a cold start loads only the validators that the function uses', () => {
    const validators = sources.filter((source) => source.startsWith('.build/validators/'));
    expect(validators).toHaveLength(handler === 'plan-exports' ? 4 : 1);
  });
});

it.each(functions.filter(({ handler }) => handler !== 'verify-export'))(
  'a cold start of $handler does not load the client of S3, which is needed later or never',
  ({ sources }) => {
    expect(sources.filter((source) => source.includes('@aws-sdk/client-s3/'))).toEqual([]);
  },
);

it.each(functions)('a cold start of $handler does not load the client of Glue', ({ sources }) => {
  expect(sources.filter((source) => source.includes('@aws-sdk/client-glue/'))).toEqual([]);
});

it('only verify-export has the client of Glue, which it loads if a deployment has tables', () => {
  const withGlue = functions.filter(({ all }) => all.some((source) => source.includes('@aws-sdk/client-glue/')));
  expect(withGlue.map(({ handler }) => handler)).toEqual(['verify-export']);
});

it('the size of a bundle counts the files that the entry file imports statically, and no others', () => {
  const output = (bytes: number, imports: { path: string; kind: 'import-statement' | 'dynamic-import' }[] = []) => ({
    ...{ bytes, imports, exports: [] },
    inputs: { [`source-of-${bytes}`]: { bytesInOutput: bytes } },
  });
  const outputs = {
    'out/index.mjs': output(1, [
      { path: 'out/static.mjs', kind: 'import-statement' },
      { path: 'out/dynamic.mjs', kind: 'dynamic-import' },
    ]),
    'out/static.mjs': output(10, [{ path: 'out/shared.mjs', kind: 'import-statement' }]),
    'out/shared.mjs': output(100),
    'out/dynamic.mjs': output(1000, [{ path: 'out/shared.mjs', kind: 'import-statement' }]),
  };
  expect(coldStartOf({ outputs })).toEqual({ bytes: 111, sources: ['source-of-1', 'source-of-10', 'source-of-100'] });
});
