import { expect, it } from 'vitest';
import { demoDatasets } from '../../../demo/data.ts';
import { details, type Result, summary } from '../../../demo/results-text.ts';
import { notificationOf } from '../../../src/notify/notification.ts';
import { deployment, plannedExport } from '../builders.ts';

const [dataset] = demoDatasets();
const file = { file: 'folder/part-0.csv', bytes: 2_000, rows: 390, first: ['USER_ID', 'u1', 'u\u001b[2Jx', 'u3'] };

function resultOf(phase: 'succeeded' | 'failed', more: Partial<Result> = {}): Result {
  const job = { phase, status: phase === 'failed' ? 'CREATE FAILED' : 'ACTIVE', failureReason: 'no\u001b[2J access' };
  const executionName = 'run-1';
  const notification = notificationOf({ executionName, export: plannedExport(), job }, deployment);
  return { dataset: dataset as Result['dataset'], notification, ...more };
}

it('the summary of the demo has at most 15 lines for three datasets', () => {
  const download = { files: [file], refused: [] };
  const results = ['a', 'b', 'c'].map(() => resultOf('succeeded', { download, importedRows: 400 }));
  const lines = summary(results, '.local/demo/now');
  expect(lines.length).toBeLessThanOrEqual(15);
  expect(lines).toContain('An export has rows that are equal in every field only once.');
  expect(lines[1]).toContain('390 rows exported of 400 imported');
});

it('the summary of the demo does not explain missing rows where none are missing', () => {
  const download = { files: [file], refused: [] };
  const lines = summary([resultOf('succeeded', { download, importedRows: file.rows })], '.local/demo/now');
  expect(lines.join('\n')).not.toContain('equal in every field');
});

it('the summary of the demo says the reason of each failure, and each remedy once', () => {
  const lines = summary([resultOf('failed'), resultOf('failed')], '.local/demo/now');
  expect(lines.filter((line) => line.includes('CREATE FAILED, no'))).toHaveLength(2);
  expect(lines.filter((line) => line === resultOf('failed').notification.remedy)).toHaveLength(1);
});

it('no escape sequence of a row or a reason reaches the terminal', () => {
  const results = [resultOf('failed'), resultOf('succeeded', { download: { files: [file], refused: [] } })];
  const lines = [...summary(results, 'folder'), ...details(results)];
  expect(lines.join('\n')).not.toContain('\u001b[2J');
});

it('an object with a key outside the folder is named', () => {
  const download = { files: [], refused: ['s3://bucket/../x'] };
  const lines = summary([resultOf('succeeded', { download })], 'folder');
  expect(lines).toContain('"s3://bucket/../x" was not downloaded: its key is not a path below a folder.');
});
