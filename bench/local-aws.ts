import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PersonalizeClient } from '@aws-sdk/client-personalize';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';

/** The local AWS, its clients, and how much memory it has. */
export interface MeasuredAws {
  environment: Record<string, string>;
  personalize: PersonalizeClient;
  s3: S3Client;
  sfn: SFNClient;
  /** Does the work and says how long it took and what the process had in memory at most, in MB. */
  measure<Result>(
    work: () => Promise<Result>,
  ): Promise<{ result: Result; seconds: number; peak: number; idle: number }>;
  stop(): Promise<void>;
}

const SAMPLE_MS = 25;

/** Starts the local AWS in a process of its own. */
export async function startMeasuredAws(jobSeconds: number, maxRunningJobs: number): Promise<MeasuredAws> {
  const file = fileURLToPath(new URL('local-aws-process.ts', import.meta.url));
  const child = fork(file, [String(jobSeconds), String(maxRunningJobs)], { execArgv: process.execArgv });
  const [environment] = (await once(child, 'message')) as [Record<string, string>];
  const config = {
    endpoint: environment.AWS_ENDPOINT_URL,
    region: environment.AWS_REGION,
    credentials: {
      accessKeyId: environment.AWS_ACCESS_KEY_ID ?? '',
      secretAccessKey: environment.AWS_SECRET_ACCESS_KEY ?? '',
    },
    maxAttempts: 1,
  };
  return {
    environment,
    personalize: new PersonalizeClient(config),
    s3: new S3Client(config),
    sfn: new SFNClient(config),
    measure: async (work) => {
      const idle = megabytesOf(child.pid ?? 0);
      let peak = idle;
      const sampling = setInterval(() => {
        peak = Math.max(peak, megabytesOf(child.pid ?? 0));
      }, SAMPLE_MS);
      const started = performance.now();
      const result = await work();
      const seconds = (performance.now() - started) / 1000;
      clearInterval(sampling);
      return { result, seconds, peak, idle };
    },
    stop: async () => {
      child.disconnect();
      await once(child, 'exit');
    },
  };
}

/** What a process has in physical memory. */
function megabytesOf(pid: number): number {
  const status = `/proc/${pid}/status`;
  const kilobytes = existsSync(status)
    ? /VmRSS:\s*(\d+)/.exec(readFileSync(status, 'utf8'))?.[1]
    : execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' });
  return Number(kilobytes) / 1024;
}
