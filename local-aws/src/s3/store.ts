import { createHash } from 'node:crypto';
// The emulator takes another store than its own, but does not export the class: its version is pinned.
import { computeCompositeChecksum } from '../../../node_modules/fauxqs/dist/s3/checksum.js';
import { S3Store } from '../../../node_modules/fauxqs/dist/s3/s3Store.js';
import { AwsError } from '../protocols/aws-json.ts';
import { BodyStream, bodyWriter, copyRanges, removeBody, type StoredBody } from './stored-body.ts';

type S3Object = ReturnType<S3Store['headObject']>;
type PutObject = Parameters<S3Store['putObject']>;
type CreateMultipartUpload = Parameters<S3Store['createMultipartUpload']>;
type PartSpecs = Parameters<S3Store['completeMultipartUpload']>[1];

/** What the emulator has for a body: an empty Buffer that leads to the file. */
interface StandIn extends Buffer {
  stored?: StoredBody;
}

interface Part extends StoredBody {
  checksum: string | undefined;
}

interface Upload {
  bucket: string;
  key: string;
  checksumAlgorithm: CreateMultipartUpload[5];
  parts: Map<number, Part>;
}

/** Of every part but the last. */
const MIN_PART_BYTES = 5 * 1024 * 1024;

export function standIn(stored: StoredBody): StandIn {
  return Object.assign(Buffer.alloc(0), { stored });
}

/** The emulator's store with the bodies in files. What it keeps in memory is empty, and what it works out of a body is
 * put right here; an object's parts are kept here alone. */
export class FileS3Store extends S3Store {
  readonly #folder: string;
  readonly #uploads = new Map<string, Upload>();

  /** @param folder where the bodies are; the caller's to delete */
  constructor(folder: string) {
    super();
    this.#folder = folder;
  }

  override putObject(...[bucket, key, body, ...properties]: PutObject): S3Object {
    const stored = this.#keep(body);
    const replaced = this.#bodyOf(bucket, key);
    try {
      const object = super.putObject(bucket, key, standIn(stored), ...properties);
      removeBody(replaced);
      return Object.assign(object, { contentLength: stored.length, etag: `"${stored.md5}"` });
    } catch (error) {
      removeBody(stored);
      throw error;
    }
  }

  override getObject(bucket: string, key: string): S3Object {
    const object = super.getObject(bucket, key);
    const { file = '', length = 0 } = (object.body as StandIn).stored ?? {};
    return { ...object, body: new BodyStream({ file, start: 0, length }) as unknown as Buffer };
  }

  override deleteObject(bucket: string, key: string): void {
    const deleted = this.#bodyOf(bucket, key);
    super.deleteObject(bucket, key);
    removeBody(deleted);
  }

  override createMultipartUpload(...given: CreateMultipartUpload): string {
    const uploadId = super.createMultipartUpload(...given);
    const [bucket, key, , , , checksumAlgorithm] = given;
    this.#uploads.set(uploadId, { bucket, key, checksumAlgorithm, parts: new Map() });
    return uploadId;
  }

  override uploadPart(uploadId: string, partNumber: number, body: Buffer, checksum?: string) {
    const stored = this.#keep(body);
    const parts = this.#uploads.get(uploadId)?.parts;
    if (!parts) removeBody(stored);
    // Refuses an upload that is not there.
    super.uploadPart(uploadId, partNumber, Buffer.alloc(0));
    removeBody(parts?.get(partNumber));
    parts?.set(partNumber, { ...stored, checksum });
    return { etag: `"${stored.md5}"`, ...(checksum && { checksumValue: checksum }) };
  }

  override completeMultipartUpload(uploadId: string, specs: PartSpecs): S3Object {
    const upload = this.#uploads.get(uploadId);
    if (!upload) return super.completeMultipartUpload(uploadId, specs);
    const parts = partsFor(specs, upload);
    const stored = copyRanges(
      this.#folder,
      parts.map((part) => ({ ...part, start: 0 })),
    );
    const replaced = this.#bodyOf(upload.bucket, upload.key);
    // The emulator checks no part: it is given one, in which there is nothing.
    const { etag } = super.uploadPart(uploadId, 1, Buffer.alloc(0));
    const object = super.completeMultipartUpload(uploadId, [{ partNumber: 1, etag }]);
    removeBody(replaced);
    this.#forget(uploadId);
    return Object.assign(
      object,
      { body: standIn(stored), contentLength: stored.length },
      ofParts(parts, specs, upload),
    );
  }

  override abortMultipartUpload(uploadId: string): void {
    super.abortMultipartUpload(uploadId);
    this.#forget(uploadId);
  }

  #forget(uploadId: string): void {
    for (const part of this.#uploads.get(uploadId)?.parts.values() ?? []) removeBody(part);
    this.#uploads.delete(uploadId);
  }

  /** The stand-in's file, a copy of what is another object's, or the bytes out of a form. */
  #keep(body: StandIn | BodyStream): StoredBody {
    if (body instanceof BodyStream) return copyRanges(this.#folder, [body.range]);
    if (body.stored) return body.stored;
    const writer = bodyWriter(this.#folder);
    writer.write(body);
    return writer.end();
  }

  #bodyOf(bucket: string, key: string): StoredBody | undefined {
    try {
      return (super.headObject(bucket, key).body as StandIn).stored;
    } catch {
      return undefined;
    }
  }
}

/** The parts that a client wants an object of, as it wants them.
 * @throws AwsError where S3 would not take them */
function partsFor(specs: PartSpecs, { parts }: Upload): Part[] {
  return specs.map(({ partNumber, etag }, index) => {
    if (index > 0 && partNumber <= (specs[index - 1]?.partNumber ?? 0)) {
      throw new AwsError('InvalidPartOrder', 'The list of parts was not in ascending order.');
    }
    const part = parts.get(partNumber);
    if (part?.md5 !== etag.replaceAll('"', '')) {
      throw new AwsError('InvalidPart', `Part ${partNumber} was not uploaded, or has another entity tag.`);
    }
    if (index < specs.length - 1 && part.length < MIN_PART_BYTES) {
      throw new AwsError('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size.');
    }
    return part;
  });
}

/** What an object has by the parts that it was made of. */
function ofParts(parts: Part[], specs: PartSpecs, { checksumAlgorithm }: Upload): Partial<S3Object> {
  const digests = Buffer.concat(parts.map(({ md5 }) => Buffer.from(md5, 'hex')));
  const partChecksums = parts.flatMap(({ checksum }) => checksum ?? []);
  let end = 0;
  return {
    etag: `"${createHash('md5').update(digests).digest('hex')}-${parts.length}"`,
    parts: parts.map(({ length }, index) => {
      const offset = end;
      end += length;
      return { partNumber: specs[index]?.partNumber ?? 0, offset, length };
    }),
    ...(checksumAlgorithm &&
      partChecksums.length > 0 && {
        checksumAlgorithm,
        checksumValue: computeCompositeChecksum(checksumAlgorithm, partChecksums),
        checksumType: 'COMPOSITE',
        partChecksums,
      }),
  };
}
