import { describe, expect, it } from 'vitest';
import { folderOf, listDataFiles } from '../../../src/verify/data-objects.ts';
import type { ExportFacts } from '../../../src/verify/export-facts.ts';
import { MAX_NAME_BYTES } from '../../../src/verify/finding-texts.ts';
import { firstProgress } from '../../../src/verify/progress.ts';
import { readFiles } from '../../../src/verify/read-files.ts';
import { sdkError } from '../builders.ts';
import { at, BUCKET, FOLDER, HEADER } from './export-in-s3.ts';
import { fakeS3 } from './fake-s3.ts';
import { usersSchema } from './reading.ts';

const KEY = at('part-0.csv');

/** A file in S3, and the progress of a verification that has not read it. */
async function unread(content: string) {
  const s3 = fakeS3({ [KEY]: content });
  const facts = { path: `s3://${BUCKET}/${FOLDER}`, schema: usersSchema } as ExportFacts;
  return { s3, progress: firstProgress(facts, await listDataFiles(folderOf(facts.path), s3.client)) };
}

it('a row without a line end is read at the end of a file', async () => {
  const { s3, progress } = await unread(`${HEADER}u1,1,1\nu2,2,2`);
  expect(await readFiles(progress, () => true, s3.client)).toBe(true);
  expect(progress.measures.rows).toBe(2);
});

it('a file that cannot be read is not read to its end', async () => {
  const { s3, progress } = await unread(`${'N'.repeat(MAX_NAME_BYTES + 1)}\n${'u1\n'.repeat(1_000)}`);
  let pieces = 0;
  await readFiles(progress, () => ++pieces > 0, s3.client);
  expect(pieces * s3.pieceBytes).toBeLessThan(2 * MAX_NAME_BYTES);
});

describe('a file that changes', () => {
  it.each(['GetObject', 'HeadObject'])('a change that %s meets is remembered', async (operation) => {
    const { s3, progress } = await unread(`${HEADER}u1,1,1\n`);
    s3.before = (called) => {
      if (called === operation) throw sdkError('PreconditionFailed', { status: 412 });
    };
    expect(await readFiles(progress, () => true, s3.client)).toBe(true);
    expect(progress.changed).toEqual(['part-0.csv']);
  });

  it('any other error of HeadObject is thrown', async () => {
    const { s3, progress } = await unread(`${HEADER}u1,1,1\n`);
    s3.before = (called) => {
      if (called === 'HeadObject') throw sdkError('AccessDenied', { status: 403 });
    };
    await expect(readFiles(progress, () => true, s3.client)).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});
