import { DescribeSchemaCommand } from '@aws-sdk/client-personalize';
import { describe, expect, it } from 'vitest';
import { datasetArn, sdkError } from '../unit/builders.ts';
import { schemaOf } from '../unit/verify/reading.ts';
import { created, exportStatuses, planned, polled, summarised } from './machine.ts';
import { verifying } from './verifying.ts';

const read = ['VerifyExport', 'VerificationPhase'];
const before = [...planned, ...created, ...polled];
const after = ['Notify', ...summarised, 'Exported'];

describe.concurrent('an export that is verified', () => {
  it('an export is verified in as many calls as necessary, and then reported', async () => {
    const { path, errors, description, notifications } = await verifying().execute({ datasetArn });
    expect(path).toEqual([...before, ...read, ...read, ...after]);
    expect(errors).toEqual([]);
    expect(description.status).toBe('SUCCEEDED');
    expect(JSON.parse(description.output ?? '').outcomes).toMatchObject([{ verification: 'PASSED', rows: 1 }]);
    expect(notifications).toMatchObject([{ document: { outcome: 'ACTIVE', verification: 'PASSED', rows: 1 } }]);
    expect(notifications[0]?.text).toContain('\nVerification: PASSED, 1 row\n');
  });

  it('an export stays ACTIVE if its verification fails, and the execution succeeds', async () => {
    const { description, notifications } = await verifying('ITEM_ID\ni1\n').execute({ datasetArn });
    expect(description.status).toBe('SUCCEEDED');
    expect(notifications).toMatchObject([
      {
        subject: 'Personalize export ACTIVE, verification FAILED: shop INTERACTIONS (prod, eu-west-1, 123456789012)',
        document: { outcome: 'ACTIVE', verification: 'FAILED', findings: [{ column: 'USER_ID' }] },
      },
    ]);
  });

  it('the verification of an export does not go on for ever', async () => {
    const rows = 'u1\n'.repeat(100);
    const { path, notifications } = await verifying(`USER_ID\n${rows}`, 20).execute({ datasetArn });
    expect(path.filter((state) => state === 'VerifyExport')).toHaveLength(6);
    expect(notifications).toMatchObject([{ document: { outcome: 'ACTIVE', verification: 'NOT VERIFIED' } }]);
  });

  it('an export that cannot be verified is reported with the reason and a remedy', async () => {
    const aws = verifying();
    const message = 'User: … is not authorized to perform: s3:GetObject on resource: …';
    aws.s3.before = (operation) => {
      if (operation === 'GetObject') throw sdkError('AccessDenied', { message, status: 403 });
    };
    const { path, errors, description, notifications } = await aws.execute({ datasetArn });
    expect(path).toEqual([...before, 'VerifyExport', ...after]);
    expect(errors).toEqual(['AccessDenied']);
    expect(description.status).toBe('SUCCEEDED');
    expect(notifications).toMatchObject([
      {
        document: {
          outcome: 'ACTIVE',
          verification: 'NOT VERIFIED',
          verificationReason: `AccessDenied: ${message}`,
          verificationRemedy: expect.stringMatching(/^The role lacks the permission/),
        },
      },
    ]);
  });

  it.each([
    ['is retried twice after an error that is expected to pass', 2, 'PASSED', 2],
    ['is not retried more than twice', 3, 'NOT VERIFIED', 3],
  ])('the verification of an export %s', async (_, failures, verification, attempts) => {
    const aws = verifying();
    let left = failures;
    aws.personalize.on(DescribeSchemaCommand).callsFake(() => {
      if (left-- > 0) throw sdkError('ServiceUnavailable', { status: 503 });
      return { schema: { schema: schemaOf({ USER_ID: 'string' }) } };
    });
    const { errors, notifications } = await aws.execute({ datasetArn });
    expect(errors).toEqual(Array(attempts).fill('TransientError'));
    expect(notifications).toMatchObject([{ document: { outcome: 'ACTIVE', verification } }]);
  });
});

describe.concurrent('an export that is not verified', () => {
  it('an export to another bucket is reported at once, without verification', async () => {
    const jobOutput = { s3DataDestination: { path: 's3://mine/run/' } };
    const { path, notifications } = await verifying().execute({ datasetArn, jobOutput });
    expect(path).toEqual([...before, ...after]);
    expect(notifications[0]?.document).not.toHaveProperty('verification');
  });

  it('a failed export job is reported at once, without verification', async () => {
    const aws = verifying();
    exportStatuses(aws, { status: 'CREATE FAILED', failureReason: 'no' });
    const { path } = await aws.execute({ datasetArn });
    expect(path).not.toContain('VerifyExport');
  });
});
