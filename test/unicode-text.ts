import fc from 'fast-check';

const codePoint = fc
  .oneof(
    fc.integer({ min: 0, max: 0x7f }),
    fc.integer({ min: 0x80, max: 0xd7ff }),
    fc.integer({ min: 0xe000, max: 0xffff }),
    fc.integer({ min: 0x10000, max: 0x10ffff }),
  )
  .map((code) => String.fromCodePoint(code));

/** Texts of any characters, a quarter of them in ASCII. fast-check's own unit `binary` takes
 * seconds in each process that uses it. */
export const unicodeText = (lengths: { minLength?: number; maxLength?: number }): fc.Arbitrary<string> =>
  fc.string({ unit: codePoint, ...lengths });
