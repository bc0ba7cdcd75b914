import * as sdk from '@aws-sdk/client-s3';
import { NormalizedSchema } from '@smithy/core/schema';

/** What a request addresses: the service itself, a bucket or an object. */
export type Target = 'service' | 'bucket' | 'object';

/** A member of an operation's input, and its place in the request. */
export interface ModelMember {
  /** The API's name: `VersionId`. */
  name: string;
  place: 'query' | 'header' | 'metadata' | 'payload';
  /** The name of the query parameter, of the header in lower case, or of the XML's root element. */
  key: string;
  required: boolean;
  schema: NormalizedSchema;
}

/** An operation of S3, as the SDK's model describes it. */
export interface ModelOperation {
  name: string;
  method: string;
  target: Target;
  /** The query parameters that select this operation, some with a fixed value: `uploads`, `list-type=2`. */
  subresource: [name: string, value: string][];
  status: number;
  members: ModelMember[];
  output: NormalizedSchema;
}

/** `[9, namespace, name, traits, input, output]`, see static-schemas in `@smithy/types`. */
type OperationSchema = [9, string, string, { http: [string, string, number]; endpoint?: unknown }, unknown, unknown];
type SchemaRef = Parameters<typeof NormalizedSchema.of>[0];

/** Every operation of the SDK's model, except those that have hosts of their own. */
export const modelOperations: readonly ModelOperation[] = Object.values(sdk as Record<string, unknown>)
  .filter(isOperation)
  .filter(([, , , { endpoint }]) => endpoint === undefined)
  .map(operationOf);

function isOperation(value: unknown): value is OperationSchema {
  return Array.isArray(value) && value[0] === 9;
}

function operationOf([, , name, { http }, inputRef, outputRef]: OperationSchema): ModelOperation {
  const [method, uri, status] = http;
  const input = NormalizedSchema.of(inputRef as SchemaRef);
  const query = new URLSearchParams(uri.split('?')[1] ?? '');
  return {
    name,
    method,
    target: uri.startsWith('/{Key+}')
      ? 'object'
      : Object.hasOwn(input.getMemberSchemas(), 'Bucket')
        ? 'bucket'
        : 'service',
    subresource: [...query].filter(([parameter]) => parameter !== 'x-id'),
    status,
    members: membersOf(input),
    output: NormalizedSchema.of(outputRef as SchemaRef),
  };
}

/** The members of the input that are not in the path. */
function membersOf(input: NormalizedSchema): ModelMember[] {
  // The required members come first. The last element of the schema is their number.
  const requiredCount = Number((input.getSchema() as unknown as unknown[])[6] ?? 0);
  return [...input.structIterator()].flatMap(([name, schema], index): ModelMember[] => {
    const { httpQuery, httpHeader, httpPrefixHeaders, httpPayload, xmlName } = schema.getMergedTraits();
    const member = { name, required: index < requiredCount, schema };
    if (httpQuery) return [{ ...member, place: 'query', key: httpQuery }];
    if (httpHeader) return [{ ...member, place: 'header', key: httpHeader.toLowerCase() }];
    if (httpPrefixHeaders) return [{ ...member, place: 'metadata', key: httpPrefixHeaders }];
    if (httpPayload) return [{ ...member, place: 'payload', key: xmlName ?? name }];
    return [];
  });
}

const byMethodAndTarget = Map.groupBy(modelOperations, ({ method, target }) => `${method} ${target}`);

/** The operation of a request: among the candidates, the one for which the request has the most parameters. */
export function findOperation(
  method: string,
  target: Target,
  query: URLSearchParams,
  headers: Record<string, unknown>,
): ModelOperation | undefined {
  const fits = (byMethodAndTarget.get(`${method} ${target}`) ?? [])
    .map((operation) => ({ operation, fit: fitOf(operation, query, headers) }))
    .filter(({ fit }) => fit >= 0)
    .sort((one, other) => other.fit - one.fit);
  return fits[0]?.operation;
}

/** How well a request fits an operation; negative if it does not. Subresources decide before required members. */
function fitOf(
  { name, subresource, members }: ModelOperation,
  query: URLSearchParams,
  headers: Record<string, unknown>,
): number {
  const fixed = subresource.every(
    ([parameter, value]) => query.has(parameter) && (!value || query.get(parameter) === value),
  );
  const required = members.filter((member) => member.required && member.place !== 'payload');
  const given = required.filter(({ place, key }) => (place === 'query' ? query.has(key) : Object.hasOwn(headers, key)));
  if (!fixed || (subresource.length === 0 && given.length < required.length)) return -1;
  return subresource.length * 100 + given.length * 10 + (query.get('x-id') === name ? 1 : 0);
}
