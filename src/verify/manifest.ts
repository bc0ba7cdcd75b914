import type { Column, ColumnKind } from './column.ts';
import type { ExportFacts } from './export-facts.ts';
import type { Finding, Warning } from './findings.ts';
import type { Checksum, Measures } from './measures.ts';

/** Describes the data of one export; version 1. Redshift's `COPY … MANIFEST` reads `entries`, and knows `schema`, `meta` and
 * `author` from `UNLOAD … MANIFEST VERBOSE`; `export` is ours. The published schema: manifest-schema.ts. */
export interface Manifest {
  entries: ManifestEntry[];
  schema: { elements: { name: string; type: { base: string } }[] };
  meta: { content_length: number; record_count: number };
  author: { name: string; version: string };
  export: ManifestExport;
}

interface ManifestEntry {
  url: string;
  mandatory: true;
  meta: { content_length: number; record_count: number };
}

export interface ManifestExport extends Omit<ExportFacts, 'path'> {
  version: '1';
  verification: 'PASSED' | 'FAILED';
  verifiedAt: string;
  path: string;
  rows: number;
  bytes: number;
  rowsWithLineBreaks: number;
  contentHash: string;
  columns: ManifestColumn[];
  files: ManifestFile[];
  findings: Finding[];
  findingsCount: number;
  warnings: Warning[];
  /** The manifest that latest.json held before this one, if that is of an older export. */
  previousManifest?: string;
  /** The previous manifest has the same content hash. */
  unchanged?: true;
}

interface ManifestColumn extends Omit<Column, 'kind' | 'isExtra'> {
  type: ColumnKind;
  inSchema: boolean;
}

interface ManifestFile {
  /** Below `path`. */
  name: string;
  bytes: number;
  rows: number;
  etag: string;
  checksum?: Checksum;
  /** Missing if the header could not be read. */
  header?: string[];
}

/** Where the manifest of an export is, and where the newest one of its dataset is. */
export interface ManifestKeys {
  manifest: string;
  latest: string;
  /** The start of every other key that belongs to this export's manifest. */
  prefix: string;
}

/** No export writes below it: requests and settings that name it are refused. */
export const MANIFESTS_PREFIX = 'manifests/';

const REDSHIFT_TYPES: Record<ColumnKind, string> = {
  text: 'character varying',
  integer: 'bigint',
  decimal: 'double precision',
  boolean: 'boolean',
};

export function manifestKeys({
  datasetGroup,
  datasetType,
  ingestionMode,
  jobName,
  createdAt,
}: ExportFacts): ManifestKeys {
  const folder = `${MANIFESTS_PREFIX}${datasetGroup}/${datasetType}/${ingestionMode}/`;
  const prefix = `${folder}dt=${createdAt.slice(0, 10)}/${jobName}`;
  return { manifest: `${prefix}.json`, latest: `${folder}latest.json`, prefix };
}

/** The manifest of an export that was read to its end.
 * @param previous for an export without findings: what latest.json holds, if it is of an older export */
export function manifestOf(facts: ExportFacts, measures: Measures, previous: Manifest | undefined): Manifest {
  const { rows, bytes, rowsWithLineBreaks, contentHash, columns, files, findings, findingsCount, warnings } = measures;
  const { path, ...known } = facts;
  const verification = findingsCount === 0 ? 'PASSED' : 'FAILED';
  const isUnchanged = previous?.export.contentHash === contentHash;
  return {
    entries: files.map((file) => ({
      url: path + file.name,
      mandatory: true,
      meta: { content_length: file.bytes, record_count: file.rows },
    })),
    schema: { elements: elementsOf(measures) },
    meta: { content_length: bytes, record_count: rows },
    author: { name: 'personalize-dataset-export', version: '1' },
    export: {
      version: '1',
      verification,
      verifiedAt: new Date().toISOString(),
      ...known,
      path,
      rows,
      bytes,
      rowsWithLineBreaks,
      contentHash,
      columns: columns.map(({ kind, isExtra, ...column }) => ({ ...column, type: kind, inSchema: !isExtra })),
      files,
      findings,
      findingsCount,
      warnings,
      ...(previous && { previousManifest: urlOfManifest(previous.export) }),
      ...(isUnchanged && { unchanged: true }),
    },
  };
}

/** Where the manifest with this `export` block is: in the bucket of its data. */
export function urlOfManifest(facts: ExportFacts): string {
  const [, , bucket] = facts.path.split('/');
  return `s3://${bucket}/${manifestKeys(facts).manifest}`;
}

/** The columns in the order of the first file: Redshift assigns columns by position. */
function elementsOf({ files, columns }: Measures) {
  const names = files.find(({ header }) => header)?.header ?? columns.map(({ name }) => name);
  return names.map((name) => {
    const { kind = 'text' } = columns.find((column) => column.name === name) ?? {};
    return { name, type: { base: REDSHIFT_TYPES[kind] } };
  });
}
