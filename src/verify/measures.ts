import { type Column, columnsOf } from './column.ts';
import type { Findings } from './findings.ts';

/** A data object of an export, as far as it has been read. */
export interface DataFile {
  key: string;
  bytes: number;
  etag: string;
  /** The columns of the file, in its order; missing until its header has been read. */
  header?: string[];
  rows: number;
  /** The object's checksum as S3 has it: `CRC64NVME:…`. */
  checksum?: string;
}

/** Everything that is known of an export's data, as plain JSON: it is kept between two calls. */
export interface Measures extends Findings {
  columns: Column[];
  files: DataFile[];
  rows: number;
  bytes: number;
  rowsWithLineBreaks: number;
  /** 32 hexadecimal digits: see docs/manifest.md. */
  contentHash: string;
}

/** @param schema the dataset's Avro schema */
export function emptyMeasures(schema: string): Measures {
  return {
    columns: columnsOf(schema),
    files: [],
    rows: 0,
    bytes: 0,
    rowsWithLineBreaks: 0,
    contentHash: '0'.repeat(32),
    findings: [],
    findingsCount: 0,
    warnings: [],
  };
}
