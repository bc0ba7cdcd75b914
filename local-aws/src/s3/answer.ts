import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { NormalizedSchema } from '@smithy/core/schema';
import type { AwsError } from '../protocols/aws-json.ts';
import { type Body, lengthOf, readBody } from './body-files.ts';
import { invalidArgument, S3Error } from './errors.ts';
import type { ModelOperation } from './model.ts';
import type { Output, S3Operation } from './operation.ts';
import { STATUS } from './read-objects.ts';
import { writeErrorXml, writeXml } from './xml.ts';

type Headers = Record<string, string | number>;

/** Answers with an operation's output, as the model lays it out. Resolves when it is sent, or the client has left.
 * @throws S3Error `InvalidArgument` for a text that no header can hold, before anything is sent */
export async function sendOutput(
  response: ServerResponse,
  { output: schema, status: modelStatus, method }: ModelOperation,
  { status: ownStatus = modelStatus }: S3Operation,
  output: Output & { [STATUS]?: number },
): Promise<void> {
  const status = output[STATUS] ?? ownStatus;
  const headers = headersOf(schema, output);
  const { Body: body } = output as { Body?: Body };
  if (body) {
    response.writeHead(status, { ...headers, 'content-length': lengthOf(body) });
    // A client may leave in the middle; the connection ends with it.
    return await pipeline(readBody(body), response).catch(() => {});
  }
  const text = status === 304 || method === 'HEAD' ? undefined : bodyOf(schema, output);
  if (text !== undefined) headers['content-type'] = 'application/xml';
  // The length that HEAD tells is the object's.
  if (status !== 204 && status !== 304) headers['content-length'] ??= Buffer.byteLength(text ?? '');
  response.writeHead(status, headers);
  response.end(text);
}

/** Answers with an error document; one to HEAD has only its headers. */
export function sendError(
  response: ServerResponse,
  error: AwsError,
  { method, resource, requestId, hostId }: { method: string; resource: string; requestId: string; hostId: string },
): void {
  const { details, headers } = error instanceof S3Error ? error : { details: {}, headers: {} };
  // Faults and denials have the names that other services use: AccessDeniedException.
  const Code = error instanceof S3Error ? error.name : error.name.replace(/Exception$/, '');
  const document = {
    Code,
    Message: error.message,
    ...details,
    Resource: resource,
    RequestId: requestId,
    HostId: hostId,
  };
  const text = method === 'HEAD' ? undefined : writeErrorXml(document);
  response.writeHead(error.statusCode, {
    ...headers,
    'content-type': 'application/xml',
    'content-length': Buffer.byteLength(text ?? ''),
  });
  response.end(text);
}

function headersOf(schema: NormalizedSchema, output: Output): Headers {
  const headers: Headers = {};
  for (const [name, member] of schema.structIterator()) {
    const { httpHeader, httpPrefixHeaders } = member.getMergedTraits();
    const value = output[name];
    if (value === undefined || value === null) continue;
    if (httpHeader) headers[httpHeader.toLowerCase()] = headerText(value);
    if (httpPrefixHeaders) {
      for (const [key, text] of Object.entries(value as object))
        headers[`${httpPrefixHeaders}${key}`] = headerText(text);
    }
  }
  return headers;
}

function headerText(value: unknown): string {
  const text = value instanceof Date ? value.toUTCString() : String(value);
  if (/^[\t\x20-\x7e\x80-\xff]*$/.test(text)) return text;
  throw invalidArgument('Header value cannot be represented using ISO-8859-1.', 'response-header', text);
}

/** The XML of an output, where the operation has any. */
function bodyOf(schema: NormalizedSchema, output: Output): string | undefined {
  const members = [...schema.structIterator()].filter(([, member]) => {
    const { httpHeader, httpPrefixHeaders } = member.getMergedTraits();
    return !httpHeader && !httpPrefixHeaders && !member.isBlobSchema();
  });
  if (members.length === 0) return undefined;
  const [[name, member]] = members as [[string, NormalizedSchema]];
  const { httpPayload, xmlName = name } = member.getMergedTraits();
  if (httpPayload) return writeXml(xmlName, (output[name] ?? {}) as Output, member);
  return writeXml(schema.getMergedTraits().xmlName ?? schema.getName() ?? '', output, schema);
}
