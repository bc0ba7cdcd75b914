import { writeFile } from 'node:fs/promises';
import { Ajv } from 'ajv';
import standaloneCode from 'ajv/dist/standalone/index.js';
import { build } from 'esbuild';
import { withOtherProperties } from '../src/lambda/with-other-properties.ts';
import * as request from '../src/plan/request.ts';
import * as state from '../src/state.ts';
import { startExportEventSchema } from '../src/trigger/start-export-event.ts';

/** Every schema by the name of its validator: `planExportsEventSchema` → `planExportsEvent`. A request has known fields only. The
 * state may have other fields: during an update or a rollback, an execution has the state of another version. */
export const schemas: Record<string, object> = Object.fromEntries(
  Object.entries({ ...request, ...withOtherProperties({ ...state, startExportEventSchema }) })
    .filter(([name]) => name.endsWith('Schema'))
    .map(([name, schema]) => [name.slice(0, -'Schema'.length), schema as object]),
);

/** Compiles the schemas into plain functions (https://ajv.js.org/standalone.html), so that no Lambda function contains ajv
 * or compiles a schema during its cold start. There is one file per validator, and `sideEffects: false` tells the bundler
 * to leave out those that a handler does not use. */
export async function buildValidators(folder: string): Promise<void> {
  // Sorted: a bundler and Node.js list the exports of a module in different orders, and the package follows from these files.
  const names = Object.keys(schemas).sort();
  await Promise.all(names.map((name) => buildValidator(name, `${folder}/${name}.js`)));
  await writeFile(`${folder}/package.json`, JSON.stringify({ type: 'module', sideEffects: false }));
  await writeFile(`${folder}/index.js`, names.map((name) => `export * from './${name}.js';\n`).join(''));
  const types = names.map((name) => `export declare const ${name}: SchemaValidator;\n`).join('');
  const header = `import type { SchemaValidator } from '../../src/lambda/validation-message.ts';\n`;
  await writeFile(`${folder}/index.d.ts`, header + types);
}

async function buildValidator(name: string, outfile: string): Promise<void> {
  // `verbose` keeps the value and the rule beside each error: the message says what was given and what is allowed.
  const ajv = new Ajv({ allErrors: true, verbose: true, messages: false, code: { source: true, esm: true } });
  ajv.addSchema(schemas[name] as object, name);
  const contents = standaloneCode.default(ajv, { [name]: name });
  // ajv's code requires ajv's run-time functions, which are CommonJS: bundling turns both into one ES module.
  await build({ stdin: { contents, resolveDir: '.' }, outfile, bundle: true, format: 'esm' });
}
