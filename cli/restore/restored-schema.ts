import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { MAX_RESOURCE_NAME_CHARACTERS } from '../../src/lambda/limits.ts';
import type { Manifest } from '../../src/verify/manifest.ts';
import { UsageError } from '../usage-error.ts';

/** The schema of the restored dataset. */
export interface RestoredSchema {
  /** Avro, as text. */
  schema: string;
  domain?: string;
  /** The names of its fields, in order: that of the header, because an import needs both in one order. */
  columns: string[];
}

interface AvroRecord {
  fields: { name: string }[];
}

/** The schema of the export with its fields in the order of the first file's header.
 * @throws UsageError if the manifest's schema is not an Avro record */
export function restoredSchema({ export: { schema, domain, files } }: Manifest): RestoredSchema {
  const record = recordOf(schema);
  const [{ header = [] } = {}] = files;
  const place = (name: string) => (header.includes(name) ? header.indexOf(name) : header.length);
  const fields = [...record.fields].sort((one, other) => place(one.name) - place(other.name));
  const isInOrder = fields.every((field, index) => field === record.fields[index]);
  return {
    // The text stays as it was, if it can, so that an equal schema is recognized by people, too.
    schema: isInOrder ? schema : JSON.stringify({ ...record, fields }),
    ...(domain && { domain }),
    columns: fields.map(({ name }) => name),
  };
}

function recordOf(schema: string): AvroRecord {
  try {
    const record = JSON.parse(schema) as AvroRecord;
    if (record.fields.every(({ name }) => typeof name === 'string')) return record;
  } catch {
    // Reported below.
  }
  throw new UsageError("The manifest's export.schema is not an Avro record with fields.");
}

/** Whether two schemas are equal, with their fields in the same order. The order of an object's properties does not count. */
export function isEqualSchema(one: { schema?: string; domain?: string }, other: RestoredSchema): boolean {
  return (one.domain ?? '') === (other.domain ?? '') && isDeepStrictEqual(jsonOf(one.schema), jsonOf(other.schema));
}

function jsonOf(text = ''): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The names of what a restore makes. They follow from what is restored and where to, so that the same command finds what
 * it made before. */
export interface RestoreNames {
  schema: string;
  dataset: string;
  /** Of the first import job; those after a failed one have a number at the end. */
  importJob: string;
}

/** @param excluded a digest of the ids of excluded users, if any are */
export function restoreNames(
  { entries, export: data }: Manifest,
  schema: RestoredSchema,
  group: string,
  excluded = '',
): RestoreNames {
  const type = data.datasetType.toLowerCase();
  const urls = entries.map(({ url }) => url);
  return {
    schema: fitting(group, `-${type}-${digest([schema.schema, schema.domain])}`),
    dataset: fitting(group, `-${type}`),
    importJob: `restore-${type}-${digest([group, type, data.datasetExportJobArn, data.contentHash, urls, excluded])}`,
  };
}

function fitting(start: string, end: string): string {
  return start.slice(0, MAX_RESOURCE_NAME_CHARACTERS - end.length) + end;
}

export function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);
}
