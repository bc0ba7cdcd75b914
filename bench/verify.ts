import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { build } from 'esbuild';
import { bundling } from '../scripts/bundles.ts';
import { verificationOf } from './costs-model.ts';
import { type MeasuredAws, startMeasuredAws } from './local-aws.ts';
import { picture, table, writeFigures, writeMarked, writeSection } from './report.ts';
import { interactionsFile } from './verify-data.ts';
import type { Outcome, Task } from './verify-process.ts';

// How fast an export is verified, beside a parser that only counts rows, a count of line ends, and DuckDB.

const { values: options } = parseArgs({
  options: {
    megabytes: { type: 'string', default: '1000' },
    growth: { type: 'string', multiple: true, default: ['1', '16', '256', '1024', '4096'] },
    duckdb: { type: 'string' },
    'no-write': { type: 'boolean', default: false },
  },
});
const megabytes = Number(options.megabytes);
const dollars = (value: number) => value.toFixed(5);
const number = (value: number, digits = 0) => value.toLocaleString('en', { maximumFractionDigits: digits });

/** The process that runs a task, bundled like a function: Node.js would keep its compiler of TypeScript in memory. */
const PROGRAM = '.local/bench/verify-process.mjs';
const bundle = { ...bundling, splitting: false, entryPoints: ['bench/verify-process.ts'], outfile: PROGRAM };
await build(bundle);

/** Runs a task in a process of its own. */
async function run(task: Task): Promise<Outcome> {
  const child = spawn(process.execPath, [PROGRAM, JSON.stringify(task)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const output = Readable.from(child.stdout).toArray();
  const [status] = await once(child, 'exit');
  if (status !== 0) throw new Error(`${task.method} ended with status ${status}.`);
  return JSON.parse(Buffer.concat(await output).toString());
}

/** Puts the file into the local S3, in the bucket for exports. */
async function upload({ environment, s3 }: MeasuredAws): Promise<NonNullable<Task['s3']>> {
  const [bucket = '', prefix, name] = [environment.EXPORT_BUCKET, 'exports/bench/', 'part-0.csv'];
  const Body = Readable.from(interactionsFile(megabytes).pieces(), { objectMode: false });
  await new Upload({ client: s3, params: { Bucket: bucket, Key: prefix + name, Body }, partSize: 16_000_000 }).done();
  const { ETag = '', ContentLength = 0 } = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: prefix + name }));
  return { environment, bucket, prefix, file: { name, bytes: ContentLength, etag: JSON.parse(ETag), rows: 0 } };
}

async function measureAll(): Promise<[method: string, from: string, outcome: Outcome][]> {
  const outcomes: [string, string, Outcome][] = [];
  const methods = ['verify', 'csv-parse', 'line ends'] as const;
  for (const method of methods) outcomes.push([method, 'memory', await run({ method, megabytes })]);
  const aws = await startMeasuredAws(1, 1);
  try {
    const s3 = await upload(aws);
    for (const method of methods) outcomes.push([method, 'the local S3', await run({ method, megabytes, s3 })]);
  } finally {
    await aws.stop();
  }
  if (options.duckdb) outcomes.push(['DuckDB', 'a file on disk', await runDuckDb(options.duckdb)]);
  return outcomes;
}

async function runDuckDb(module: string): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-verify-'));
  try {
    const path = join(folder, 'part-0.csv');
    await pipeline(Readable.from(interactionsFile(megabytes).pieces()), createWriteStream(path));
    return await run({ method: 'DuckDB', megabytes, duckdb: { path, module } });
  } finally {
    await rm(folder, { recursive: true });
  }
}

const outcomes = await measureAll();
const [counting] = outcomes.flatMap(([method, from, outcome]) =>
  method === 'csv-parse' && from === 'memory' ? outcome : [],
);
const perSecond = ({ cpuSeconds }: Outcome) => megabytes / cpuSeconds;
const comparison = table(
  ['method', 'reads from', 'MB per CPU second', '× csv-parse', 'MB per second', 'peak MB', 'rows'],
  outcomes.map(([method, from, outcome]) => [
    method,
    from,
    number(perSecond(outcome), 1),
    (perSecond(outcome) / perSecond(counting as Outcome)).toFixed(2),
    number(megabytes / outcome.seconds, 1),
    number(outcome.peakMegabytes),
    number(outcome.rows),
  ]),
);

const growth: string[][] = [];
for (const size of options.growth.map(Number)) {
  const { cpuSeconds, peakMegabytes, rows } = await run({ method: 'verify', megabytes: size });
  growth.push([number(size), number(rows), number(cpuSeconds, 2), number(size / cpuSeconds, 1), number(peakMegabytes)]);
}

const body = `A file of ${number(megabytes)} MB of interactions, read once by each method, each in a process of its own. *Verify* does everything: it checks and
measures each row and hashes its content. The others are for comparison: csv-parse only counts rows, the next only counts line ends. DuckDB runs on one
thread, counts rows and empty values, finds the smallest and largest numbers, and makes no hash. The CPU time is that of the whole process without its
start. The load average of the computer was ${loadavg()[0]?.toFixed(1)}${options.duckdb ? '' : '. DuckDB was not measured'}.

${picture('verify', 'How many MB per second each way of reading an export handles')}

${comparison}

The verification of files of other sizes, from memory:

${table(['MB', 'rows', 'CPU seconds', 'MB per CPU second', 'peak MB'], growth)}`;
const [fromS3] = outcomes.flatMap(([method, from, outcome]) =>
  method === 'verify' && from !== 'memory' ? perSecond(outcome) : [],
);
const costs = table(
  ['GB', 'minutes', 'calls', 'Lambda', 'Step Functions', 'USD'],
  [1, 10, 100].map((gigabytes) => {
    const { seconds, calls, lambda, stepFunctions, sum } = verificationOf(gigabytes, fromS3 ?? Number.NaN);
    return [number(gigabytes), number(seconds / 60, 1), number(calls), ...[lambda, stepFunctions, sum].map(dollars)];
  }),
);
process.stdout.write(`${body}\n\n${costs}\n`);
if (!options['no-write']) {
  writeSection('verify', 'Verification', body);
  writeFigures(
    'verify',
    outcomes.map(([method, from, outcome]) => ({
      group: '',
      name: `${method === 'verify' ? 'this project' : method}, ${from}`,
      value: perSecond(outcome),
    })),
  );
  writeMarked('docs/costs-and-quotas.md', 'verification', costs);
}
