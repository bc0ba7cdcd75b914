import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PersonalizeClient } from '@aws-sdk/client-personalize';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { clientConfig } from 'local-aws';

/** The local AWS in a process of its own, with its clients. */
export interface MeasuredAws {
  environment: Record<string, string>;
  personalize: PersonalizeClient;
  s3: S3Client;
  sfn: SFNClient;
  measure<Result>(work: () => Promise<Result>): Promise<Measured<Result>>;
  stop(): Promise<void>;
}

/** The result of some work, its duration, and the memory of the local AWS before it (`idle`) and at most (`peak`), in MB. */
export interface Measured<Result> {
  result: Result;
  seconds: number;
  idle: number;
  peak: number;
}

const SAMPLE_MS = 25;

/** Starts the local AWS in a process of its own, so that only its memory is measured. */
export async function startMeasuredAws(jobSeconds: number, maxRunningJobs: number): Promise<MeasuredAws> {
  const file = fileURLToPath(new URL('local-aws-process.ts', import.meta.url));
  const child = fork(file, [String(jobSeconds), String(maxRunningJobs)], { execArgv: process.execArgv });
  const [environment] = (await once(child, 'message')) as [Record<string, string>];
  const config = { ...clientConfig(environment), maxAttempts: 1 };
  return {
    environment,
    personalize: new PersonalizeClient(config),
    s3: new S3Client(config),
    sfn: new SFNClient(config),
    measure: (work) => measure(child.pid ?? 0, work),
    stop: async () => {
      child.disconnect();
      await once(child, 'exit');
    },
  };
}

async function measure<Result>(pid: number, work: () => Promise<Result>): Promise<Measured<Result>> {
  const idle = residentMegabytes(pid);
  let peak = idle;
  const sampling = setInterval(() => {
    peak = Math.max(peak, residentMegabytes(pid));
  }, SAMPLE_MS);
  const started = performance.now();
  try {
    const result = await work();
    return { result, seconds: (performance.now() - started) / 1000, idle, peak };
  } finally {
    clearInterval(sampling);
  }
}

/** The physical memory of a process: from /proc, or where there is none, from `ps`. */
function residentMegabytes(pid: number): number {
  const status = `/proc/${pid}/status`;
  const kilobytes = existsSync(status)
    ? /VmRSS:\s*(\d+)/.exec(readFileSync(status, 'utf8'))?.[1]
    : execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' });
  return Number(kilobytes) / 1024;
}
