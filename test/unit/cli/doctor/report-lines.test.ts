import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { reportLines } from '../../../../cli/doctor/report-lines.ts';
import type { Report } from '../../../../cli/doctor/report-schema.ts';

beforeEach(() => {
  for (const variable of ['NO_COLOR', 'FORCE_COLOR', 'NODE_DISABLE_COLORS']) vi.stubEnv(variable, undefined);
  vi.stubEnv('TERM', 'xterm-256color');
});
afterEach(() => vi.unstubAllEnvs());

const report: Report = {
  ...{ version: '1', verdict: 'fail', summary: 'x can not work as it should: 1 ok, 0 warn, 1 fail, 0 unknown.' },
  ...{
    stage: 'prod',
    stackName: 'x',
    account: '123456789012',
    region: 'eu-west-1',
    checkedAt: '2026-03-14T09:00:00.000Z',
  },
  counts: { ok: 1, warn: 0, fail: 1, unknown: 0 },
  findings: [
    { check: 'stack', subject: 'state', state: 'ok', seen: 'UPDATE_COMPLETE' },
    {
      ...{ check: 'trail', state: 'fail', seen: 'There is no trail in eu-west-1.' },
      ...{
        why: 'Without such a trail, imports start no exports.',
        fix: 'npm run deploy -- --param="createTrail=true"',
      },
    },
  ],
};

/** The lines on a stream with these properties. */
function linesOn(properties: object, given = report): string[] {
  const stream = Object.assign(new PassThrough(), properties) as unknown as NodeJS.WriteStream;
  return reportLines(given, stream).split('\n');
}

const terminal = (columns: number) => ({ isTTY: true, columns, hasColors: () => true, getColorDepth: () => 8 });

it('reportLines writes each text on one line if the stream is not a terminal', () => {
  expect(linesOn({})).toEqual([
    'ok       stack state  UPDATE_COMPLETE',
    'fail     trail        There is no trail in eu-west-1.',
    '                      Why: Without such a trail, imports start no exports.',
    '                      Fix: npm run deploy -- --param="createTrail=true"',
    '',
    'x can not work as it should: 1 ok, 0 warn, 1 fail, 0 unknown.',
  ]);
});

it.each([40, 60, 80, 120])(
  'reportLines writes lines of at most %i characters on a terminal of that width',
  (columns) => {
    const lines = linesOn(terminal(columns)).map(stripVTControlCharacters);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
    const words = (text: string) => text.split(/\s+/).filter(Boolean).sort();
    expect(words(lines.join(' '))).toEqual(words(linesOn({}).join(' ')));
  },
);

it('reportLines colours the states on a terminal', () => {
  expect(linesOn(terminal(80)).join('')).toContain('\u001b[31mfail');
  expect(linesOn({}).join('')).not.toContain('\u001b');
});

it('reportLines shows no escape sequence that AWS answered', () => {
  const hostile = { ...report, findings: [{ check: 'bucket', state: 'ok' as const, seen: 'a\u001b[2J\u202eb\nc' }] };
  expect(linesOn({}, hostile).join('')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
});

it('reportLines leaves room beside a long name', () => {
  const subject = 'g'.repeat(63);
  const long = {
    ...report,
    findings: [{ check: 'datasets', subject, state: 'ok' as const, seen: 'ITEMS can be exported.' }],
  };
  const lines = linesOn(terminal(80), long).map(stripVTControlCharacters);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(lines.join('\n')).toContain('ITEMS can be exported.');
});
