import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { readTemplate } from 'local-aws';
import { functionEnvironment } from './function-environment.ts';
import { table, writeSection } from './report.ts';

// How much memory a fresh process of each function has, with its bundle loaded, and how long that took: the bundle of the
// last `npm run build`, beside a process that loads nothing. `npm run bench:memory`.

const RUNS = 5;
/** Median of the megabytes and of the milliseconds, over fresh processes. */
function measure(load: string): { megabytes: number; milliseconds: number } {
  const script = `const t = performance.now(); ${load}
    console.log(JSON.stringify([process.resourceUsage().maxRSS / 1024, performance.now() - t]));`;
  const runs = Array.from({ length: RUNS }, () => {
    const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], { env: functionEnvironment });
    return JSON.parse(output.toString()) as [number, number];
  });
  const median = (n: 0 | 1) => Math.round(runs.map((run) => run[n]).sort((a, b) => a - b)[Math.floor(RUNS / 2)] ?? 0);
  return { megabytes: median(0), milliseconds: median(1) };
}

const bare = measure('');
const rows = readdirSync('.build/functions').map((name) => {
  const { megabytes, milliseconds } = measure(`await import('${process.cwd()}/.build/functions/${name}/index.mjs');`);
  return [name, String(megabytes), (megabytes / bare.megabytes).toFixed(2), String(milliseconds)];
});
const template = await readTemplate('.local/package');
const memory = new Set(
  Object.values(template.Resources)
    .filter(({ Type }) => Type === 'AWS::Lambda::Function')
    .map(({ Properties }) => Properties.MemorySize),
);
const body = `A fresh process with the bundle loaded, medians of ${RUNS}; one that loads nothing has ${bare.megabytes} MB. The functions are given
${[...memory].join(', ')} MB: room for a call and its answer, and twice the processor of the smallest size, since Lambda's share grows with memory. What that buys on Lambda itself is not measured here.

${table(['function', 'MB', '× a bare process', 'ms to load'], rows)}`;
process.stdout.write(`${body}\n`);
writeSection('memory', 'Memory', 'npm run bench:memory', body);
