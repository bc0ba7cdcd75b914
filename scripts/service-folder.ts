import { cp, mkdir, rm } from 'node:fs/promises';

/** What osls reads. */
export const SERVICE_FILES = [
  ...['serverless.yml', 'schedules.yml', 'resources', 'statemachine'],
  ...['.build/functions', '.build/request-faults.mjs'],
];

/** Copies it into a folder with nothing else in it: for each function, osls reads every file of the service, and the zips
 * are made in the service's own `.serverless`, which two packagings at once would share. */
export async function copyService(to: string, more: readonly string[] = []): Promise<void> {
  await rm(to, { recursive: true, force: true });
  await mkdir(to, { recursive: true });
  await Promise.all([...SERVICE_FILES, ...more].map((path) => cp(path, `${to}/${path}`, { recursive: true })));
}
