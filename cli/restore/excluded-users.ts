import { createReadStream } from 'node:fs';
import { CsvError, parse } from 'csv-parse';
import { UsageError } from '../usage-error.ts';

/** Reads the ids of users, one per line. The format is CSV with one column: an id with a comma or a quote is in quotes. A header
 * `USER_ID` and empty lines are skipped.
 * @throws UsageError that names the file and the line */
export async function readExcludedUsers(file: string): Promise<ReadonlySet<string>> {
  const users = new Set<string>();
  const parser = parse({ bom: true, relax_column_count: true, skip_empty_lines: true, info: true });
  const source = createReadStream(file);
  source.on('error', (error) => parser.destroy(error));
  try {
    for await (const { record, info } of source.pipe(parser)) {
      if (record.length !== 1) {
        throw new UsageError(
          `${file}, line ${info.lines}: there are ${record.length} values instead of one user id. Put an id with a comma in quotes.`,
        );
      }
      if (users.size > 0 || record[0] !== 'USER_ID') users.add(record[0]);
    }
  } catch (error) {
    if (error instanceof CsvError) throw new UsageError(`${file} is not a list of user ids: ${error.message}`);
    if ((error as NodeJS.ErrnoException).code)
      throw new UsageError(`${file} can't be read: ${(error as Error).message}`);
    throw error;
  }
  if (users.size === 0) throw new UsageError(`${file} has no user ids. Without --exclude-users nobody is left out.`);
  return users;
}
