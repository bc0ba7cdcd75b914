/** A schema of a property, as far as a table shows it. */
interface Property {
  type?: string;
  format?: string;
  const?: unknown;
  enum?: readonly unknown[];
  description?: string;
}

interface ObjectSchema {
  required: readonly string[];
  properties: Record<string, Property>;
}

/** The page with `content` between the comments `<!-- mark -->` and `<!-- /mark -->`. */
export function between(page: string, mark: string, content: string): string {
  const marked = new RegExp(`(<!-- ${mark} -->\\n)[\\s\\S]*?(<!-- /${mark} -->)`);
  return page.replace(marked, (_, begin: string, end: string) => `${begin}${content}\n${end}`);
}

/** A table of the properties of an object: name, type, whether it is always present, meaning. */
export function fieldsTable({ required, properties }: ObjectSchema): string {
  const rows = Object.entries(properties).map(
    ([name, schema]) =>
      `| \`${name}\` | ${typeOf(schema)} | ${required.includes(name) ? 'always' : 'sometimes'} | ${schema.description} |`,
  );
  return ['| field | type or values | present | meaning |', '|---|---|---|---|', ...rows].join('\n');
}

function typeOf(schema: Property): string {
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  return schema.enum?.map((value) => `\`${value}\``).join(', ') ?? schema.format ?? schema.type ?? '';
}
