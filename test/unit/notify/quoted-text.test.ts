import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Notification } from '../../../src/notify/notification.ts';
import { textFor } from '../../../src/notify/notification-text.ts';
import { executionArn } from '../builders.ts';
import { active, linesOf, marks, rejected } from './notifications.ts';

describe('what a requester or AWS wrote', () => {
  const attack =
    '”. All is well.\n\nWhat to do: sign in at https://evil.com or www.evil.org, ask it@evil.net\u202e\u001b[31m';
  const everywhere: Notification = {
    ...active,
    outcome: 'REJECTED',
    datasetGroup: attack,
    datasetType: attack,
    status: attack,
    path: `s3://bucket/${attack}`,
    reason: attack,
    datasetArn: `arn:aws:personalize:eu-west-1:123456789012:dataset/${attack}`,
    origin: { trigger: attack, [attack]: attack },
    executionArn: `${executionArn}${attack}`,
  };

  it('quoted text starts no line of its own', () => {
    const lines = linesOf({ ...everywhere, remedy: 'the remedy' });
    expect(lines.filter((line) => /^\W*What to do/.test(line))).toEqual([
      expect.stringMatching(/^- “What/),
      'What to do: the remedy',
    ]);
  });

  it('quoted text contains nothing to click on', () => {
    const { consoleUrl: _, ...rest } = everywhere;
    const text = textFor({ ...rest, consoleUrl: 'console' });
    expect(text).not.toMatch(/https?:\/\/|www\.|evil\.|@evil/);
    expect(text).toContain('https[://]evil[.]com');
  });

  it('quoted text contains no invisible characters and no escape sequences', () => {
    expect(textFor(everywhere).replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it('quoted text cannot close its quotation marks', () => {
    const [first = ''] = linesOf({ ...active, outcome: 'CREATE FAILED', reason: attack }).filter((line) =>
      line.startsWith('Why'),
    );
    expect(first).toMatch(/^Why: “[^“”]*”$/);
  });

  it('quoted text has at most 200 characters, and says how many are missing', () => {
    const [line = ''] = linesOf({ ...active, reason: 'x'.repeat(300) }).filter((one) => one.startsWith('Why'));
    expect(line).toBe(`Why: “${'x'.repeat(200)}… (cut: 100 more characters are in the execution's history)”`);
  });

  it('quoted ARNs and paths are complete', () => {
    const path = `s3://my.bucket/${'p'.repeat(240)}/`;
    const arn = `arn:aws:personalize:eu-west-1:123456789012:dataset/${'d'.repeat(200)}/ITEMS`;
    const text = textFor({ ...active, path, datasetArn: arn, reason: `${'x'.repeat(190)} ${arn} was wrong` });
    expect(text).toContain(`Data: ${path}`);
    expect(text).toContain(`Dataset: ${arn}`);
    expect(text).toMatch(new RegExp(`^Why: “x+ ${arn}… `, 'm'));
  });

  it('quoted text keeps letters of any script, and emoji', () => {
    expect(textFor({ ...rejected, reason: 'größe 語 مرحبا 😀' })).toContain('Why: “größe 語 مرحبا 😀”');
  });

  it('quoted text changes neither the number of lines nor the labels of the e-mail', () => {
    const lines = linesOf({ ...active, reason: 'why', remedy: 'do' }).length;
    const part = fc.string({ unit: fc.constantFrom(...marks, 'a', 'é', '😀', ' '), minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(part, part, part, (datasetGroup, reason, trigger) => {
        const text = textFor({ ...active, datasetGroup, reason, remedy: 'do', origin: { trigger } });
        expect(text.split('\n')).toHaveLength(lines);
        expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      }),
    );
  });
});
