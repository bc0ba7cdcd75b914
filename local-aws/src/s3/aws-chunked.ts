import { type S3Error, s3Error } from './errors.ts';

/** The longest line: a chunk's size with its signature, or a trailer. */
const MAX_LINE_BYTES = 8 * 1024;
const MAX_TRAILERS = 20;

/**
 * Decodes an `aws-chunked` body: `<hex size>[;chunk-signature=…]\r\n<data>\r\n … 0\r\n[trailers\r\n]\r\n`, see
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html. The signatures are not checked.
 */
export class AwsChunkedDecoder {
  /** The headers that follow the data, such as checksums, by their names in lower case. */
  readonly trailers: Record<string, string> = {};
  #expected: 'size' | 'data' | 'line end' | 'trailer' | 'nothing' = 'size';
  /** The start of a line that is not complete yet. */
  #started: Buffer = Buffer.alloc(0);
  #missing = 0;
  #length = 0;
  readonly #decodedLength: number | undefined;

  /** @param decodedLength the value of `x-amz-decoded-content-length` */
  constructor(decodedLength: string | undefined) {
    if (decodedLength !== undefined && !/^\d{1,15}$/.test(decodedLength)) throw incomplete();
    this.#decodedLength = decodedLength === undefined ? undefined : Number(decodedLength);
  }

  push(bytes: Buffer): Buffer[] {
    const data: Buffer[] = [];
    let rest = this.#started.length > 0 ? Buffer.concat([this.#started, bytes]) : bytes;
    this.#started = Buffer.alloc(0);
    while (rest.length > 0 && this.#expected !== 'nothing') {
      if (this.#expected === 'data') {
        const piece = rest.subarray(0, this.#missing);
        data.push(piece);
        this.#missing -= piece.length;
        if (this.#missing === 0) this.#expected = 'line end';
        rest = rest.subarray(piece.length);
        continue;
      }
      const end = rest.indexOf('\r\n');
      if (end > MAX_LINE_BYTES || (end < 0 && rest.length > MAX_LINE_BYTES)) throw incomplete();
      if (end < 0) {
        this.#started = Buffer.from(rest);
        break;
      }
      this.#takeLine(rest.toString('latin1', 0, end));
      rest = rest.subarray(end + 2);
    }
    return data;
  }

  end(): void {
    // Some clients do not end the trailers with an empty line.
    const isComplete = this.#expected === 'nothing' || (this.#expected === 'trailer' && this.#started.length === 0);
    if (!isComplete || this.#length !== (this.#decodedLength ?? this.#length)) throw incomplete();
  }

  #takeLine(line: string): void {
    if (this.#expected === 'size') {
      const [, size] = /^([0-9a-fA-F]{1,12})(;.*)?$/.exec(line) ?? [];
      if (size === undefined) throw incomplete();
      this.#missing = Number.parseInt(size, 16);
      this.#length += this.#missing;
      this.#expected = this.#missing === 0 ? 'trailer' : 'data';
    } else if (this.#expected === 'line end') {
      if (line !== '') throw incomplete();
      this.#expected = 'size';
    } else {
      const [, name, value] = /^([\w-]+):\s*(.*?)\s*$/.exec(line) ?? [];
      if (name !== undefined && value !== undefined) this.trailers[name.toLowerCase()] = value;
      else if (line !== '') throw incomplete();
      if (line === '' || Object.keys(this.trailers).length > MAX_TRAILERS) this.#expected = 'nothing';
    }
  }
}

function incomplete(): S3Error {
  return s3Error('IncompleteBody', { message: 'The body is not what its aws-chunked coding and its headers promise.' });
}
