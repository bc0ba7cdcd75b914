import { CreateTableCommand, GetTableCommand, GlueClient } from '@aws-sdk/client-glue';
import { describe, expect, it } from 'vitest';
import { verifyExport } from '../../../src/verify/verify-export.ts';
import { mocked } from '../../mocked.ts';
import { sdkError } from '../builders.ts';
import {
  at,
  describingPersonalize,
  HEADER,
  LATEST,
  MANIFEST,
  manifestIn,
  unhurried,
  verifyAtOnce,
  verifyEvent,
} from './export-in-s3.ts';
import { type FakeS3, fakeS3 } from './fake-s3.ts';

describe('the table of a dataset', () => {
  const glue = mocked(GlueClient);
  const table = 'exports.shop_interactions_all';
  const verifyWithTable = (s3: FakeS3) =>
    verifyExport(
      verifyEvent(),
      unhurried,
      { glueDatabase: 'exports' },
      { personalize: describingPersonalize(), s3: s3.client },
    );
  const oneFile = (rows: string) => fakeS3({ [at('part-0.csv')]: HEADER + rows });

  it('a table is created once the manifest and latest.json are written', async () => {
    const s3 = oneFile('u1,30,0.5\n');
    glue.on(GetTableCommand).rejects(sdkError('EntityNotFoundException', { status: 400 }));
    glue.on(CreateTableCommand).callsFake(() => {
      expect([...s3.objects.keys()]).toEqual(expect.arrayContaining([MANIFEST, LATEST]));
      return {};
    });
    expect(await verifyWithTable(s3)).toMatchObject({ result: 'PASSED', table });
    expect(glue).toHaveReceivedCommandTimes(CreateTableCommand, 1);
  });

  it('an export passes even if Glue refuses the table', async () => {
    glue.on(GetTableCommand).rejects(sdkError('AccessDeniedException', { message: 'not authorized', status: 400 }));
    const verification = await verifyWithTable(oneFile('u1,30,0.5\n'));
    expect(verification).toMatchObject({ result: 'PASSED', tableReason: 'AccessDeniedException: not authorized' });
  });

  it('an export with a line break inside a value does not change the table', async () => {
    const { result, tableReason } = await verifyWithTable(oneFile('"u\n1",30,0.5\n'));
    expect({ result, tableReason }).toEqual({ result: 'PASSED', tableReason: expect.stringMatching(/^A line break/) });
    expect(glue.calls()).toEqual([]);
  });

  it('an export that fails verification does not change the table', async () => {
    const verification = await verifyWithTable(oneFile('u1,30\n'));
    expect(verification).toMatchObject({ result: 'FAILED' });
    expect(verification).not.toHaveProperty('table');
    expect(glue.calls()).toEqual([]);
  });

  it('an export has no table without the setting glueDatabase', async () => {
    const verification = await verifyAtOnce(oneFile('u1,30,0.5\n'));
    expect(verification).not.toHaveProperty('table');
    expect(glue.calls()).toEqual([]);
  });

  it('a table leaves out backslashes, so the manifest and the notification warn of them', async () => {
    glue.on(GetTableCommand).resolves({});
    const s3 = oneFile('a\\b,30,0.5\n');
    const warnings = [{ expected: 'values without a backslash, which Athena leaves out', count: 1 }];
    expect(await verifyWithTable(s3)).toMatchObject({ result: 'PASSED', warnings });
    expect(manifestIn(s3).export.warnings).toEqual(warnings);
    expect(await verifyAtOnce(oneFile('a\\b,30,0.5\n'))).not.toHaveProperty('warnings');
  });
});
