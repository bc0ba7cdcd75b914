import { invalidArgument, notImplemented, s3Error } from './errors.ts';
import type { ModelMember, ModelOperation } from './model.ts';
import { readXml } from './xml.ts';

/** Members that every operation accepts. */
const OF_EVERY_OPERATION = ['ExpectedBucketOwner', 'RequestPayer', 'ContentLength'];

const MOST_IN_QUERY = 2 ** 31 - 1;

/** Parameters that every request may have: those of a signature, and those that clients add for access logs. */
const OF_EVERY_QUERY = /^(x-amz-.*|x-.*|AWSAccessKeyId|Signature|Expires|response-.*)$/i;

/**
 * Reads an operation's input from query and headers. The result has the API's names.
 * @param implemented the members that the operation evaluates or stores
 * @throws S3Error `NotImplemented` for a member that has a meaning but is not implemented, `InvalidArgument`
 */
export function inputOf(
  operation: ModelOperation,
  implemented: readonly string[],
  query: URLSearchParams,
  headers: Record<string, string>,
): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  for (const member of operation.members) {
    const text = textOf(member, query, headers);
    if (text === undefined) continue;
    if (![...implemented, ...OF_EVERY_OPERATION].includes(member.name)) throw notImplemented(member.key);
    const value = typeof text === 'string' ? convert(text, member) : text;
    if (value !== undefined) input[member.name] = value;
  }
  if (operation.method !== 'GET' && operation.method !== 'HEAD') assertQueryKnown(operation, query);
  return input;
}

/** Reads the XML of a request; `undefined` for an empty body.
 * @throws S3Error `MalformedXML` */
export function payloadOf({ key, schema }: ModelMember, body: Buffer): Record<string, unknown> | undefined {
  if (body.length === 0) return undefined;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw s3Error('MalformedXML');
  }
  return readXml(text, key, schema);
}

function textOf(
  { place, key }: ModelMember,
  query: URLSearchParams,
  headers: Record<string, string>,
): string | Record<string, string> | undefined {
  if (place === 'query') return query.get(key) ?? undefined;
  if (place === 'header') return headers[key];
  if (place === 'payload') return undefined;
  const metadata = Object.entries(headers).filter(([name]) => name.startsWith(key));
  return metadata.length > 0
    ? Object.fromEntries(metadata.map(([name, value]) => [name.slice(key.length), value]))
    : undefined;
}

function convert(text: string, { name, place, key, schema }: ModelMember): unknown {
  if (schema.isNumericSchema()) return numberOf(text, key, place === 'query' ? MOST_IN_QUERY : Number.MAX_SAFE_INTEGER);
  if (schema.isBooleanSchema()) return text.toLowerCase() === 'true';
  if (schema.isListSchema()) return text.split(',').map((item) => item.trim());
  // S3 stores it as it is, even if it is not a date.
  if (name === 'Expires') return text;
  return schema.isTimestampSchema() ? dateOf(text) : text;
}

function numberOf(text: string, name: string, most: number): number | undefined {
  if (text === '') return undefined;
  if (/^-?\d{1,15}$/.test(text) && Number(text) <= most) return Number(text);
  throw invalidArgument(`Provided ${name} not an integer or within integer range`, name, text);
}

/** S3 ignores a condition with an invalid date. */
function dateOf(text: string): Date | undefined {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** An unknown parameter may be a subresource that the model does not have yet. The operation must not apply to the object
 * itself instead.
 * @throws S3Error `NotImplemented` */
function assertQueryKnown({ members, subresource }: ModelOperation, query: URLSearchParams): void {
  const known = new Set([
    ...members.flatMap(({ place, key }) => (place === 'query' ? [key] : [])),
    ...subresource.map(([name]) => name),
  ]);
  const unknown = [...query.keys()].find((name) => !known.has(name) && !OF_EVERY_QUERY.test(name));
  if (unknown !== undefined) throw notImplemented(`?${unknown}`);
}
