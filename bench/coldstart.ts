import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { coldStartOf } from '../scripts/bundles.ts';
import { events } from './coldstart-events.ts';
import { measureLoad, type Times } from './coldstart-process.ts';
import { startServer } from './coldstart-server.ts';
import { buildVariants, type Variant, variants } from './coldstart-variants.ts';
import { picture, table, writeFigures, writeSection } from './report.ts';
import { median, quantile } from './statistics.ts';

// How long a new process takes to load each function and to make its first call to AWS, beside other ways to build the same
// handler.

const { values: options } = parseArgs({
  options: {
    runs: { type: 'string', default: '31' },
    handler: { type: 'string', multiple: true, default: Object.keys(events) },
    'no-write': { type: 'boolean', default: false },
  },
});

const TARGETS = [
  { time: 'load', most: 0.65, text: 'load' },
  { time: 'firstCall', most: 0.8, text: 'load and first call' },
] as const;

type TimesByVariant = Record<Variant, Times[]>;

const names = Object.keys(variants) as Variant[];
const kinds = ['load', 'firstCall', 'returned'] as const;

/** Runs the variants in turn, so that a busy machine slows down all of them alike. The first round only fills the caches. */
async function measure(handler: string, server: { url: string; certificateFile: string }): Promise<TimesByVariant> {
  const files = await buildVariants(handler);
  const times: TimesByVariant = { ours: [], plain: [], runtimeAjv: [], withoutSdk: [] };
  for (let round = 0; round <= Number(options.runs); round++) {
    for (const variant of names) {
      const measured = await measureLoad(files[variant], events[handler] as object, server);
      if (round > 0) times[variant].push(measured);
    }
  }
  return times;
}

/** Our time as a share of the other variant's, round by round. */
function ratios(times: TimesByVariant, other: Variant, kind: keyof Times): number[] {
  return times.ours.map((ours, round) => ours[kind] / (times[other][round]?.[kind] ?? Number.NaN));
}

function ratioText(values: number[]): string {
  const [middle, low, high] = [median(values), quantile(values, 0.05), quantile(values, 0.95)];
  return `${middle.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`;
}

function timeRows(handler: string, times: TimesByVariant): string[][] {
  return names.map((variant) => [
    `${handler}: ${variants[variant]}`,
    ...kinds.map((kind) => median(times[variant].map((one) => one[kind])).toFixed(0)),
    ...kinds.map((kind) => (variant === 'ours' ? '' : ratioText(ratios(times, variant, kind)))),
  ]);
}

function targetRows(handler: string, times: TimesByVariant): string[][] {
  return TARGETS.map(({ time, most, text }) => {
    const measured = median(ratios(times, 'plain', time));
    return [`${handler}: ${text}`, measured.toFixed(2), `${measured <= most ? 'met' : 'missed'} ≤ ${most}`];
  });
}

async function sizeRow(handler: string): Promise<string[]> {
  const metafile = JSON.parse(await readFile(`.build/metafiles/${handler}.json`, 'utf8'));
  return [handler, (coldStartOf(metafile).bytes / 1000).toFixed(0)];
}

const server = await startServer();
const results: { handler: string; times: TimesByVariant }[] = [];
for (const handler of options.handler) results.push({ handler, times: await measure(handler, server) });
server.stop();

const timeHead = [
  'load ms',
  '+ first call',
  '+ whole invocation',
  'load, ours ÷ this',
  '+ first call',
  '+ whole invocation',
];
const body = `${options.runs} new processes per variant, in turn. The calls go to an HTTPS server on this computer that answers at once. So the figures
are the work of the process alone: loading, creating the client, TLS, signing. Milliseconds are medians. A ratio is our time divided by the variant's:
the median over the rounds, and in brackets the range of 90 % of them.

${picture('coldstart', 'The time to load each function and to make its first call, beside other ways to bundle it')}

- *One file*: \`esbuild --bundle --platform=node --format=cjs --minify\`.
- *Run-time ajv*: built with our options, but @middy/validator's \`transpileSchema\` compiles the schemas when the function is loaded.
- *SDK left out*: as one file, but the AWS SDK is loaded from node_modules, as Lambda's own copy is.

${table(
  ['function: variant', ...timeHead],
  results.flatMap(({ handler, times }) => timeRows(handler, times)),
)}

${table(
  ['target, as a share of the one file', 'measured', ''],
  results.flatMap(({ handler, times }) => targetRows(handler, times)),
)}

What a cold start reads: the entry file and every file that it imports statically.

${table(['function', 'kB'], await Promise.all(options.handler.map(sizeRow)))}`;
process.stdout.write(`${body}\n`);
const figures = results.flatMap(({ handler, times }) =>
  names.map((variant) => ({
    group: handler,
    name: variants[variant],
    value: median(times[variant].map(({ firstCall }) => firstCall)),
  })),
);
if (!options['no-write']) {
  writeSection('coldstart', 'Cold start', body);
  writeFigures('coldstart', figures);
}
