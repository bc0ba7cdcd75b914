import type { Field, FieldType } from './avro-schema.ts';
import { maxCharacters } from './schema-rules.ts';

const INTEGER = /^[+-]?\d{1,19}$/;
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

const FITS: Record<FieldType, (value: string) => boolean> = {
  string: () => true,
  int: (value) => INTEGER.test(value) && Math.abs(Number(value)) <= 2 ** 31 - 1,
  long: (value) => INTEGER.test(value) && (value.length < 19 || BigInt.asIntN(64, BigInt(value)) === BigInt(value)),
  float: (value) => DECIMAL.test(value),
  double: (value) => DECIMAL.test(value),
  boolean: (value) => value === 'true' || value === 'false',
};

/** Says why a value, as text, does not fit its field; `undefined` if it does. An empty value is null. */
export type Misfit = (value: string) => string | undefined;

/** Makes the check of a field's values. */
export function misfitOf(field: Field): Misfit {
  const { type, nullable } = field;
  const most = maxCharacters(field) ?? Number.POSITIVE_INFINITY;
  const fits = FITS[type];
  return (value) => {
    if (value === '') return nullable ? undefined : 'it is empty, and the field is not nullable';
    if (!fits(value)) return `${JSON.stringify(value)} is not of type ${type}`;
    if (value.length <= most) return undefined;
    const count = [...value].length;
    return count > most ? `it has ${count} characters; at most ${most} are allowed` : undefined;
  };
}
