import { createHash, randomUUID } from 'node:crypto';
import { appendFileSync, closeSync, mkdirSync, openSync, readSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';

// Files are read and written synchronously: to the system's cache and back, which costs less than a turn through
// the thread pool, and a sender or reader waits for it, so that no more than a piece is in memory.

const COPY_BYTES = 1024 * 1024;

/** The bytes of an S3 object, or of a part of one, in a file of their own. Without bytes there is no file. */
export interface StoredBody {
  file: string;
  length: number;
  /** In hex. */
  md5: string;
}

interface FileRange {
  file: string;
  start: number;
  length: number;
}

export interface BodyWriter {
  write(bytes: Buffer): void;
  end(): StoredBody;
  discard(): void;
}

/** @param folder gets a file with a name of its own; it is made for the first, so that a server that never starts leaves
 * none */
export function bodyWriter(folder: string): BodyWriter {
  const file = join(folder, randomUUID());
  const hash = createHash('md5');
  let length = 0;
  let descriptor: number | undefined;
  const close = () => descriptor !== undefined && closeSync(descriptor);
  return {
    write(bytes) {
      if (descriptor === undefined) {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        descriptor = openSync(file, 'wx');
      }
      appendFileSync(descriptor, bytes);
      hash.update(bytes);
      length += bytes.length;
    },
    end() {
      close();
      return { file, length, md5: hash.digest('hex') };
    },
    discard() {
      close();
      rmSync(file, { force: true });
    },
  };
}

export function removeBody(body: StoredBody | undefined): void {
  if (body) rmSync(body.file, { force: true });
}

/** Bytes of a file to answer with, as a Buffer as far as the emulator looks at it. The file is opened by the first
 * read, in the turn that asks for it: it is read to its end even if it is deleted then, and what is never read leaves
 * nothing open. */
export class BodyStream extends Readable {
  readonly range: FileRange;
  #descriptor: number | undefined;
  #position = 0;

  constructor(range: FileRange) {
    super();
    this.range = range;
  }

  get length(): number {
    return this.range.length;
  }

  subarray(start: number, end: number): BodyStream {
    const length = Math.min(end, this.range.length) - start;
    return new BodyStream({ file: this.range.file, start: this.range.start + start, length });
  }

  override _read(size: number): void {
    const { file, start, length } = this.range;
    if (this.#position === length) return void this.push(null);
    this.#descriptor ??= openSync(file, 'r');
    const bytes = Buffer.allocUnsafe(Math.min(size, length - this.#position));
    this.#position += readFully(this.#descriptor, bytes, start + this.#position);
    this.push(bytes);
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    callback(error);
  }
}

/** Writes bytes of files, one behind the other, into a file of their own. */
export function copyRanges(folder: string, ranges: readonly FileRange[]): StoredBody {
  const writer = bodyWriter(folder);
  try {
    for (const range of ranges) copyRange(range, writer);
    return writer.end();
  } catch (error) {
    writer.discard();
    throw error;
  }
}

function copyRange({ file, start, length }: FileRange, writer: BodyWriter): void {
  if (length === 0) return;
  const buffer = Buffer.allocUnsafe(Math.min(COPY_BYTES, length));
  const descriptor = openSync(file, 'r');
  try {
    for (let copied = 0; copied < length; ) {
      const bytes = buffer.subarray(0, length - copied);
      copied += readFully(descriptor, bytes, start + copied);
      writer.write(bytes);
    }
  } finally {
    closeSync(descriptor);
  }
}

function readFully(descriptor: number, into: Buffer, position: number): number {
  for (let read = 0; read < into.length; ) {
    const bytes = readSync(descriptor, into, read, into.length - read, position + read);
    if (bytes === 0) throw new Error('A body in the S3 folder is shorter than it was written.');
    read += bytes;
  }
  return into.length;
}
