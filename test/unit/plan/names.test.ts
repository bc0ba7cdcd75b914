import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nameWithHash } from '../../../src/plan/names.ts';
import { unicodeText } from '../../unicode-text.ts';

const parts = fc.array(unicodeText({ maxLength: 120 }), { minLength: 1, maxLength: 4 });
const maxLength = fc.constantFrom(63, 80);

describe('a generated name', () => {
  it('a generated name is valid in Personalize and Step Functions, whatever it is made of', () => {
    fc.assert(
      fc.property(parts, parts, maxLength, (shown, hashed, limit) => {
        const name = nameWithHash(shown, hashed, limit);
        expect(name).toMatch(/^[a-zA-Z0-9][a-zA-Z0-9\-_]*$/);
        expect(name.length).toBeLessThanOrEqual(limit);
      }),
    );
  });

  it('a generated name differs if any hashed part differs', () => {
    fc.assert(
      fc.property(parts, parts, maxLength, (one, other, limit) => {
        fc.pre(JSON.stringify(one) !== JSON.stringify(other));
        expect(nameWithHash(['run'], one, limit)).not.toBe(nameWithHash(['run'], other, limit));
      }),
    );
  });

  it('a generated name is always the same for the same parts', () => {
    fc.assert(
      fc.property(parts, maxLength, (same, limit) => {
        expect(nameWithHash(same, [...same], limit)).toBe(nameWithHash(same, same, limit));
      }),
    );
  });

  it.each([
    [['import', 'nightly 2026/03'], /^import-nightly-2026-03-[0-9a-f]{16}$/],
    [['__proto__'], /^proto__-[0-9a-f]{16}$/],
    [['日本語'], /^[0-9a-f]{16}$/],
    [[''], /^[0-9a-f]{16}$/],
    [['a'.repeat(45), '-b'], /^a{45}-[0-9a-f]{16}$/],
    [['a'.repeat(200)], /^a{46}-[0-9a-f]{16}$/],
  ])('a generated name made of %j matches %s', (shown, form) => {
    expect(nameWithHash(shown, ['x'], 63)).toMatch(form);
  });

  it('a generated name differs for parts that are the same text when joined', () => {
    for (const separator of ['', ',', '-', ' ', '\n']) {
      const joined = `a${separator}b`;
      expect(nameWithHash(['run'], ['a', 'b'], 63)).not.toBe(nameWithHash(['run'], [joined], 63));
    }
  });
});
