import { AwsError } from '../protocols/aws-json.ts';

export type FieldType = 'string' | 'int' | 'long' | 'float' | 'double' | 'boolean';

export interface Field {
  name: string;
  type: FieldType;
  /** The type is a union with `null`: a value may be empty, a column absent. */
  nullable: boolean;
  categorical: boolean;
}

export interface AvroSchema {
  name: string;
  fields: Field[];
}

const FIELD_TYPES: readonly string[] = ['string', 'int', 'long', 'float', 'double', 'boolean'];

/**
 * Reads the text that `CreateSchema` receives. Which exception refuses an invalid schema is documented, its message is not.
 * @throws AwsError `InvalidInputException` unless it is a flat Avro record of supported types with distinct fields
 */
export function parseAvroSchema(text: string): AvroSchema {
  const record = parseJson(text);
  if (typeof record !== 'object' || record === null || !('type' in record) || record.type !== 'record') {
    throw invalidSchema('it must be an Avro record.');
  }
  const { name, fields } = record as { name?: unknown; fields?: unknown };
  if (typeof name !== 'string' || name === '') throw invalidSchema('it has no name.');
  if (!Array.isArray(fields) || fields.length === 0) throw invalidSchema('it has no fields.');
  const parsed = fields.map(parseField);
  assertDistinct(parsed);
  return { name, fields: parsed };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalidSchema(`it is not JSON: ${(cause as Error).message}`);
  }
}

function parseField(field: unknown): Field {
  const { name, type, categorical } = (field ?? {}) as { name?: unknown; type?: unknown; categorical?: unknown };
  if (typeof name !== 'string' || !/^[A-Za-z_]\w*$/.test(name)) {
    throw invalidSchema(`${JSON.stringify(name)} is not a field name.`);
  }
  const types: unknown[] = Array.isArray(type) ? type : [type];
  const valueTypes = types.filter((candidate) => candidate !== 'null');
  const [valueType] = valueTypes;
  if (valueTypes.length !== 1 || typeof valueType !== 'string' || !FIELD_TYPES.includes(valueType)) {
    throw invalidSchema(
      `field ${name} has the type ${JSON.stringify(type)}; supported: ${FIELD_TYPES.join(', ')}, null.`,
    );
  }
  const nullable = valueTypes.length < types.length;
  return { name, type: valueType as FieldType, nullable, categorical: categorical === true };
}

/** A schema can't have both `GENRES_FIELD_1` and `GENRESFIELD1`. Source: developer guide, "Schema formatting requirements". */
function assertDistinct(fields: Field[]): void {
  const names = new Set<string>();
  for (const { name } of fields) {
    const bare = bareName(name);
    if (names.has(bare)) throw invalidSchema(`field ${name} is not unique.`);
    names.add(bare);
  }
}

/** What `NUMBER_OF_RATINGS` in a schema and `numberOfRatings` in a Put operation have in common. */
export function bareName(name: string): string {
  return name.replaceAll('_', '').toUpperCase();
}

export function invalidSchema(reason: string): AwsError {
  return new AwsError('InvalidInputException', `The schema is not valid: ${reason}`);
}
