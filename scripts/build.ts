import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { Ajv } from 'ajv';
import standalone from 'ajv/dist/standalone/index.js';
import { build } from 'esbuild';
import { requestSchema } from '../src/request.ts';
import * as state from '../src/state.ts';

const OUT = '.build';

/** Every schema by the name of its validator: `planExportsEventSchema` → `planExportsEvent`. */
const schemas: Record<string, object> = {
  request: requestSchema,
  ...Object.fromEntries(Object.entries(state).map(([name, schema]) => [name.replace(/Schema$/, ''), schema])),
};

/** Compiles the schemas into plain functions, so that no function carries ajv or spends its cold start on it. */
async function buildValidators(): Promise<void> {
  // `verbose` keeps the data beside each fault: the message to the user says what was given.
  const ajv = new Ajv({
    allErrors: true,
    verbose: true,
    unicodeRegExp: true,
    strictRequired: false,
    code: { source: true, esm: true },
  });
  for (const [name, schema] of Object.entries(schemas)) ajv.addSchema(schema, name);
  const names = Object.keys(schemas);
  const contents = standalone.default(ajv, Object.fromEntries(names.map((name) => [name, name])));
  // ajv's code requires its own runtime by CommonJS: bundling makes it one plain module.
  await build({ stdin: { contents, resolveDir: '.' }, bundle: true, format: 'esm', outfile: `${OUT}/validators.js` });
  const types = names.map((name) => `export declare const ${name}: SchemaValidator;\n`).join('');
  const header = `import type { SchemaValidator } from '../src/validation-message.ts';\n`;
  await writeFile(`${OUT}/validators.d.ts`, header + types);
}

/** What the SDK loads only where the environment holds no credentials, and in browsers. A function's environment always
 * holds them; were one of these ever asked for, Lambda's own copy of the SDK has it. */
const NEVER_LOADED = [
  '@aws-sdk/credential-provider-http',
  '@aws-sdk/credential-provider-ini',
  '@aws-sdk/credential-provider-login',
  '@aws-sdk/credential-provider-process',
  '@aws-sdk/credential-provider-sso',
  '@aws-sdk/credential-provider-web-identity',
  '@smithy/credential-provider-imds',
  'bowser',
];

/** One folder a function: its entry and the chunks that the SDK loads only when needed. */
async function buildFunctions(): Promise<void> {
  const handlers = (await readdir('handlers')).map((file) => basename(file, '.ts'));
  await Promise.all(
    handlers.map((handler) =>
      build({
        entryPoints: { index: `handlers/${handler}.ts` },
        outdir: `${OUT}/functions/${handler}`,
        outExtension: { '.js': '.mjs' },
        bundle: true,
        splitting: true,
        minify: true,
        platform: 'node',
        target: 'node24',
        format: 'esm',
        mainFields: ['module', 'main'],
        external: NEVER_LOADED,
        legalComments: 'none',
        // Some of the SDK's dependencies are CommonJS and call `require` for Node's own modules.
        banner: {
          js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
        },
      }),
    ),
  );
}

await rm(OUT, { recursive: true, force: true });
await mkdir(OUT, { recursive: true });
await buildValidators();
await buildFunctions();
