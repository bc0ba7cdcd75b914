import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { AwsError } from '../protocols/aws-json.ts';
import { readBody, takeBody, tooLarge } from '../protocols/read-body.ts';
import { AwsChunkedDecoder } from './aws-chunked.ts';
import { standIn } from './store.ts';
import { bodyWriter } from './stored-body.ts';

/** The largest object of one PUT, or part of one; on S3 it is 5 GiB, but here a form's object is in memory. */
export const MAX_OBJECT_BYTES = 1024 * 1024 * 1024;

/** The largest XML: a DeleteObjects of 1,000 keys, or 10,000 parts. */
const MAX_XML_BYTES = 4 * 1024 * 1024;

/** S3's XML has four levels at most. */
const MAX_XML_DEPTH = 10;

/** What a request to S3 carries: an object of a PUT, a form with one in it, or XML. */
export type S3BodyKind = 'object' | 'form' | 'xml';

/** Reads what a PUT or POST to S3 carries: an object into a file below `folder`, the others into memory. The
 * `aws-chunked` coding is taken off, and off the headers, to which its trailers are added.
 * @throws AwsError `EntityTooLarge`, `IncompleteBody`, `MalformedXML`; ConnectionCut when the client leaves */
export async function readS3Body(
  body: Readable,
  headers: IncomingHttpHeaders,
  kind: S3BodyKind,
  folder: string,
): Promise<Buffer> {
  const limit = kind === 'xml' ? MAX_XML_BYTES : MAX_OBJECT_BYTES;
  if (Number(headers['x-amz-decoded-content-length'] ?? headers['content-length']) > limit) throw tooLarge(limit);
  const codings = (headers['content-encoding'] ?? '').split(',').map((coding) => coding.trim());
  const isChunked =
    codings.includes('aws-chunked') || String(headers['x-amz-content-sha256'] ?? '').startsWith('STREAMING-');
  const decoder = isChunked ? new AwsChunkedDecoder(headers['x-amz-decoded-content-length'] as string) : undefined;
  const data = kind === 'object' ? await storeBody(body, limit, decoder, folder) : await readBody(body, limit, decoder);
  if (decoder) {
    Object.assign(headers, decoder.trailers);
    headers['content-encoding'] = codings.filter((coding) => coding !== 'aws-chunked').join(',');
    if (headers['content-encoding'] === '') delete headers['content-encoding'];
  }
  if (kind === 'xml') checkXml(data.toString('utf8'));
  return data;
}

async function storeBody(
  body: Readable,
  limit: number,
  decoder: AwsChunkedDecoder | undefined,
  folder: string,
): Promise<Buffer> {
  const writer = bodyWriter(folder);
  try {
    await takeBody(body, limit, writer.write, decoder);
    return standIn(writer.end());
  } catch (error) {
    writer.discard();
    throw error;
  }
}

/** The emulator looks for elements with patterns that take for ever on tags that are never closed. */
function checkXml(xml: string): void {
  const open: string[] = [];
  for (const [, slash, name = '', end] of xml.matchAll(/<(\/?)([A-Za-z][\w:.-]*)[^<>]*?(\/?)>/g)) {
    if (end) continue;
    if (!slash && open.push(name) > MAX_XML_DEPTH) throw malformed();
    if (slash && open.pop() !== name) throw malformed();
  }
  if (open.length > 0) throw malformed();
}

function malformed(): AwsError {
  return new AwsError('MalformedXML', 'The XML you provided was not well-formed.');
}
