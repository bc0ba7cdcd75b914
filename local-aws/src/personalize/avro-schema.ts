import { AwsError } from '../protocols/aws-json.ts';

export type FieldType = 'string' | 'int' | 'long' | 'float' | 'double' | 'boolean';

export interface Field {
  name: string;
  type: FieldType;
  /** The type is a union with `null`: a value may be empty, a column absent. */
  nullable: boolean;
}

export interface AvroSchema {
  name: string;
  fields: Field[];
}

const fieldTypes: readonly string[] = ['string', 'int', 'long', 'float', 'double', 'boolean'];

/**
 * The fields that Amazon Personalize's guide requires of a dataset type ("Custom datasets and schemas"), and, for its
 * domains, those added by "ECOMMERCE" and "VIDEO_ON_DEMAND datasets and schemas".
 */
const requiredFields: Record<string, Record<string, FieldType>> = {
  INTERACTIONS: { USER_ID: 'string', ITEM_ID: 'string', TIMESTAMP: 'long' },
  USERS: { USER_ID: 'string' },
  ITEMS: { ITEM_ID: 'string' },
  ACTIONS: { ACTION_ID: 'string' },
  ACTION_INTERACTIONS: { USER_ID: 'string', ACTION_ID: 'string', EVENT_TYPE: 'string', TIMESTAMP: 'long' },
  'INTERACTIONS ECOMMERCE': { EVENT_TYPE: 'string' },
  'INTERACTIONS VIDEO_ON_DEMAND': { EVENT_TYPE: 'string' },
  'ITEMS ECOMMERCE': { PRICE: 'float', CATEGORY_L1: 'string' },
  'ITEMS VIDEO_ON_DEMAND': { CREATION_TIMESTAMP: 'long', GENRES: 'string' },
};

export const datasetTypes: readonly string[] = ['INTERACTIONS', 'ITEMS', 'USERS', 'ACTIONS', 'ACTION_INTERACTIONS'];

/** The column that identifies a row, for the types of which an export of `ALL` keeps the newest row of an id. */
export const idFields: Readonly<Record<string, string>> = { ITEMS: 'ITEM_ID', USERS: 'USER_ID' };

/**
 * Reads a schema as `CreateSchema` takes it. What the service says of a bad one is not documented, its exception is.
 * @throws AwsError `InvalidInputException` when it is no flat Avro record of supported types with distinct fields
 */
export function parseAvroSchema(text: string): AvroSchema {
  const record = parseJson(text);
  if (typeof record !== 'object' || record === null || !('type' in record) || record.type !== 'record') {
    throw invalid('it must be an Avro record.');
  }
  const { name, fields } = record as { name?: unknown; fields?: unknown };
  if (typeof name !== 'string' || name === '') throw invalid('it has no name.');
  if (!Array.isArray(fields) || fields.length === 0) throw invalid('it has no fields.');
  const parsed = fields.map(parseField);
  assertDistinct(parsed);
  return { name, fields: parsed };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalid(`it is not JSON: ${(cause as Error).message}`);
  }
}

function parseField(field: unknown): Field {
  const { name, type } = (field ?? {}) as { name?: unknown; type?: unknown };
  if (typeof name !== 'string' || !/^[A-Za-z_]\w*$/.test(name)) {
    throw invalid(`${JSON.stringify(name)} is no field name.`);
  }
  const types: unknown[] = Array.isArray(type) ? type : [type];
  const valueTypes = types.filter((candidate) => candidate !== 'null');
  const [valueType] = valueTypes;
  if (valueTypes.length !== 1 || typeof valueType !== 'string' || !fieldTypes.includes(valueType)) {
    throw invalid(`field ${name} has the type ${JSON.stringify(type)}; supported: ${fieldTypes.join(', ')}, null.`);
  }
  return { name, type: valueType as FieldType, nullable: valueTypes.length < types.length };
}

/** `GENRES_FIELD_1` and `GENRESFIELD1` can't both be there, says the guide: PUT data could not tell them apart. */
function assertDistinct(fields: Field[]): void {
  const names = new Set<string>();
  for (const { name } of fields) {
    const bare = bareName(name);
    if (names.has(bare)) throw invalid(`field ${name} is not unique.`);
    names.add(bare);
  }
}

/** What `NUMBER_OF_RATINGS` in a schema and `numberOfRatings` in PUT data have in common. */
export function bareName(name: string): string {
  return name.replaceAll('_', '').toUpperCase();
}

/** The dataset type that a schema's or a dataset's name stands for, e.g. `ActionInteractions`; undefined if none. */
export function datasetTypeOf(name: string): string | undefined {
  return datasetTypes.find((type) => bareName(type) === bareName(name));
}

/** @throws AwsError `InvalidInputException` when a schema lacks what the guide requires of the dataset type */
export function assertRequiredFields(fields: Field[], datasetType: string, domain?: string): void {
  const required = { ...requiredFields[datasetType], ...requiredFields[`${datasetType} ${domain}`] };
  for (const [name, type] of Object.entries(required)) {
    const field = fields.find((candidate) => candidate.name === name);
    if (field === undefined) throw invalid(`a schema of ${datasetType} needs the field ${name}.`);
    if (field.type !== type) throw invalid(`the field ${name} must be of type ${type}, not ${field.type}.`);
  }
  const needsMetadata = datasetType in idFields || datasetType === 'ACTIONS';
  if (needsMetadata && fields.length < 2) throw invalid(`a schema of ${datasetType} needs one metadata field.`);
}

function invalid(reason: string): AwsError {
  return new AwsError('InvalidInputException', `The schema is not valid: ${reason}`);
}

const integer = /^[+-]?\d{1,19}$/;
const decimal = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

const fits: Record<FieldType, (value: string) => boolean> = {
  string: () => true,
  int: (value) => integer.test(value) && Math.abs(Number(value)) <= 2 ** 31 - 1,
  long: (value) => integer.test(value) && (value.length < 19 || BigInt.asIntN(64, BigInt(value)) === BigInt(value)),
  float: (value) => decimal.test(value),
  double: (value) => decimal.test(value),
  boolean: (value) => /^(true|false)$/i.test(value),
};

/** Why a value, as text, does not fit its field; undefined when it does. Empty is null. */
export function misfit({ type, nullable }: Field, value: string): string | undefined {
  if (value === '') return nullable ? undefined : 'it is empty, and the field is not nullable';
  return fits[type](value) ? undefined : `${JSON.stringify(value)} is not of type ${type}`;
}
