import { rmSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';

export type IngestionMode = 'BULK' | 'PUT' | 'ALL';

/** A row as a CSV line in the order of the schema. Rows that are equal in every field have equal lines. */
export interface Row {
  line: string;
  /** The id of the item or user; null for rows without an id, such as Interactions. */
  id: string | null;
}

/** The rows of a dataset. Each has a source: 0 for the Put operations, otherwise the number of its import. */
export interface DatasetRows {
  insertPut(rows: Row[]): void;
  /** Begins an import. No export has its rows before `complete`. */
  begin(): number;
  insert(source: number, rows: Row[]): void;
  /** `FULL` replaces the rows of earlier imports, but not put rows. `INCREMENTAL` adds rows. */
  complete(source: number, importMode: 'FULL' | 'INCREMENTAL'): Promise<void>;
  discard(source: number): Promise<void>;
  /** The lines to export. The caller reads them as fast as it can write them. */
  lines(ingestionMode: IngestionMode): Iterable<string>;
  close(): void;
}

const PUT_SOURCE = 0;
const DELETE_BATCH = 20_000;

/** @param file a SQLite file for this dataset, deleted on `close` */
export function openDatasetRows(file: string, hasIds: boolean): DatasetRows {
  const database = openDatabase(file);
  const insertRow = database.prepare('INSERT INTO rows (source, id, line) VALUES (?, ?, ?)');
  const imports = new Set<number>();
  let lastImport = PUT_SOURCE;

  return {
    insertPut: (rows) => insertAll(database, insertRow, PUT_SOURCE, rows),
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
      if (ingestionMode !== 'BULK') sources.push(PUT_SOURCE);
      return selectLines(database, sources, hasIds && ingestionMode === 'ALL');
    },
    close() {
      database.close();
      rmSync(file, { force: true });
    },
  };
}

/** The file does not outlive the process, so it need not survive a crash. */
function openDatabase(file: string): DatabaseSync {
  const database = new DatabaseSync(file);
  database.exec(`
    PRAGMA journal_mode = MEMORY;
    PRAGMA synchronous = OFF;
    CREATE TABLE rows (seq INTEGER PRIMARY KEY, source INTEGER NOT NULL, id TEXT, line TEXT NOT NULL);
  `);
  return database;
}

/** Inserts all rows in one synchronous transaction, so that no other statement runs inside of it. */
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
    `DELETE FROM rows WHERE seq IN (SELECT seq FROM rows WHERE source = ? LIMIT ${DELETE_BATCH})`,
  );
  while (Number(deleteSome.run(source).changes) > 0) await nextTurn();
}

/**
 * Returns equal lines once. With `newestOnly`, returns the last line of each id; how the service finds the newest is not
 * documented. GROUP BY sorts on disk: for a million rows it is 7 times as fast as DISTINCT or a UNIQUE index, and needs little
 * memory.
 */
function* selectLines(database: DatabaseSync, sources: number[], newestOnly: boolean): Generator<string> {
  const from = `FROM rows WHERE source IN (${sources.join(', ')})`;
  // In SQLite, the other columns beside a single max() are those of the row with the maximum.
  const query = newestOnly ? `SELECT line, max(seq) ${from} GROUP BY id` : `SELECT line ${from} GROUP BY line`;
  const select = database.prepare(query);
  // Rows as objects would outlive V8's young generation, and use tens of MB until the old one is collected.
  select.setReturnArrays(true);
  for (const [line] of select.iterate() as Iterable<unknown[]>) yield line as string;
}
