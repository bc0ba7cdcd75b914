import { rmSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';

export type IngestionMode = 'BULK' | 'PUT' | 'ALL';

/** A row as its CSV line in the schema's order, so that rows equal in every field are equal lines. */
export interface Row {
  line: string;
  /** The item's or the user's id; null where rows have none, as for Interactions. */
  id: string | null;
}

/** A dataset's rows, each with its source: 0 for PUT data, else the number of the import that brought it. */
export interface DatasetRows {
  insertPut(rows: Row[]): void;
  /** Opens an import; its rows show in no export before `complete`. */
  begin(): number;
  insert(source: number, rows: Row[]): void;
  /** `FULL` replaces the rows of earlier imports, never PUT data; `INCREMENTAL` adds to them. */
  complete(source: number, importMode: 'FULL' | 'INCREMENTAL'): Promise<void>;
  discard(source: number): Promise<void>;
  /** The lines to export; the caller pulls them as it can write them. */
  lines(ingestionMode: IngestionMode): Iterable<string>;
  close(): void;
}

const putSource = 0;
const deleteBatch = 20_000;

/** @param file a SQLite file of its own, deleted on `close` */
export function openDatasetRows(file: string, hasIds: boolean): DatasetRows {
  const database = openDatabase(file);
  const insertRow = database.prepare('INSERT INTO rows (source, id, line) VALUES (?, ?, ?)');
  const imports = new Set<number>();
  let lastImport = putSource;

  return {
    insertPut: (rows) => insertAll(database, insertRow, putSource, rows),
    begin: () => ++lastImport,
    insert: (source, rows) => insertAll(database, insertRow, source, rows),
    async complete(source, importMode) {
      const replaced = importMode === 'FULL' ? [...imports] : [];
      for (const earlier of replaced) imports.delete(earlier);
      imports.add(source);
      for (const earlier of replaced) await deleteAll(database, earlier);
    },
    discard: (source) => deleteAll(database, source),
    lines(ingestionMode) {
      const sources = ingestionMode === 'PUT' ? [] : [...imports];
      if (ingestionMode !== 'BULK') sources.push(putSource);
      return selectLines(database, sources, hasIds && ingestionMode === 'ALL');
    },
    close() {
      database.close();
      rmSync(file, { force: true });
    },
  };
}

/** The file is thrown away with the emulator, so nothing is spent on surviving a crash. */
function openDatabase(file: string): DatabaseSync {
  const database = new DatabaseSync(file);
  database.exec(`
    PRAGMA journal_mode = MEMORY;
    PRAGMA synchronous = OFF;
    CREATE TABLE rows (seq INTEGER PRIMARY KEY, source INTEGER NOT NULL, id TEXT, line TEXT NOT NULL);
  `);
  return database;
}

/** One transaction, begun and ended at once: none is open while others work on the connection. */
function insertAll(database: DatabaseSync, insertRow: StatementSync, source: number, rows: Row[]): void {
  database.exec('BEGIN');
  try {
    for (const { id, line } of rows) insertRow.run(source, id, line);
  } finally {
    database.exec('COMMIT');
  }
}

async function deleteAll(database: DatabaseSync, source: number): Promise<void> {
  const deleteSome = database.prepare(
    `DELETE FROM rows WHERE seq IN (SELECT seq FROM rows WHERE source = ? LIMIT ${deleteBatch})`,
  );
  while (Number(deleteSome.run(source).changes) > 0) await nextTurn();
}

/**
 * Exact duplicates are one line; with `newestOnly`, an id is one line, the one that came last: what "newest" goes by
 * is not documented. GROUP BY sorts on disk: on a million rows 7 times as fast as DISTINCT or a UNIQUE index, and
 * without holding them.
 */
function* selectLines(database: DatabaseSync, sources: number[], newestOnly: boolean): Generator<string> {
  const from = `FROM rows WHERE source IN (${sources.join(', ')})`;
  // SQLite takes the other columns of a lone max() from the row that has the maximum.
  const query = newestOnly ? `SELECT line, max(seq) ${from} GROUP BY id` : `SELECT line ${from} GROUP BY line`;
  const select = database.prepare(query);
  // Rows as objects outlive V8's young generation: tens of MB until the old one is collected.
  select.setReturnArrays(true);
  for (const [line] of select.iterate() as Iterable<unknown[]>) yield line as string;
}
