import { dataFileReader } from '../../../src/verify/data-file-reader.ts';
import { type DataFile, emptyMeasures, type Measures } from '../../../src/verify/measures.ts';

/** An Avro schema of Personalize with these fields, by name and type. */
export function schemaOf(fields: Record<string, unknown>): string {
  const list = Object.entries(fields).map(([name, type]) => ({ name, type }));
  return JSON.stringify({ type: 'record', name: 'Test', namespace: 'com.amazonaws.personalize.schema', fields: list });
}

export const usersSchema = schemaOf({ USER_ID: 'string', AGE: ['null', 'int'], SCORE: ['null', 'float'] });

/** The measures of files by their contents, each read in pieces of `pieceBytes`, or whole. */
export function measuresOf(
  schema: string,
  contents: (string | Buffer)[],
  pieceBytes = Number.MAX_SAFE_INTEGER,
): Measures {
  const measures = emptyMeasures(schema, contents.map(dataFile));
  for (const [index, content] of contents.entries()) {
    readWhole(measures, measures.files[index] as DataFile, Buffer.from(content), pieceBytes);
  }
  return measures;
}

export function dataFile(content: string | Buffer, index: number): DataFile {
  return { name: `part-${index}.csv`, bytes: Buffer.byteLength(content), etag: `etag-${index}`, rows: 0 };
}

export function readWhole(measures: Measures, file: DataFile, content: Buffer, pieceBytes: number): void {
  const reader = dataFileReader(measures, file);
  let goesOn = true;
  for (let at = 0; at < content.length && goesOn; at += pieceBytes)
    goesOn = reader.push(content.subarray(at, at + pieceBytes));
  if (goesOn) reader.end();
  reader.settle();
}
