import { bareName, type Field, type FieldType, invalidSchema } from './avro-schema.ts';

/** What the guide says about a field: its type, and whether a string must be categorical or must not be. */
interface Rule {
  types: FieldType[];
  categorical?: boolean;
}

type Rules = Record<string, Rule>;

const text: Rule = { types: ['string'], categorical: false };
const category: Rule = { types: ['string'], categorical: true };
const long: Rule = { types: ['long'] };
const float: Rule = { types: ['float'] };

// Source of the tables: developer guide, "Custom dataset and schema requirements", and for a domain (after a space)
// "ECOMMERCE …" and "VIDEO_ON_DEMAND domain dataset and schema requirements".

const REQUIRED: Record<string, Rules> = {
  INTERACTIONS: { USER_ID: text, ITEM_ID: text, TIMESTAMP: long },
  USERS: { USER_ID: text },
  ITEMS: { ITEM_ID: text },
  ACTIONS: { ACTION_ID: text },
  ACTION_INTERACTIONS: { USER_ID: text, ACTION_ID: text, EVENT_TYPE: text, TIMESTAMP: long },
  'INTERACTIONS ECOMMERCE': { EVENT_TYPE: text },
  'INTERACTIONS VIDEO_ON_DEMAND': { EVENT_TYPE: text },
  'ITEMS ECOMMERCE': { PRICE: float, CATEGORY_L1: category },
  'ITEMS VIDEO_ON_DEMAND': { CREATION_TIMESTAMP: long, GENRES: category },
};

const RESERVED: Record<string, Rules> = {
  INTERACTIONS: {
    ...{ EVENT_TYPE: text, EVENT_VALUE: float, IMPRESSION: text },
    ...{ RECOMMENDATION_ID: text, EVENT_ATTRIBUTION_SOURCE: text },
  },
  ITEMS: { CREATION_TIMESTAMP: long },
  ACTIONS: {
    ...{ CREATION_TIMESTAMP: long, VALUE: long, TYPE: text },
    ...{ EXPIRATION_TIMESTAMP: long, REPEAT_FREQUENCY: long },
  },
  ACTION_INTERACTIONS: { IMPRESSION: text, RECOMMENDATION_ID: text },
  'USERS ECOMMERCE': { MEMBERSHIP_STATUS: category },
  'USERS VIDEO_ON_DEMAND': { SUBSCRIPTION_MODEL: category },
  'ITEMS ECOMMERCE': {
    ...{ CATEGORY_L2: category, CATEGORY_L3: category, PRODUCT_DESCRIPTION: text },
    ...{ AGE_GROUP: category, ADULT: category, GENDER: category },
    // The page of this domain says float, that of all Items datasets long.
    CREATION_TIMESTAMP: { types: ['long', 'float'] },
  },
  'ITEMS VIDEO_ON_DEMAND': {
    ...{ PRICE: float, DURATION: float, AVERAGE_RATING: float, PRODUCT_DESCRIPTION: text },
    ...{ GENRE_L2: category, GENRE_L3: category, CONTENT_OWNER: category, CONTENT_CLASSIFICATION: category },
  },
};

/** How many metadata fields a schema may have: neither required nor reserved. Source: the same page; for Interactions the
 * guide's "Service quotas". */
const METADATA_FIELDS: Record<string, { least: number; most: number }> = {
  INTERACTIONS: { least: 0, most: 5 },
  USERS: { least: 1, most: 25 },
  ITEMS: { least: 1, most: 100 },
  ACTIONS: { least: 1, most: Number.POSITIVE_INFINITY },
};

export const DATASET_TYPES: readonly string[] = ['INTERACTIONS', 'ITEMS', 'USERS', 'ACTIONS', 'ACTION_INTERACTIONS'];

/** The field that identifies a row, for the types of which an export of `ALL` keeps the newest row of an id. */
export const ID_FIELDS: Readonly<Record<string, string>> = { ITEMS: 'ITEM_ID', USERS: 'USER_ID' };

/** Fields that a guide's table calls categorical. The length of their values is limited, whatever the schema says. */
const CATEGORIES = new Set(
  [...Object.values(REQUIRED), ...Object.values(RESERVED)]
    .flatMap((rules) => Object.entries(rules))
    .flatMap(([name, rule]) => (rule === category ? [name] : [])),
);

/** The most characters of a value, if the guide limits them. Sources: "Items dataset schema requirements", "Service quotas". */
export function maxCharacters({ name, type, categorical }: Field): number | undefined {
  if (type !== 'string') return undefined;
  if (['USER_ID', 'ITEM_ID', 'ACTION_ID'].includes(name)) return 256;
  return categorical || name === 'IMPRESSION' || CATEGORIES.has(name) ? 1000 : undefined;
}

/** The dataset type that a schema's name stands for, e.g. `ActionInteractions`; undefined if none. */
export function datasetTypeOf(name: string): string | undefined {
  return DATASET_TYPES.find((type) => bareName(type) === bareName(name));
}

/** @throws AwsError `InvalidInputException` unless the fields are as the guide requires for the dataset type */
export function assertFieldsOf(fields: Field[], datasetType: string, domain?: string): void {
  const keys = [datasetType, `${datasetType} ${domain}`];
  const required = Object.assign({}, ...keys.map((key) => REQUIRED[key])) as Rules;
  const rules = Object.assign({}, ...keys.map((key) => RESERVED[key]), required) as Rules;
  for (const name of Object.keys(required)) {
    if (fields.some((field) => field.name === name)) continue;
    throw invalidSchema(`a schema of ${datasetType} needs the field ${name}.`);
  }
  for (const field of fields) assertRule(field, Object.hasOwn(rules, field.name) ? rules[field.name] : undefined);
  assertMetadata(fields, datasetType);
}

/** A schema for the columns of a CSV file: fields that the guide names have its type, and any other is text that may be null. */
export function proposedSchema(datasetType: string, columns: string[]): object {
  const type = datasetType.toUpperCase();
  const [required = {}, reserved = {}] = [REQUIRED[type], RESERVED[type]];
  const fields = columns.map((name) => {
    const rule = Object.hasOwn(required, name) ? required[name] : undefined;
    const known = rule ?? (Object.hasOwn(reserved, name) ? reserved[name] : undefined);
    const own = known?.types[0] ?? 'string';
    return { name, type: rule ? own : ['null', own], ...(known?.categorical && { categorical: true }) };
  });
  return { type: 'record', name: datasetType, namespace: 'com.amazonaws.personalize.schema', fields, version: '1.0' };
}

function assertRule({ name, type, categorical }: Field, rule: Rule | undefined): void {
  if (!rule) return;
  if (!rule.types.includes(type)) {
    throw invalidSchema(`the field ${name} must be of type ${rule.types.join(' or ')}, not ${type}.`);
  }
  if (rule.categorical === undefined || rule.categorical === categorical) return;
  throw invalidSchema(`the field ${name} must ${rule.categorical ? '' : 'not '}be categorical.`);
}

function assertMetadata(fields: Field[], datasetType: string): void {
  const limits = METADATA_FIELDS[datasetType];
  if (!limits) return;
  const others = { ...REQUIRED[datasetType], ...RESERVED[datasetType] };
  const count = fields.filter(({ name }) => !Object.hasOwn(others, name)).length;
  if (count < limits.least) throw invalidSchema(`a schema of ${datasetType} needs at least one metadata field.`);
  if (count > limits.most) {
    throw invalidSchema(`a schema of ${datasetType} may have ${limits.most} metadata fields, not ${count}.`);
  }
}
