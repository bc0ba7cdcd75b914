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

/** Sends an operation's output in the headers and the body that the model defines. Resolves when the response is sent or
 * the client has closed the connection.
 * @throws S3Error `InvalidArgument` for a value that a header can't hold, before anything is sent */
export async function sendOutput(
  response: ServerResponse,
  { output: schema, status: modelStatus }: ModelOperation,
  { status: ownStatus = modelStatus }: S3Operation,
  output: Output & { [STATUS]?: number },
): Promise<void> {
  const status = output[STATUS] ?? ownStatus;
  const headers = headersOf(schema, output);
  const { Body: body } = output as { Body?: Body };
  if (body) {
    response.writeHead(status, { ...headers, 'content-length': lengthOf(body) });
    // The client may close the connection in the middle.
    return await pipeline(readBody(body), response).catch(() => {});
  }
  const text = status === 304 ? undefined : bodyOf(schema, output);
  if (text !== undefined) headers['content-type'] = 'application/xml';
  // For HEAD, the output has the object's length.
  if (status !== 204 && status !== 304) headers['content-length'] ??= Buffer.byteLength(text ?? '');
  response.writeHead(status, headers);
  response.end(text);
}

/** Sends an error document. A response to HEAD has only its headers. */
export function sendError(
  response: ServerResponse,
  error: AwsError,
  { method, resource, requestId, hostId }: { method: string; resource: string; requestId: string; hostId: string },
): void {
  const { details, headers } = error instanceof S3Error ? error : { details: {}, headers: {} };
  // Injected faults may have the names of other services: AccessDeniedException. S3's codes have that end only where they
  // are those of KMS: KMS.DisabledException.
  const Code = error instanceof S3Error ? error.name : error.name.replace(/^([^.]+)Exception$/, '$1');
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

/** The XML of an output; `undefined` for an operation without XML in its response. */
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
