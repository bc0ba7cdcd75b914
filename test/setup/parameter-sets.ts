import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { fingerprint } from '../../scripts/fingerprint.ts';
import { SERVICE_FILES } from '../../scripts/service-folder.ts';
import { packageSet, setNames, templateFile } from '../package/packaged.ts';

const FOLDER = '.local/templates';
const MARKER = '.local/templates.fingerprint';

/** Packages each parameter set of the tests, unless that was done with these very files. Needs the built functions. */
export async function setup(): Promise<void> {
  const inputs = await fingerprint(
    [...SERVICE_FILES, 'test/fixtures', 'test/package/packaged.ts', 'package-lock.json'],
    [process.env.AWS_REGION ?? '', process.env.AWS_DEFAULT_REGION ?? ''],
  );
  if (existsSync(FOLDER) && existsSync(MARKER) && (await readFile(MARKER, 'utf8')) === inputs) return;
  await rm(FOLDER, { recursive: true, force: true });
  await mkdir(FOLDER, { recursive: true });
  await Promise.all(
    setNames.map(async (name) => writeFile(templateFile(name), JSON.stringify((await packageSet(name)).template))),
  );
  await writeFile(MARKER, inputs);
}
