import { crc32 } from 'node:zlib';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoDatasets } from '../../demo/data.ts';
import { importDatasets } from '../../demo/import-datasets.ts';
import { receiveNotifications } from '../../demo/notifications.ts';
import type { Notification } from '../../src/notify/notification.ts';
import type { Manifest } from '../../src/verify/manifest.ts';
import {
  type Deployment,
  datasetArn,
  deploy,
  execute,
  historyOf,
  ofExecution,
  patient,
  receiveNotification,
  setFaults,
} from '../deployment.ts';
import { documentedHash } from '../unit/verify/documented-hash.ts';

// The packaged stack after the demo's imports, each of which is exported and verified.
let deployment: Deployment;
let imported: Notification[];

beforeAll(async () => {
  deployment = await deploy();
  const signal = AbortSignal.timeout(30_000);
  await importDatasets(deployment.aws.environment, demoDatasets(), () => {}, signal);
  imported = await receiveNotifications(deployment.aws.environment, demoDatasets().length, signal);
}, 60_000);
afterAll(() => deployment?.close());

async function read(url: string, { s3 } = deployment): Promise<string> {
  const [, Bucket = '', Key = ''] = /^s3:\/\/([^/]+)\/(.*)$/.exec(url) ?? [];
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  return (await Body?.transformToString()) ?? '';
}
const manifestAt = async (url = '', at = deployment): Promise<Manifest> => JSON.parse(await read(url, at));
const latestOf = (manifest: string) => manifest.replace(/dt=.*/, 'latest.json');
const latestUrl = (type: string) =>
  `s3://${deployment.aws.environment.EXPORT_BUCKET}/manifests/demo-shop/${type}/ALL/latest.json`;

async function exportAgain(type: string): Promise<Notification> {
  const execution = await execute(deployment, { datasetArn: datasetArn('demo-shop', type) });
  const { notification } = (await receiveNotification(deployment, ofExecution(execution))) ?? {};
  return notification as Notification;
}

describe.each(['INTERACTIONS', 'ITEMS', 'USERS'])('the verification of %s', (type) => {
  const notification = () => imported.find(({ datasetType }) => datasetType === type) as Notification;
  const rowsIn = async ({ entries }: Manifest) => {
    const files = await Promise.all(entries.map(({ url }) => read(url)));
    return files.map((file) => parse(file) as string[][]);
  };

  it('the verification passes, with as many rows as another reader counts', async () => {
    const { verification, rows, manifest } = notification();
    const files = await rowsIn(await manifestAt(manifest));
    expect({ verification, rows }).toEqual({
      verification: 'PASSED',
      rows: files.reduce((sum, { length }) => sum + length - 1, 0),
    });
  });

  it('the manifest describes the data with a hash that can be computed from its documentation', async () => {
    const manifest = await manifestAt(notification().manifest);
    const files = await rowsIn(manifest);
    const [names = []] = files[0] ?? [];
    expect(manifest.export.contentHash).toBe(
      documentedHash(
        names,
        files.flatMap((rows) => rows.slice(1)),
      ),
    );
  });

  it('the manifest describes each object with its size and the checksum that S3 stores', async () => {
    const { entries, export: facts } = await manifestAt(notification().manifest);
    for (const [index, { url, meta }] of entries.entries()) {
      const content = await read(url);
      const checksum = Buffer.alloc(4);
      checksum.writeUInt32BE(crc32(content));
      expect(meta.content_length).toBe(Buffer.byteLength(content));
      expect(facts.files[index]?.checksum).toEqual({
        ...{ algorithm: 'CRC32', value: checksum.toString('base64') },
        type: 'FULL_OBJECT',
      });
    }
  });

  it("the verification of %s makes its manifest the dataset's latest one", async () => {
    const { manifest = '' } = notification();
    expect((await manifestAt(latestOf(manifest))).export.datasetGroup).toBe('demo-shop');
  });
});

describe('the output of an export job', () => {
  const columns = ['USER_ID'];

  it.each<[string, object]>([
    ['no-file', { findings: [{ expected: 'at least one object with data' }] }],
    ['no-header', { findings: expect.arrayContaining([expect.objectContaining({ column: columns[0] })]) }],
    [
      'missing-column',
      { findings: [{ column: expect.any(String), expected: expect.stringContaining('in the header') }] },
    ],
    [
      'short-row',
      { findings: [{ row: 1, expected: expect.stringMatching(/^\d fields, as in the header, instead of \d$/) }] },
    ],
    ['open-quote', { findings: [{ row: expect.any(Number), expected: 'a quote at the end of the value' }] }],
    ['not-utf-8', { findings: [{ row: 1, column: columns[0], expected: 'UTF-8' }] }],
    ['changed-object', { findings: [{ expected: 'an object that does not change while it is read' }] }],
  ])('an export with the output %s fails verification, and latest.json stays', async (output, expected) => {
    const before = await read(latestUrl('USERS'));
    await setFaults(deployment, { job: 'export', output, times: 1 });
    expect(await exportAgain('USERS')).toMatchObject({ outcome: 'ACTIVE', verification: 'FAILED', ...expected });
    expect(await read(latestUrl('USERS'))).toBe(before);
  });

  it.each<[string, object]>([
    ['extra-column', { warnings: [{ column: 'EXTRA', expected: 'only columns of the schema' }] }],
    ['check-object', { unchanged: true }],
    ['many-small-files', { unchanged: true }],
  ])('an export with the output %s passes verification', async (output, expected) => {
    await setFaults(deployment, { job: 'export', output, times: 1 });
    expect(await exportAgain('ITEMS')).toMatchObject({ verification: 'PASSED', ...expected });
    await exportAgain('ITEMS');
  });
});

it('many executions at once, with faults of S3, never move latest.json back', async () => {
  const faulty = ['GetObject', 'HeadObject'].map((operation) => ({
    ...{ service: 's3', operation, error: 'SlowDown', probability: 0.1 },
  }));
  await setFaults(deployment, ...faulty);
  const request = { datasetArn: datasetArn('demo-shop', 'INTERACTIONS') };
  const at = patient(deployment);
  const createdAt = async (url: string) => (await manifestAt(url, at)).export.createdAt;
  let isOver = false;
  const watch = async () => {
    const seen: string[] = [];
    while (!isOver) seen.push(await createdAt(latestUrl('INTERACTIONS')));
    return seen;
  };
  const executing = Promise.all(Array.from({ length: 12 }, () => execute(deployment, request))).finally(() => {
    isOver = true;
  });
  const [executions, seen] = await Promise.all([executing, watch()]);
  await setFaults(deployment);
  expect(seen).toEqual([...seen].sort());
  const outcomes = executions.map(({ output }) => JSON.parse(output ?? '').outcomes[0]);
  expect(outcomes.map(({ verification }) => verification)).toEqual(executions.map(() => 'PASSED'));
  const times = await Promise.all(outcomes.map(({ manifest }) => createdAt(manifest)));
  expect(await createdAt(latestUrl('INTERACTIONS'))).toBe(times.sort().at(-1));
});

it('a verified export passes through the states of verification', async () => {
  const execution = await execute(deployment, { datasetArn: datasetArn('demo-shop', 'USERS') });
  const history = await historyOf(deployment, execution);
  const states = history.flatMap(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? []);
  expect(states.slice(-6)).toEqual([
    ...['ExportJobPhase', 'VerifyExport', 'VerificationPhase', 'Notify', 'DidEveryExportSucceed', 'Exported'],
  ]);
});

it('an export of the same data is reported as unchanged', async () => {
  const again = await exportAgain('ITEMS');
  expect(again).toMatchObject({ verification: 'PASSED', unchanged: true });
  const { export: facts } = await manifestAt(again.manifest);
  expect(facts.previousManifest).toMatch(/^s3:.*\/manifests\/demo-shop\/ITEMS\/ALL\/dt=.*\.json$/);
  expect(await manifestAt(latestOf(again.manifest ?? ''))).toMatchObject({ export: { jobName: again.jobName } });
});
