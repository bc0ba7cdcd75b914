import { isUtf8 } from 'node:buffer';

const QUOTE = 0x22;
const COMMA = 0x2c;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const FIRST_BUFFER_BYTES = 256 * 1024;
/** Readable bytes after the last field. */
const SLACK_BYTES = 4;

/** The longest row that is read. Personalize accepts values of up to 20,000 characters, so that a longer row is an open
 * quote or not CSV. The limit keeps it from filling the memory. */
export const MAX_ROW_BYTES = 4 * 1024 * 1024;

/** One row of a CSV file: the value of field n is `bytes[starts[n] … ends[n])`, without its quotes. Valid until the callback
 * returns, because the next row uses the same object. */
export interface Row {
  bytes: Uint8Array;
  /** The same bytes. A few more can be read after the last field. */
  view: DataView;
  starts: number[];
  ends: number[];
  fields: number;
  /** How many fields are in quotes: only those can hold a comma, a quote or a line feed. */
  quoted: number;
  /** The first field whose quotes break the rules, or -1. */
  badlyQuoted: number;
  /** The file ended inside the quotes of the last field. */
  openQuote: boolean;
  /** The fields with quotes that are written as two. The callback gets them as one. */
  escaped: number[];
  /** Whether the row may have bytes that are not UTF-8, because a row near it has. */
  suspect: boolean;
  /** A byte order mark, which is not part of the first field, is before the row. */
  afterMark: boolean;
}

export interface RowReader {
  /** Takes the next piece of the file and calls back for each row that ends in it.
   * @returns false if a row is longer than `MAX_ROW_BYTES`: call neither `push` nor `end` again */
  push(piece: Uint8Array): boolean;
  /** Calls back for the last row, if no line end follows it. */
  end(): void;
  /** How many bytes were read up to the end of the last row that was called back: where the next row begins. */
  position(): number;
}

/** Reads CSV as in RFC 4180: commas, double quotes, LF or CRLF, UTF-8. Works on bytes: a caller that needs the text of a
 * field decodes it. Skips empty lines.
 * @param isFileStart false if the bytes continue a file, so that a byte order mark is part of a value */
export function csvRows(onRow: (row: Row) => void, isFileStart = true): RowReader {
  const row = emptyRow();
  // Each piece is copied into one buffer, after the row that the piece before it left unfinished. A new buffer for each piece
  // would be slower.
  let buffer = newBuffer(FIRST_BUFFER_BYTES);
  let length = 0;
  let position = 0;
  let mayHaveMark = isFileStart;

  const startsWithMark = () => mayHaveMark && BYTE_ORDER_MARK.equals(buffer.subarray(0, Math.min(length, 3)));

  /** @returns false if a row is too long */
  const read = (isLast: boolean): boolean => {
    row.bytes = buffer;
    if (row.view.buffer !== buffer.buffer) row.view = new DataView(buffer.buffer);
    row.suspect = !isUtf8(buffer.subarray(0, isLast ? length : endOfLastLine(buffer, length)));
    row.afterMark = startsWithMark();
    let at = row.afterMark ? BYTE_ORDER_MARK.length : 0;
    let done = 0;
    let isTooLong = false;
    while (at < length) {
      const next = readRow(row, at, length, isLast);
      isTooLong = (next < 0 ? length : next) - at > MAX_ROW_BYTES;
      if (next < 0 || isTooLong) break;
      const isBlank = row.fields === 1 && row.starts[0] === at && row.ends[0] === at;
      at = next;
      done = next;
      mayHaveMark = false;
      if (isBlank) continue;
      if (row.escaped.length > 0) joinQuotes(row);
      onRow(row);
      row.afterMark = false;
    }
    position += done;
    buffer.copyWithin(0, done, length);
    length -= done;
    return !isTooLong;
  };

  return {
    push(piece) {
      if (length + piece.length > buffer.length - SLACK_BYTES) {
        const larger = newBuffer(2 * (length + piece.length));
        larger.set(buffer.subarray(0, length));
        buffer = larger;
      }
      buffer.set(piece, length);
      length += piece.length;
      return read(false);
    },
    end: () => void read(true),
    position: () => position,
  };
}

function emptyRow(): Row {
  return {
    bytes: new Uint8Array(),
    view: new DataView(new ArrayBuffer(0)),
    starts: [],
    ends: [],
    fields: 0,
    quoted: 0,
    badlyQuoted: -1,
    openQuote: false,
    escaped: [],
    suspect: false,
    afterMark: false,
  };
}

/** A buffer with memory of its own, so that a view of that memory has the same offsets. */
function newBuffer(bytes: number): Buffer {
  return Buffer.from(new ArrayBuffer(bytes + SLACK_BYTES));
}

/** Rows end there. Up to there no character is cut in two. */
function endOfLastLine(buffer: Buffer, length: number): number {
  return buffer.subarray(0, length).lastIndexOf(LINE_FEED) + 1;
}

/** Finds the fields of the row that begins at `from`.
 * @returns where the next row begins, or -1 if the row does not end within the bytes */
function readRow(row: Row, from: number, length: number, isLast: boolean): number {
  const { bytes, starts } = row;
  row.quoted = 0;
  row.badlyQuoted = -1;
  row.openQuote = false;
  if (row.escaped.length > 0) row.escaped = [];
  let field = 0;
  let at = from;
  for (;;) {
    const isQuoted = at < length && bytes[at] === QUOTE;
    if (isQuoted) row.quoted += 1;
    starts[field] = isQuoted ? at + 1 : at;
    at = isQuoted ? endOfQuoted(row, field, at + 1, length, isLast) : endOfPlain(row, field, at, length);
    if (at < 0 || (at === length && !isLast)) return -1;
    field += 1;
    if (at < length && bytes[at] === COMMA) {
      at += 1;
      continue;
    }
    row.fields = field;
    if (at < length) leaveOutCarriageReturn(row, at);
    return Math.min(at + 1, length);
  }
}

/** Ends the last field before the CR of a CRLF. A field in quotes has ended before that already. */
function leaveOutCarriageReturn({ bytes, starts, ends, fields }: Row, lineFeed: number): void {
  const last = fields - 1;
  const endsAtLineFeed = ends[last] === lineFeed && lineFeed > (starts[last] as number);
  if (endsAtLineFeed && bytes[lineFeed - 1] === CARRIAGE_RETURN) ends[last] = lineFeed - 1;
}

/** @returns where the comma or the line feed after the field is, or the length of the bytes */
function endOfPlain(row: Row, field: number, from: number, length: number): number {
  const { bytes, view } = row;
  let at = from;
  while (at < length) {
    // Commas, line feeds and quotes are below the bytes of most letters and digits: four bytes are compared at once.
    const low = bytesUpToComma(view.getInt32(at, true));
    if (low === 0) {
      at += 4;
      continue;
    }
    at += firstByteOf(low);
    const byte = bytes[at];
    if (at >= length || byte === COMMA || byte === LINE_FEED) break;
    if (byte === QUOTE && row.badlyQuoted < 0) row.badlyQuoted = field;
    at += 1;
  }
  row.ends[field] = Math.min(at, length);
  return Math.min(at, length);
}

/** The highest bit of each of four bytes that is at most a comma. Only the lowest such bit is certain to be right.
 * Source: Sean Eron Anderson, "Bit Twiddling Hacks", "Determine if a word has a byte less than n". */
function bytesUpToComma(word: number): number {
  return (word - 0x2d2d2d2d) & ~word & 0x80808080;
}

/** The index of the lowest byte with a bit. */
function firstByteOf(bits: number): number {
  return (31 - Math.clz32(bits & -bits)) >> 3;
}

/** @returns like `endOfPlain`, or -1 if the quotes do not end within the bytes */
function endOfQuoted(row: Row, field: number, from: number, length: number, isLast: boolean): number {
  const { bytes, ends } = row;
  let at = bytes.indexOf(QUOTE, from);
  while (at >= 0 && at + 1 < length && bytes[at + 1] === QUOTE) {
    row.escaped.push(field);
    at = bytes.indexOf(QUOTE, at + 2);
  }
  if (at < 0 || at >= length) {
    if (!isLast) return -1;
    row.openQuote = true;
    ends[field] = length;
    return length;
  }
  ends[field] = at;
  at += 1;
  if (at < length && bytes[at] === CARRIAGE_RETURN && (at + 1 === length || bytes[at + 1] === LINE_FEED)) at += 1;
  if (at === length || bytes[at] === COMMA || bytes[at] === LINE_FEED) return at;
  if (row.badlyQuoted < 0) row.badlyQuoted = field;
  return endOfPlain(row, field, at, length);
}

/** Makes one quote of two, in place. */
function joinQuotes({ bytes, starts, ends, escaped }: Row): void {
  for (const field of new Set(escaped)) {
    let to = starts[field] as number;
    for (let from = to; from < (ends[field] as number); from++) {
      bytes[to] = bytes[from] as number;
      if (bytes[from] === QUOTE) from += 1;
      to += 1;
    }
    ends[field] = to;
  }
}
