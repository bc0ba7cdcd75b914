import { expect, it, vi } from 'vitest';
import { logger } from '../../../src/lambda/logger.ts';
import type { ExportFacts } from '../../../src/verify/export-facts.ts';
import { deleteProgress, firstProgress, readProgress, writeProgress } from '../../../src/verify/progress.ts';
import { kmsKeyArn, sdkError } from '../builders.ts';
import { BUCKET } from './export-in-s3.ts';
import { fakeS3 } from './fake-s3.ts';
import { usersSchema } from './reading.ts';

it('the progress of a verification is encrypted with the key of the export, and read back unchanged', async () => {
  const s3 = fakeS3();
  const inputs: object[] = [];
  s3.before = (operation, input) => {
    if (operation === 'PutObject') inputs.push(input);
  };
  const progress = firstProgress({ schema: usersSchema, kmsKeyArn } as ExportFacts, []);
  await writeProgress(BUCKET, 'progress.json', progress, s3.client);
  expect(inputs).toMatchObject([{ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: kmsKeyArn }]);
  expect(await readProgress(BUCKET, 'progress.json', s3.client)).toEqual(progress);
});

it('progress that cannot be deleted is logged, and the rest is deleted', async () => {
  const s3 = fakeS3({ one: '{}', two: '{}' });
  s3.before = (_, { Key }) => {
    if (Key === 'one') throw sdkError('AccessDenied', { status: 403 });
  };
  const warn = vi.spyOn(logger, 'warn');
  await deleteProgress(BUCKET, ['one', 'two'], s3.client);
  expect([...s3.objects.keys()]).toEqual(['one']);
  expect(warn.mock.calls).toEqual([['progress not deleted', { key: 'one', errorName: 'AccessDenied' }]]);
  warn.mockRestore();
});
