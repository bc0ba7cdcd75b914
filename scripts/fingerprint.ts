import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** A hash of the names and the contents of files, and of the files in folders at any depth. A missing path has no files.
 * @param besides other values that the hash follows from */
export async function fingerprint(paths: string[], besides: string[] = []): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(besides));
  for (const path of paths) {
    for (const file of await filesIn(path)) hash.update(JSON.stringify(file)).update(await readFile(file));
  }
  return hash.digest('hex');
}

async function filesIn(path: string): Promise<string[]> {
  if (!existsSync(path)) return [];
  if (!(await stat(path)).isDirectory()) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
