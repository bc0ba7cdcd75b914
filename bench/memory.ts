import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readTemplate } from 'local-aws';
import { localStack } from '../scripts/local-stack.ts';
import { functionEnvironment } from './function-environment.ts';
import { table, writeSection } from './report.ts';
import { median } from './statistics.ts';

// How much memory a new process uses once it has loaded a function's bundle, and how long loading takes, beside a process
// that loads nothing.

const { values: options } = parseArgs({ options: { 'no-write': { type: 'boolean', default: false } } });
const RUNS = 5;

/** Medians over new processes that each run this statement. */
function measure(statement: string): { megabytes: number; milliseconds: number } {
  const script = `const started = performance.now();
    ${statement}
    const milliseconds = performance.now() - started;
    console.log(JSON.stringify({ megabytes: process.resourceUsage().maxRSS / 1024, milliseconds }));`;
  const runs = Array.from({ length: RUNS }, () => {
    const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], { env: functionEnvironment });
    return JSON.parse(output.toString()) as { megabytes: number; milliseconds: number };
  });
  return {
    megabytes: Math.round(median(runs.map((run) => run.megabytes))),
    milliseconds: Math.round(median(runs.map((run) => run.milliseconds))),
  };
}

const { Resources } = await readTemplate(localStack.packageDir);
const functions = Object.values(Resources).filter(({ Type }) => Type === 'AWS::Lambda::Function');
const memorySizes = new Map(functions.map(({ Properties }) => [Properties.FunctionName, Properties.MemorySize]));

const bare = measure('');
const rows = readdirSync('.build/functions').map((name) => {
  const file = resolve(`.build/functions/${name}/index.mjs`);
  const { megabytes, milliseconds } = measure(`await import(${JSON.stringify(file)});`);
  return [
    name,
    String(memorySizes.get(`${localStack.stackName}-${name}`)),
    String(megabytes),
    (megabytes / bare.megabytes).toFixed(2),
    String(milliseconds),
  ];
});

const body = `Medians of ${RUNS} new processes that have loaded the bundle. A process that loads nothing uses ${bare.megabytes} MB. Lambda's CPU share grows
with the memory of a function: with 256 MB it is twice that of the smallest size, with 1,769 MB it is a whole CPU. The effect on Lambda itself is
not measured here.

${table(['function', 'MB deployed', 'MB used', '× a bare process', 'ms to load'], rows)}`;
process.stdout.write(`${body}\n`);
if (!options['no-write']) writeSection('memory', 'Memory', body);
