import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** A file that is written once and never changed. It is deleted when no body uses it any more. */
interface BodyFile {
  path: string;
  uses: number;
}

/** Bytes of one file. */
export interface Slice {
  file: BodyFile;
  start: number;
  length: number;
}

/** The bytes of an object or of a part: slices in order, or no slices if it is empty. */
export type Body = readonly Slice[];

/** The files that hold the bodies. Their names are random, so a key never becomes a path. */
export interface BodyFiles {
  /** Writes a file at the speed of the slower side. The caller holds the body. If reading or writing fails, the file is
   * deleted. */
  write(bytes: AsyncIterable<Buffer>): Promise<Body>;
  /** Counts one more use of the body, by a copy or a reader. */
  hold(body: Body): Body;
  /** Reduces the number of uses by one, and deletes the files that are no longer used. */
  release(body: Body | undefined): void;
  /** Resolves when all unused files are deleted. */
  settled(): Promise<void>;
}

const READ_BYTES = 256 * 1024;

/** @param folder is created with the first file */
export function bodyFiles(folder: string): BodyFiles {
  const deletions = new Set<Promise<void>>();
  const remove = (path: string) => {
    const deletion = rm(path, { force: true })
      .catch(() => {})
      .finally(() => deletions.delete(deletion));
    deletions.add(deletion);
  };
  return {
    async write(bytes) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const file = { path: join(folder, randomUUID()), uses: 1 };
      const stream = createWriteStream(file.path, { flags: 'wx', mode: 0o600 });
      try {
        await pipeline(bytes, stream);
      } catch (error) {
        remove(file.path);
        throw error;
      }
      if (stream.bytesWritten > 0) return [{ file, start: 0, length: stream.bytesWritten }];
      remove(file.path);
      return [];
    },
    hold(body) {
      for (const { file } of body) file.uses += 1;
      return body;
    },
    release(body = []) {
      for (const { file } of body) {
        file.uses -= 1;
        if (file.uses === 0) remove(file.path);
      }
    },
    settled: async () => {
      while (deletions.size > 0) await Promise.all(deletions);
    },
  };
}

export function lengthOf(body: Body): number {
  return body.reduce((total, { length }) => total + length, 0);
}

/** A range of a body. It does not read or hold the body. */
export function sliceOf(body: Body, start: number, length: number): Body {
  const slices: Slice[] = [];
  let skipped = 0;
  for (const slice of body) {
    const from = Math.max(start - skipped, 0);
    const to = Math.min(start + length - skipped, slice.length);
    if (from < to) slices.push({ file: slice.file, start: slice.start + from, length: to - from });
    skipped += slice.length;
  }
  return slices;
}

/** Streams the bytes of a body that the caller holds. */
export function readBody(body: Body): Readable {
  return Readable.from(bytesOf(body), { objectMode: false });
}

export async function* bytesOf(body: Body): AsyncGenerator<Buffer> {
  for (const { file, start, length } of body) {
    yield* createReadStream(file.path, { start, end: start + length - 1, highWaterMark: READ_BYTES });
  }
}
