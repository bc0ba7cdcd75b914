import { expect, it } from 'vitest';
import { verifyExport } from '../../../src/verify/verify-export.ts';
import { describingPersonalize, FOLDER, verifyEvent } from './export-in-s3.ts';
import { fakeS3 } from './fake-s3.ts';

it.each([
  [60_000, 'pending'],
  [60_001, 'done'],
])('a verification with %i ms left for its call is %s', async (remaining, phase) => {
  const s3 = fakeS3({ [`${FOLDER}part-0.csv`]: 'USER_ID,AGE,SCORE\nu1,30,0.5\n' });
  const clients = { personalize: describingPersonalize(), s3: s3.client };
  expect(await verifyExport(verifyEvent(), () => remaining, {}, clients)).toMatchObject({ phase });
});
