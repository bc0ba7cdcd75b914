import { expect, it } from 'vitest';
import type { ExportFacts } from '../../../src/verify/export-facts.ts';
import { firstProgress, readProgress, writeProgress } from '../../../src/verify/progress.ts';
import { kmsKeyArn } from '../builders.ts';
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
