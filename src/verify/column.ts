/** The kind of a column's values, by its type in the Avro schema. */
export type ColumnKind = 'text' | 'integer' | 'decimal' | 'boolean';

/** A column and its measurements. `min` and `max` are decimal numbers as text, so that no digit is lost; only columns of
 * numbers have them. */
export interface Column {
  name: string;
  kind: ColumnKind;
  /** Whether the schema allows null. */
  nullable: boolean;
  /** Empty fields. */
  nulls: number;
  min?: string;
  max?: string;
  /** Values with a line break inside. */
  lineBreaks: number;
  /** The column is in a file, but not in the schema. */
  isExtra?: true;
}

interface AvroField {
  name: string;
  type: unknown;
}

const KINDS: Record<string, ColumnKind> = {
  int: 'integer',
  long: 'integer',
  float: 'decimal',
  double: 'decimal',
  boolean: 'boolean',
};

/** The columns of an Avro schema of Personalize, in its order. */
export function columnsOf(schema: string): Column[] {
  const { fields = [] } = JSON.parse(schema) as { fields?: AvroField[] };
  return fields.map(({ name, type }) => {
    const types = [type].flat().map(String);
    const kind = types.map((one) => KINDS[one]).find(Boolean) ?? 'text';
    return { name, kind, nullable: types.includes('null'), nulls: 0, lineBreaks: 0 };
  });
}

/** A column that is in a file, but not in the schema. */
export function extraColumn(name: string): Column {
  return { name, kind: 'text', nullable: true, nulls: 0, lineBreaks: 0, isExtra: true };
}
