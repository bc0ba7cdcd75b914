import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { fingerprint } from '../../scripts/fingerprint.ts';
import { buildValidators } from '../../scripts/validators.ts';

const FOLDER = '.build/validators';
const MARKER = '.build/validators.fingerprint';

/** Compiles the validators that `src` imports, unless they were compiled from these very sources. */
export async function setup(): Promise<void> {
  const sources = await fingerprint(['src', 'scripts', 'package-lock.json']);
  if (existsSync(FOLDER) && existsSync(MARKER) && (await readFile(MARKER, 'utf8')) === sources) return;
  await rm(FOLDER, { recursive: true, force: true });
  await mkdir(FOLDER, { recursive: true });
  await buildValidators(FOLDER);
  await writeFile(MARKER, sources);
}
