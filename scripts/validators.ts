import { writeFile } from 'node:fs/promises';
import { Ajv } from 'ajv';
import standalone from 'ajv/dist/standalone/index.js';
import { build } from 'esbuild';
import { SENTENCES } from '../src/lambda/validation-message.ts';
import * as request from '../src/plan/request.ts';
import * as state from '../src/state.ts';

/** Every schema by the name of its validator: `planExportsEventSchema` → `planExportsEvent`. */
const schemas: Record<string, object> = Object.fromEntries(
  Object.entries({ ...request, ...state })
    .filter(([name]) => name.endsWith('Schema'))
    .map(([name, schema]) => [name.replace(/Schema$/, ''), schema as object]),
);

/** Compiles the schemas into plain functions, so that no function carries ajv or spends its cold start on it. A file each,
 * in a folder that tells the bundler that no file in it does anything but export: each bundle has only its own. */
export async function buildValidators(folder: string): Promise<void> {
  const names = Object.keys(schemas);
  await Promise.all(names.map((name) => writeFile(`${folder}/${name}.js`, codeOf(name))));
  const entryPoints = names.map((name) => `${folder}/${name}.js`);
  // ajv's code requires its own runtime by CommonJS: bundling makes each one plain module.
  await build({ entryPoints, outdir: folder, allowOverwrite: true, bundle: true, format: 'esm' });
  await writeFile(`${folder}/package.json`, JSON.stringify({ type: 'module', sideEffects: false }));
  await writeFile(`${folder}/index.js`, names.map((name) => `export * from './${name}.js';\n`).join(''));
  const types = names.map((name) => `export declare const ${name}: SchemaValidator;\n`).join('');
  const header = `import type { SchemaValidator } from '../../src/lambda/validation-message.ts';\n`;
  await writeFile(`${folder}/index.d.ts`, header + types);
}

function codeOf(name: string): string {
  // `verbose` keeps the data beside each fault: the message to the user says what was given, in our own words.
  const ajv = new Ajv({
    allErrors: true,
    verbose: true,
    messages: false,
    unicodeRegExp: true,
    strictRequired: false,
    code: { source: true, esm: true },
  });
  ajv.addSchema(schemas[name] as object, name);
  const code = standalone.default(ajv, { [name]: name });
  refuseUnsaid(code);
  return shortened(withoutSchemas(code));
}

/** `verbose` keeps the schema, too, and the one around it, beside each fault; nobody reads them, and they are a quarter of
 * the code.
 * @throws Error where ajv writes them otherwise than expected. */
function withoutSchemas(code: string): string {
  const value = '(?:"(?:[^"\\\\]|\\\\.)*"|[^,{}"])+';
  const stripped = code.replace(new RegExp(`,schema:${value},parentSchema:${value}`, 'g'), '');
  if (stripped.includes('parentSchema:')) throw new Error('A validator still holds its schema beside its faults.');
  return stripped;
}

/** @throws Error for a keyword that src/validation-message.ts has no sentence for: ajv's own messages are left out. */
function refuseUnsaid(code: string): void {
  for (const [, keyword = ''] of code.matchAll(/keyword:"(\w+)"/g)) {
    if (!Object.hasOwn(SENTENCES, keyword))
      throw new Error(`src/lambda/validation-message.ts says nothing about ${keyword}.`);
  }
}

/** The same in less code: it is there once for every fault that can be. */
function shortened(code: string): string {
  return code.replace(
    /if\(vErrors === null\)\{vErrors = \[(err\d+)\];\}else \{vErrors\.push\(\1\);\}/g,
    '(vErrors ??= []).push($1);',
  );
}
