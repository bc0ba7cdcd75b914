import { type Column, columnsOf } from './column.ts';
import { EMPTY_HASH } from './content-hash.ts';
import type { Findings } from './findings.ts';

/** A data object of an export, and what is known of it so far. */
export interface DataFile {
  /** The key below the folder of the export. */
  name: string;
  bytes: number;
  /** Without quotes. */
  etag: string;
  rows: number;
  /** The columns in the order of the file; missing until its header has been read. */
  header?: string[];
  checksum?: Checksum;
}

/** A checksum as S3 stores it: `CRC64NVME`, in Base64. A composite one is of the checksums of the parts. */
export interface Checksum {
  algorithm: string;
  value: string;
  type?: string;
}

/** Everything that is known of the data of an export, as plain JSON: it is stored between two calls. */
export interface Measures extends Findings {
  columns: Column[];
  files: DataFile[];
  rows: number;
  bytes: number;
  rowsWithLineBreaks: number;
  /** Some row has a backslash, which the SerDe of a table takes for an escape character. */
  hasBackslashes?: true;
  /** 32 hexadecimal digits: see docs/manifest.md. */
  contentHash: string;
}

/** @param schema the dataset's Avro schema */
export function emptyMeasures(schema: string, files: DataFile[] = []): Measures {
  return {
    columns: columnsOf(schema),
    files,
    rows: 0,
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    rowsWithLineBreaks: 0,
    contentHash: EMPTY_HASH,
    findings: [],
    findingsCount: 0,
    warnings: [],
  };
}
