import { S3Client } from '@aws-sdk/client-s3';
import { GetExecutionHistoryCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { describe, expect, it } from 'vitest';
import { comparison, prove } from '../../../../cli/restore/prove.ts';
import { mocked } from '../../../mocked.ts';
import { datasetArn, executionArn } from '../../builders.ts';

const sfn = mocked(SFNClient);

describe('comparison', () => {
  it.each([
    ['aa', true, 'Proved: the restored dataset has the same 7 rows.'],
    ['bb', false, 'It has 7 rows with the hash bb; 7 rows with the hash aa were restored'],
  ])('comparison with the hash %s of an export says whether the restore is proved: %s', (contentHash, proved, says) => {
    const compared = comparison({ rows: 7, contentHash: 'aa' }, { rows: 7, contentHash });
    expect(compared).toEqual({ proved, text: expect.stringContaining(says) });
  });
});

it('prove proves nothing if the export of the restored dataset has no manifest', async () => {
  sfn.on(StartExecutionCommand).resolves({ executionArn, startDate: new Date() });
  sfn.on(GetExecutionHistoryCommand).resolves({
    events: [
      {
        ...{ id: 2, type: 'ExecutionFailed', timestamp: new Date() },
        executionFailedEventDetails: { error: 'ExportFailed', cause: 'No room left.' },
      },
    ],
  });
  const client = new SFNClient({ region: 'eu-west-1' });
  const { proved, text } = await prove(
    { datasetArn, rows: 7, contentHash: 'aa' },
    {
      ...{ sfn: client, s3: new S3Client({ region: 'eu-west-1' }), stateMachineArn: 'machine' },
      ...{ stream: { write: () => true } as unknown as NodeJS.WriteStream, signal: new AbortController().signal },
    },
  );
  expect(proved).toBe(false);
  expect(text).toMatch(/^Not proved: .* has no manifest\.\n.*No room left/s);
});
