import { isUtf8 } from 'node:buffer';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CsvError, parse } from 'csv-parse';
import { JobFailedError } from './jobs.ts';

/** A quote that is never closed would otherwise make the rest of the file one record. */
const MAX_RECORD_CHARACTERS = 1024 * 1024;

const LINE_FEED = 0x0a;

/**
 * Parses a CSV file: UTF-8, with the line ends of any system, mixed ones included.
 * @param take receives each record, the header first, with the number of its last line
 * @throws JobFailedError that names the file; what `take` throws
 */
export async function readCsv(
  body: Readable,
  file: string,
  take: (record: string[], line: number) => void,
  signal: AbortSignal,
): Promise<void> {
  try {
    await pipeline(body, (chunks) => onlyUtf8(chunks, file), csvParser(take), { signal });
  } catch (error) {
    if (error instanceof CsvError) throw new JobFailedError(`Input CSV ${file} is malformed: ${error.message}`);
    throw error;
  }
}

/** The parser hands over each record as it is parsed: passing a million records through a stream would take seconds. */
function csvParser(take: (record: string[], line: number) => void) {
  let countedTwice = 0;
  return parse({
    bom: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: MAX_RECORD_CHARACTERS,
    on_record(record: string[], { lines }) {
      // Inside of quotes, the parser counts both characters of a CRLF as a line end.
      for (const value of record) if (value.includes('\r\n')) countedTwice += value.split('\r\n').length - 1;
      take(record, lines - countedTwice);
      return null;
    },
  });
}

/** Passes bytes on, as long as they are UTF-8. Otherwise different names would become one, each with a replacement character.
 * @throws JobFailedError that names the file and the line */
async function* onlyUtf8(chunks: AsyncIterable<Buffer>, file: string): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let line = 1;
  let previous: Buffer | undefined;
  const wrongBytes = (at: number) =>
    new JobFailedError(
      `Input CSV ${file} is not encoded in UTF-8, but perhaps in Windows-1252 or ISO 8859-1: line ${at} has bytes that are not UTF-8.`,
    );
  for await (const chunk of chunks) {
    if (!previous && isUtf16(chunk)) {
      throw new JobFailedError(`Input CSV ${file} is encoded in UTF-16. It must be encoded in UTF-8.`);
    }
    if (!decodes(decoder, chunk)) throw wrongBytes(line + linesBeforeWrongByte(chunk, previous));
    line += countLines(chunk);
    previous = chunk;
    yield chunk;
  }
  if (!decodes(decoder)) throw wrongBytes(line);
}

/** Detects UTF-16 by its byte order mark, or by a zero byte beside the first character, which is ASCII. */
function isUtf16([first, second]: Buffer): boolean {
  return (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff) || first === 0 || second === 0;
}

/** Without a chunk, tells whether the text may end here. */
function decodes(decoder: InstanceType<typeof TextDecoder>, chunk?: Buffer): boolean {
  try {
    decoder.decode(chunk, { stream: chunk !== undefined });
    return true;
  } catch {
    return false;
  }
}

/** @param previous the chunk before, in which the first character of this one may begin */
function linesBeforeWrongByte(chunk: Buffer, previous: Buffer = Buffer.alloc(0)): number {
  const bytes = Buffer.concat([characterAtEnd(previous), chunk]);
  let lines = 0;
  for (let start = 0; start < bytes.length; lines++) {
    const end = bytes.indexOf(LINE_FEED, start);
    if (!isUtf8(bytes.subarray(start, end < 0 ? bytes.length : end))) return lines;
    start = end < 0 ? bytes.length : end + 1;
  }
  return lines;
}

/** The bytes of a character that is not complete yet: at most three. */
function characterAtEnd(bytes: Buffer): Buffer {
  const last = bytes.subarray(-3);
  const start = last.findLastIndex((byte) => byte >= 0xc0);
  const character = start < 0 ? Buffer.alloc(0) : last.subarray(start);
  return character.some((byte) => byte < 0x80) ? Buffer.alloc(0) : character;
}

function countLines(chunk: Buffer): number {
  let count = 0;
  for (let at = chunk.indexOf(LINE_FEED); at >= 0; at = chunk.indexOf(LINE_FEED, at + 1)) count++;
  return count;
}
