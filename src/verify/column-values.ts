import type { Column } from './column.ts';

const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
/** Numbers with at most this many digits are exact in JavaScript. */
const EXACT_DIGITS = 15;
const POWERS_OF_TEN = Array.from({ length: EXACT_DIGITS + 1 }, (_, power) => 10 ** power);

/** An Avro long has at most 19 digits. A double is often written with 17 digits and an exponent. */
const INTEGER = /^-?\d{1,19}$/;
const DECIMAL = /^-?(\d{1,40}(\.\d{0,40})?|\.\d{1,40})([eE][-+]?\d{1,4})?$/;

/** Checks and measures the values of one column, given as UTF-8 bytes. */
export interface ColumnValues {
  /** Takes a value that is not empty.
   * @returns what was expected, if the value does not have the form of its type */
  take(bytes: Uint8Array, start: number, end: number): string | undefined;
  /** Writes the smallest and the largest value so far to the column. */
  settle(): void;
}

/** The values of `column`, by its kind. */
export function columnValues(column: Column): ColumnValues {
  switch (column.kind) {
    case 'text':
      return { take: () => undefined, settle: () => {} };
    case 'boolean':
      return { take: takeBoolean, settle: () => {} };
    case 'integer':
      return numbers(column, INTEGER, 'a whole number');
    case 'decimal':
      return numbers(column, DECIMAL, 'a decimal number');
  }
}

function takeBoolean(bytes: Uint8Array, start: number, end: number): string | undefined {
  const text = textOf(bytes, start, end);
  return text === 'true' || text === 'false' ? undefined : 'true or false';
}

/** Compares numbers that are exact in JavaScript as such, which is fast, and all others by their texts. */
function numbers(column: Column, form: RegExp, expected: string): ColumnValues {
  const mayHavePoint = column.kind === 'decimal';
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  const takeText = (text: string) => {
    if (column.min === undefined || isLess(text, column.min, column.kind)) column.min = text;
    if (column.max === undefined || isLess(column.max, text, column.kind)) column.max = text;
  };
  return {
    take(bytes, start, end) {
      const value = shortNumber(bytes, start, end, mayHavePoint);
      if (value < least) least = value;
      if (value > most) most = value;
      if (!Number.isNaN(value)) return undefined;
      const text = textOf(bytes, start, end);
      if (!form.test(text)) return expected;
      takeText(text);
      return undefined;
    },
    settle() {
      if (least > most) return;
      takeText(String(least));
      takeText(String(most));
    },
  };
}

function isLess(one: string, other: string, kind: Column['kind']): boolean {
  return kind === 'integer' ? BigInt(one) < BigInt(other) : Number(one) < Number(other);
}

/** A number of at most 15 digits, read without making a string; NaN for any other text. */
function shortNumber(bytes: Uint8Array, start: number, end: number, mayHavePoint: boolean): number {
  const isNegative = bytes[start] === MINUS;
  let at = isNegative ? start + 1 : start;
  if (end - at > EXACT_DIGITS || at === end) return Number.NaN;
  let digits = 0;
  let decimals = -1;
  for (; at < end; at++) {
    const digit = (bytes[at] as number) - ZERO;
    if (digit >= 0 && digit <= 9) {
      digits = digits * 10 + digit;
      if (decimals >= 0) decimals += 1;
    } else if (mayHavePoint && bytes[at] === POINT && decimals < 0 && at + 1 < end) decimals = 0;
    else return Number.NaN;
  }
  const value = decimals > 0 ? digits / (POWERS_OF_TEN[decimals] as number) : digits;
  return isNegative ? -value : value;
}

function textOf(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString();
}
