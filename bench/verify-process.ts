import { existsSync, readFileSync } from 'node:fs';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { parse } from 'csv-parse';
import { dataFileReader } from '../src/verify/data-file-reader.ts';
import type { ExportFacts } from '../src/verify/export-facts.ts';
import { type DataFile, emptyMeasures } from '../src/verify/measures.ts';
import { firstProgress } from '../src/verify/progress.ts';
import { readFiles } from '../src/verify/read-files.ts';
import { interactionsFile, interactionsSchema } from './verify-data.ts';

// Reads one file of interactions in one way, in a process of its own: `bench/verify.ts` starts it with a task as JSON.

export interface Task {
  method: 'verify' | 'csv-parse' | 'line ends' | 'DuckDB';
  megabytes: number;
  /** A file in the local S3, instead of one from memory. `environment`: the one of the local AWS. */
  s3?: { environment: Record<string, string>; bucket: string; prefix: string; file: DataFile };
  /** A file on disk, and the module of DuckDB. */
  duckdb?: { path: string; module: string };
}

export interface Outcome {
  rows: number;
  /** Time of a processor, of all threads. */
  cpuSeconds: number;
  seconds: number;
  /** The most memory that the process used. */
  peakMegabytes: number;
}

type Pieces = Iterable<Buffer> | AsyncIterable<Uint8Array>;

const LINE_FEED = 0x0a;

/** Prepares a task.
 * @returns a function that runs it and counts the rows */
function prepare({ method, megabytes, s3, duckdb }: Task): () => Promise<number> {
  if (duckdb) return () => aggregateInDuckDb(duckdb);
  if (s3) return method === 'verify' ? () => verifyInS3(s3) : async () => await countRows(method, await bodyOf(s3));
  const file = interactionsFile(megabytes);
  return method === 'verify'
    ? async () => verifyFromMemory(file.pieces())
    : async () => await countRows(method, file.pieces());
}

async function countRows(method: Task['method'], pieces: Pieces): Promise<number> {
  return method === 'csv-parse' ? await parsedRows(pieces) : await lineEnds(pieces);
}

function verifyFromMemory(pieces: Iterable<Buffer>): number {
  const file = { name: 'part-0.csv', bytes: 0, etag: '', rows: 0 };
  const measures = emptyMeasures(interactionsSchema, [file]);
  const reader = dataFileReader(measures, file);
  for (const piece of pieces) reader.push(piece);
  reader.end();
  reader.settle();
  return measures.rows;
}

type S3File = NonNullable<Task['s3']>;

const clientFor = ({ environment }: S3File) => {
  Object.assign(process.env, environment);
  return new S3Client({ forcePathStyle: true, responseChecksumValidation: 'WHEN_REQUIRED' });
};

/** As `verify-export` reads, with conditions and checksums of its requests, but without a manifest. */
async function verifyInS3(s3: S3File): Promise<number> {
  const facts = { path: `s3://${s3.bucket}/${s3.prefix}`, schema: interactionsSchema } as ExportFacts;
  const progress = firstProgress(facts, [s3.file]);
  await readFiles(progress, () => true, clientFor(s3));
  return progress.measures.rows;
}

async function bodyOf(s3: S3File): Promise<AsyncIterable<Uint8Array>> {
  const { Body } = await clientFor(s3).send(new GetObjectCommand({ Bucket: s3.bucket, Key: s3.prefix + s3.file.name }));
  return Body as unknown as AsyncIterable<Uint8Array>;
}

async function parsedRows(pieces: Pieces): Promise<number> {
  let rows = -1; // the header
  const parser = parse();
  parser.on('data', () => {
    rows += 1;
  });
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  parser.on('end', resolve);
  for await (const piece of pieces) {
    if (!parser.write(piece)) await new Promise((drained) => parser.once('drain', drained));
  }
  parser.end();
  await ended;
  return rows;
}

async function lineEnds(pieces: Pieces): Promise<number> {
  let rows = -1;
  for await (const piece of pieces) {
    for (let at = piece.indexOf(LINE_FEED); at >= 0; at = piece.indexOf(LINE_FEED, at + 1)) rows += 1;
  }
  return rows;
}

/** The rows, the empty values and the smallest and largest numbers, on one thread. DuckDB makes no content hash. */
async function aggregateInDuckDb({ path, module }: NonNullable<Task['duckdb']>): Promise<number> {
  const { DuckDBInstance } = await import(module);
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  const nulls = ['USER_ID', 'ITEM_ID', 'EVENT_TYPE', 'EVENT_VALUE', 'TIMESTAMP'].map((name) => `count(${name})`);
  const extremes = ['EVENT_VALUE', 'TIMESTAMP'].flatMap((name) => [`min(${name})`, `max(${name})`]);
  const columns = `{USER_ID: 'VARCHAR', ITEM_ID: 'VARCHAR', EVENT_TYPE: 'VARCHAR', EVENT_VALUE: 'FLOAT', TIMESTAMP: 'BIGINT'}`;
  const from = `read_csv('${path}', header = true, columns = ${columns})`;
  const reader = await connection.runAndReadAll(`SELECT count(*), ${[...nulls, ...extremes].join(', ')} FROM ${from}`);
  return Number(reader.getRows()[0][0]);
}

/** The operating system's own measure (maxRSS) begins with the memory of the process that started this one. */
function peakMegabytes(): number {
  const status = '/proc/self/status';
  const kilobytes = existsSync(status) ? /VmHWM:\s*(\d+)/.exec(readFileSync(status, 'utf8'))?.[1] : undefined;
  return Number(kilobytes ?? process.resourceUsage().maxRSS) / 1024;
}

const task = JSON.parse(process.argv[2] ?? '') as Task;
const read = prepare(task);
const [started, cpu] = [performance.now(), process.cpuUsage()];
const rows = await read();
const { user, system } = process.cpuUsage(cpu);
const outcome: Outcome = {
  rows,
  cpuSeconds: (user + system) / 1e6,
  seconds: (performance.now() - started) / 1000,
  peakMegabytes: peakMegabytes(),
};
process.stdout.write(JSON.stringify(outcome));
