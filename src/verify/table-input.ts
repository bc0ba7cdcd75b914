import type { TableInput } from '@aws-sdk/client-glue';
import { type Manifest, urlOfManifest } from './manifest.ts';

/** Characters in the name of a table, in the name of a column and in a comment. Source: Glue API reference. */
const MAX_NAME_CHARACTERS = 255;

/** The parameters that mark a table as one of this pipeline's, and say which export it has. */
export const PARAMETER = {
  version: 'personalizeExport.version',
  datasetArn: 'personalizeExport.datasetArn',
  datasetExportJobArn: 'personalizeExport.datasetExportJobArn',
  createdAt: 'personalizeExport.createdAt',
  manifest: 'personalizeExport.manifest',
  rows: 'personalizeExport.rows',
  contentHash: 'personalizeExport.contentHash',
} as const;

/** `<group>_<type>_<mode>`, with the characters that Glue and Athena allow: lower-case letters, digits and underscores. */
export function tableName({
  datasetGroup,
  datasetType,
  ingestionMode,
}: Pick<Manifest['export'], 'datasetGroup' | 'datasetType' | 'ingestionMode'>): string {
  return identifier([datasetGroup, datasetType, ingestionMode].join('_'));
}

/** Names for the columns of a header: each is valid, and no two are equal. */
export function columnNames(header: readonly string[]): string[] {
  const names = new Set<string>();
  for (const [index, given] of header.entries()) {
    let name = identifier(given) || 'column';
    while (names.has(name)) name = identifier(`${name.slice(0, MAX_NAME_CHARACTERS - 5)}_${index + 1}`);
    names.add(name);
  }
  return [...names];
}

/** Why no table can describe the data of an export; undefined if a table can. */
export function unreadableReason({ export: { rowsWithLineBreaks, files } }: Manifest): string | undefined {
  const headers = files.flatMap(({ header }) => (header ? [header] : []));
  const [first = []] = headers;
  if (first.some((name) => /[\r\n]/.test(name))) {
    return "A line break inside the name of a column can't be read through a table (OpenCSVSerDe).";
  }
  if (rowsWithLineBreaks > 0) {
    return `A line break inside a value can't be read through a table (OpenCSVSerDe), and ${rowsWithLineBreaks.toLocaleString('en')} rows have one.`;
  }
  if (headers.some((header) => JSON.stringify(header) !== JSON.stringify(first))) {
    return 'Columns in different orders can not be read through a table, and the files of this export have such columns.';
  }
  return undefined;
}

/** The table for the data of an export: every column is text, in the order of the header. */
export function tableInput({ export: facts }: Manifest): TableInput {
  const header = facts.files.find((file) => file.header)?.header ?? [];
  const typeOf = new Map(facts.columns.map(({ name, type }) => [name, type]));
  const names = columnNames(header);
  return {
    Name: tableName(facts),
    Description: `The newest verified export (${facts.ingestionMode}) of ${facts.datasetArn}`,
    TableType: 'EXTERNAL_TABLE',
    Parameters: {
      EXTERNAL: 'TRUE',
      classification: 'csv',
      'skip.header.line.count': '1',
      [PARAMETER.version]: '1',
      [PARAMETER.datasetArn]: facts.datasetArn,
      [PARAMETER.datasetExportJobArn]: facts.datasetExportJobArn,
      [PARAMETER.createdAt]: facts.createdAt,
      [PARAMETER.manifest]: urlOfManifest(facts),
      [PARAMETER.rows]: String(facts.rows),
      [PARAMETER.contentHash]: facts.contentHash,
    },
    StorageDescriptor: {
      Columns: header.map((name, index) => ({ Name: names[index], Type: 'string', Comment: typeOf.get(name) })),
      Location: facts.path,
      InputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
      OutputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
      SerdeInfo: {
        SerializationLibrary: 'org.apache.hadoop.hive.serde2.OpenCSVSerde',
        Parameters: { separatorChar: ',', quoteChar: '"', escapeChar: '\\' },
      },
    },
  };
}

function identifier(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9_]/g, '_')
    .slice(0, MAX_NAME_CHARACTERS);
}
