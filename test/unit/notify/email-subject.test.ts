import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Notification } from '../../../src/notify/notification.ts';
import { subjectFor } from '../../../src/notify/notification-text.ts';
import { unicodeText } from '../../unicode-text.ts';
import { active, marks, rejected } from './notifications.ts';

describe('the subject of the e-mail', () => {
  const here = '(prod, eu-west-1, 123456789012)';

  it.each<[string, Notification]>([
    [`Personalize export ACTIVE: shop ITEMS ${here}`, active],
    [`Personalize export CREATE FAILED: shop ITEMS ${here}`, { ...active, outcome: 'CREATE FAILED' }],
    [`Personalize export ACTIVE: shop ITEMS ${here}`, { ...active, verification: 'PASSED' }],
    [`Personalize export ACTIVE, verification FAILED: shop ITEMS ${here}`, { ...active, verification: 'FAILED' }],
    [`Personalize export REJECTED ${here}`, rejected],
    [
      `Personalize export NOTHING TO EXPORT: shop ${here}`,
      { ...rejected, outcome: 'NOTHING TO EXPORT', datasetGroup: 'shop' },
    ],
    [`Personalize export ACTIVE: gr??e?? ITEMS ${here}`, { ...active, datasetGroup: 'größe😀' }],
    [`Personalize export ACTIVE: a??Bcc: x ITEMS ${here}`, { ...active, datasetGroup: 'a\r\nBcc: x' }],
  ])('the subject of the e-mail is %s', (subject, notification) => {
    expect(subjectFor(notification)).toBe(subject);
  });

  it('the subject of the e-mail keeps stage, region, account and type if the dataset group is cut', () => {
    const subject = subjectFor({ ...active, datasetGroup: 'x'.repeat(63), outcome: 'STATUS UNKNOWN' });
    expect(subject).toMatch(/: x+\.\. ITEMS \(prod, eu-west-1, 123456789012\)$/);
    expect(subject).toHaveLength(100);
  });

  it('the subject of the e-mail has at most 100 printable ASCII characters and starts with a letter, whatever the names are', () => {
    const name = unicodeText({ maxLength: 90 });
    fc.assert(
      fc.property(name, name, (datasetGroup, datasetType) => {
        const subject = subjectFor({ ...active, datasetGroup, datasetType });
        expect(subject).toMatch(/^P[\x20-\x7e]{0,99}$/);
      }),
    );
  });

  it.each(marks)('the subject of the e-mail never contains %j', (mark) => {
    expect(subjectFor({ ...active, datasetGroup: `a${mark}b` })).not.toContain(mark);
  });
});
