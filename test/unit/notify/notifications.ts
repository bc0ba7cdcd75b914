import type { Notification } from '../../../src/notify/notification.ts';
import { textFor } from '../../../src/notify/notification-text.ts';
import { datasetArn, datasetExportJobArn, executionArn, later, now } from '../builders.ts';

export const consoleUrl = 'https://eu-west-1.console.aws.amazon.com/x';

export const place = { stage: 'prod', account: '123456789012', region: 'eu-west-1' };

export const runbook = 'docs/runbook.md#active';

export const rerunCommand = "aws stepfunctions start-execution --input '{}'";

export const about = { version: '1', ...place, executionArn, consoleUrl, runbook, rerunCommand } as const;

export const rejected: Notification = { ...about, outcome: 'REJECTED', endedAt: now };

export const active: Notification = {
  ...about,
  outcome: 'ACTIVE',
  datasetArn,
  datasetType: 'ITEMS',
  datasetGroup: 'shop',
  ingestionMode: 'ALL',
  jobName: 'items-run-1',
  datasetExportJobArn,
  path: 's3://exports-bucket/exports/',
  files: { count: 2, bytes: 1_234_567 },
  status: 'ACTIVE',
  startedAt: later(-3_725),
  endedAt: now,
  durationSeconds: 3_725,
  queuedSeconds: 120,
  origin: { trigger: 'schedule', schedule: 'nightly' },
};

/** Characters that break a line, control a terminal, are invisible or turn the direction of the text after them. */
export const marks = [
  ...['\n', '\r', '\0', '\u0007', '\u001b', '\u0085', '\u009b', '\u2028', '\u2029'],
  ...['\u061c', '\u200b', '\u200d', '\u200e', '\u200f', '\u202e', '\u2066', '\u2069', '\ufeff', '\u{e0041}', '\ud800'],
];

export const linesOf = (notification: Notification) => textFor(notification).split('\n');
