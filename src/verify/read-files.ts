import type { S3Client } from '@aws-sdk/client-s3';
import { dataFileReader } from './data-file-reader.ts';
import { checksumOf, type Folder, folderOf, listDataFiles } from './data-objects.ts';
import { EXPECTED } from './finding-texts.ts';
import { addFinding } from './findings.ts';
import type { DataFile } from './measures.ts';
import { ObjectChangedError, objectPieces, throwIfChanged } from './object-pieces.ts';
import type { Progress } from './progress.ts';

/** Reads the files of an export from where `progress` is, and moves it forward. Never holds more than one row and a few
 * pieces of a file in memory.
 * @param mayContinue asked after each piece
 * @returns whether everything was read */
export async function readFiles(progress: Progress, mayContinue: () => boolean, client: S3Client): Promise<boolean> {
  const { files } = progress.measures;
  const folder = folderOf(progress.facts.path);
  for (; progress.file < files.length; progress.file += 1, progress.offset = 0) {
    if (!(await readFile(files[progress.file] as DataFile, folder, progress, mayContinue, client))) return false;
  }
  return true;
}

/** @returns whether the file was read to its end, or as far as it can be read */
async function readFile(
  file: DataFile,
  folder: Folder,
  progress: Progress,
  mayContinue: () => boolean,
  client: S3Client,
): Promise<boolean> {
  const reader = dataFileReader(progress.measures, file);
  const settle = () => {
    progress.offset += reader.settle();
  };
  let isReadable = true;
  try {
    for await (const piece of objectPieces(folder, file, progress.offset, client)) {
      isReadable = reader.push(piece);
      if (!isReadable) break;
      if (!mayContinue()) {
        settle();
        return false;
      }
    }
    if (isReadable) reader.end();
    const checksum = await checksumOf(folder, file, client).catch(asChange);
    if (checksum) file.checksum = checksum;
  } catch (error) {
    if (!(error instanceof ObjectChangedError)) throw error;
    progress.changed.push(file.name);
  }
  settle();
  return true;
}

function asChange(error: Error): never {
  throwIfChanged(error);
  throw error;
}

/** Once everything was read: adds a finding for each object that is not as it was when reading began. */
export async function checkUnchanged({ facts, measures, changed }: Progress, client: S3Client): Promise<void> {
  const before = versionsOf(measures.files);
  const now = versionsOf(await listDataFiles(folderOf(facts.path), client));
  const names = [...before.keys(), ...now.keys()].filter((name) => before.get(name) !== now.get(name));
  for (const file of new Set([...changed, ...names])) {
    addFinding(measures, { file, expected: EXPECTED.unchangedObject });
  }
}

function versionsOf(files: DataFile[]): Map<string, string> {
  return new Map(files.map(({ name, bytes, etag }) => [name, `${bytes} ${etag}`]));
}
