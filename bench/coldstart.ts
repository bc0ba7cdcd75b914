import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { eagerBytes } from '../scripts/bundles.ts';
import { selfSigned } from './certificate.ts';
import { events } from './coldstart-events.ts';
import { startServer } from './coldstart-server.ts';
import { buildVariants, type Variant, variants } from './coldstart-variants.ts';
import { functionEnvironment } from './function-environment.ts';
import { table, writeSection } from './report.ts';
import { median, quantile } from './statistics.ts';

// How long a fresh process takes to load each function, and to make its first call to AWS, beside other ways to build the
// same handler. `npm run bench:coldstart -- --runs 31`.

const run = promisify(execFile);
const CA = resolve('.local/bench/ca.pem');
const names = Object.keys(variants) as Variant[];

const { values: options } = parseArgs({
  options: {
    runs: { type: 'string', default: '31' },
    handler: { type: 'string', multiple: true, default: Object.keys(events) },
    'no-write': { type: 'boolean', default: false },
  },
});

/** Milliseconds to load the file, until the first answer of AWS is there, and until the handler has returned. */
interface Times {
  imported: number;
  firstCall: number;
  returned: number;
}

/** What the process does: Lambda loads `.mjs` by import and anything else by require, and so does this. */
const script = (file: string, event: object) => `
  import { createRequire } from 'node:module';
  import { subscribe } from 'node:diagnostics_channel';
  const require = createRequire('${file}');
  let answered;
  subscribe('http.client.response.finish', () => { answered ??= performance.now(); });
  const started = performance.now();
  const { handler } = ${file.endsWith('.mjs') ? 'await import' : 'require'}('${file}');
  const imported = performance.now();
  await handler(${JSON.stringify(event)}, { awsRequestId: 'x', functionName: 'a-function' });
  const returned = performance.now();
  console.log(JSON.stringify({
    imported: imported - started, firstCall: answered - started, returned: returned - started,
  }));
  process.exit();`;

async function measure(file: string, event: object, url: string): Promise<Times> {
  const env = {
    ...functionEnvironment,
    POWERTOOLS_LOG_LEVEL: 'SILENT',
    AWS_ENDPOINT_URL: url,
    NODE_EXTRA_CA_CERTS: CA,
  };
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script(file, event)], { env });
  return JSON.parse(stdout.trim().split('\n').pop() ?? '');
}

/** Every variant in turn, so many times: what disturbs the machine disturbs them all. The first round only warms the disk. */
async function compare(handler: string, url: string): Promise<Record<Variant, Times[]>> {
  const files = await buildVariants(handler);
  const times: Record<Variant, Times[]> = { ours: [], plain: [], runtimeAjv: [], withoutSdk: [] };
  for (let round = 0; round <= Number(options.runs); round++) {
    for (const variant of names) {
      const measured = await measure(files[variant], events[handler] as object, url);
      if (round > 0) times[variant].push(measured);
    }
  }
  return times;
}

/** The median of the rounds' ratios, and between what nine tenths of them are. */
function ratio(ours: Times[], theirs: Times[], what: keyof Times): { median: number; text: string } {
  const ratios = ours.map((times, n) => times[what] / (theirs[n]?.[what] ?? Number.NaN));
  const [low, middle, high] = [quantile(ratios, 0.05), median(ratios), quantile(ratios, 0.95)];
  return { median: middle, text: `${middle.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})` };
}

const whats = ['imported', 'firstCall', 'returned'] as const;

function rowsOf(handler: string, times: Record<Variant, Times[]>): string[][] {
  return names.map((variant) => {
    const milliseconds = whats.map((what) => median(times[variant].map((one) => one[what])).toFixed(0));
    const ratios = whats.map((what) => (variant === 'ours' ? '' : ratio(times.ours, times[variant], what).text));
    return [`${handler}: ${variants[variant]}`, ...milliseconds, ...ratios];
  });
}

const TARGETS: [Variant, keyof Times, number, string][] = [
  ['plain', 'imported', 0.6, 'load, of the plain one-file bundle'],
  ['plain', 'firstCall', 0.75, 'load and first call, of the plain one-file bundle'],
  ['runtimeAjv', 'imported', 0.35, 'load, of run-time ajv with default esbuild'],
];

function targetRows(handler: string, times: Record<Variant, Times[]>): string[][] {
  return TARGETS.map(([variant, what, target, text]) => {
    const { median: measured } = ratio(times.ours, times[variant], what);
    return [`${handler}: ${text}`, measured.toFixed(2), `${measured <= target ? 'met' : 'missed'} ≤ ${target}`];
  });
}

const identity = selfSigned();
await mkdir('.local/bench', { recursive: true });
await writeFile(CA, identity.cert);
const { url, server } = await startServer(identity);
const [rows, targets, sizes]: string[][][] = [[], [], []];
for (const handler of options.handler) {
  const times = await compare(handler, url);
  rows?.push(...rowsOf(handler, times));
  targets?.push(...targetRows(handler, times));
  const metafile = JSON.parse(await readFile(`.build/metafiles/${handler}.json`, 'utf8'));
  sizes?.push([handler, (eagerBytes(metafile) / 1000).toFixed(0)]);
}
server.close();

const body = `${options.runs} fresh processes each, in turn; the AWS of the calls is an HTTPS server on this computer that answers at once, so what is
measured is the process: loading, the client, TLS, signing. Milliseconds are medians; a ratio is ours to theirs, the median of the rounds with the range
of nine tenths of them. *One file* is \`esbuild --bundle --platform=node --format=cjs --minify\`; *run-time ajv* is \`esbuild --bundle --platform=node\`
with @middy/validator's \`transpileSchema\` when the function is loaded; *SDK left out* resolves it from node_modules, as Lambda's own copy is.

${table(['function: how it is built', 'load ms', '+ first call', '+ whole invocation', 'load, ours ÷ it', '+ first call', '+ whole invocation'], rows ?? [])}

${table(['target', 'measured', ''], targets ?? [])}

What a cold start reads, in kB (the entry and all that it imports statically; the test allows 230):

${table(['function', 'kB'], sizes ?? [])}`;
process.stdout.write(`${body}\n`);
if (!options['no-write']) writeSection('coldstart', 'Cold start', 'npm run bench:coldstart', body);
