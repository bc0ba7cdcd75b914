import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fingerprint } from './fingerprint.ts';
import { localStack } from './local-stack.ts';
import { copyService, SERVICE_FILES } from './service-folder.ts';
import { endWithParent, runTied } from './tied-process.ts';

// Builds and packages the stage `local` for the local AWS, unless that has been done with these very files.

const PACKAGE = localStack.packageDir;
const SERVICE = '.local/service';
/** The region of the local AWS. */
const LOCAL_REGION = 'us-east-1';
const MARKER = `${PACKAGE}/fingerprint`;

const SOURCES = ['handlers', 'src', 'scripts', 'package.json', 'package-lock.json'];

/** What the package follows from: the sources, and what was built of them. The region is given, not read of the shell. */
const inputs = async () => await fingerprint([...SOURCES, ...SERVICE_FILES, '.build/validators']);

async function isPackaged(): Promise<boolean> {
  return existsSync(MARKER) && (await readFile(MARKER, 'utf8')) === (await inputs());
}

async function packageService(): Promise<number> {
  const args = ['package', '--stage', 'local', '--region', LOCAL_REGION, '--package', resolve(PACKAGE)];
  const { status, said } = await runTied('serverless', args, SERVICE);
  if (status !== 0) console.error(`serverless package failed:\n${said}`);
  return status;
}

endWithParent();
if (!(await isPackaged())) {
  console.log('The stack is packaged, because its sources are new: bundling the functions …');
  await rm(PACKAGE, { recursive: true, force: true });
  await import('./build.ts');
  await copyService(SERVICE);
  console.log('… and making the CloudFormation template with Serverless …');
  process.exitCode = await packageService();
  if (process.exitCode === 0) await writeFile(MARKER, await inputs());
}
