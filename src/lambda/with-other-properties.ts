/** The schema, but every object in it may have properties that the schema does not name. */
export function withOtherProperties<Schema>(schema: Schema): Schema {
  if (Array.isArray(schema)) return schema.map(withOtherProperties) as Schema;
  if (typeof schema !== 'object' || schema === null) return schema;
  const entries = Object.entries(schema).map(([key, value]) => [
    key,
    key === 'additionalProperties' && value === false ? true : withOtherProperties(value),
  ]);
  return Object.fromEntries(entries);
}
