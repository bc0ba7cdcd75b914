/** What the values of a column are, by its type in the Avro schema. */
export type ColumnKind = 'text' | 'integer' | 'decimal' | 'boolean';

/** What was measured in a column. `min` and `max` are numbers as they are written in the file, so that none loses digits;
 * a column of texts has none. */
export interface Column {
  name: string;
  kind: ColumnKind;
  /** Whether the schema allows null. */
  nullable: boolean;
  /** Fields without a value. */
  nulls: number;
  min?: string;
  max?: string;
  /** Values that hold a line break. */
  lineBreaks: number;
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

/** The columns that an Avro schema of Personalize demands, in its order. */
export function columnsOf(schema: string): Column[] {
  const { fields = [] } = JSON.parse(schema) as { fields?: AvroField[] };
  return fields.map(({ name, type }) => {
    const types = [type].flat().map(String);
    const kind = types.map((one) => KINDS[one]).find(Boolean) ?? 'text';
    return { name, kind, nullable: types.includes('null'), nulls: 0, lineBreaks: 0 };
  });
}

/** A column of which the schema says nothing. */
export function unknownColumn(name: string): Column {
  return { name, kind: 'text', nullable: true, nulls: 0, lineBreaks: 0 };
}
