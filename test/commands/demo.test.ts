import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startScript } from '../cli/npm-script.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'demo-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function fileOf(content: string | Buffer): Promise<string> {
  const file = join(folder, 'own.csv');
  await writeFile(file, content);
  return file;
}

it('npm run demo counts what it has imported and exported, and names the option of a file that it could not import', async () => {
  const file = await fileOf(Buffer.from('ITEM_ID,TITLE\n1,Müller\n', 'latin1'));
  const { said, status, temporaryFiles } = await startScript('demo', '--job-seconds', '0.1', '--items', file);
  expect(await status()).toBe(1);
  expect(said()).toContain('1,170 rows exported of 1,200 imported');
  expect(said()).toContain('25 rows exported of 25 imported');
  expect(said()).toContain('is not encoded in UTF-8');
  expect(said()).toContain(`The file was given as --items ${file}.`);
  expect(await temporaryFiles()).toEqual([]);
});

it('npm run demo -- --restore restores each export into a second dataset group, and proves it', async () => {
  const { said, status, temporaryFiles } = await startScript('demo', '--job-seconds', '0.1', '--restore');
  expect(await status()).toBe(0);
  for (const rows of ['25', '8', '1,170']) {
    expect(said()).toContain(`Proved: the restored dataset has the same ${rows} rows.`);
  }
  expect(await temporaryFiles()).toEqual([]);
});

it('npm run demo ends by itself when Personalize refuses the schema of a file', async () => {
  const file = await fileOf('USER_ID\nu1\n');
  const { said, status, temporaryFiles } = await startScript('demo', '--users', file);
  expect(await status()).toBe(1);
  expect(said()).toContain(`--users ${file}: The schema is not valid: a schema of USERS needs at least one metadata`);
  expect(await temporaryFiles()).toEqual([]);
});

it.each(['the page of the local AWS', 'PlanExports'])(
  'npm run demo ends on Ctrl-C after it has printed "%s", and leaves no temporary file',
  async (text) => {
    const demo = await startScript('demo');
    await demo.until(text);
    demo.interrupt();
    expect(await demo.status()).not.toBe(0);
    expect(await demo.temporaryFiles()).toEqual([]);
  },
);

it('npm run demo -- --keep leaves the local AWS running until Ctrl-C, and --verbose prints every notification', async () => {
  const demo = await startScript('demo', '--job-seconds', '0.1', '--keep', '--verbose');
  await demo.until('The local AWS runs until you press Ctrl-C.');
  expect(demo.said()).toContain('Notification: Interactions\nACTIVE: the INTERACTIONS dataset');
  const [, address = ''] = /(http:\/\/127\.0\.0\.1:\d+)/.exec(demo.said()) ?? [];
  expect((await fetch(`${address}/_local/faults`)).status).toBe(200);
  demo.interrupt();
  await demo.status();
  expect(await demo.temporaryFiles()).toEqual([]);
});
