import { readFileSync } from 'node:fs';
import { DescribeDatasetImportJobCommand } from '@aws-sdk/client-personalize';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { strictNotificationSchema } from '../../src/notify/notification-schema.ts';
import { datasetArn, datasetImportJobArn, sdkError } from '../unit/builders.ts';
import type { OtherVersion } from './functions.ts';
import { account, exportStatuses, refuseCreation, request } from './machine.ts';
import { verifying } from './verifying.ts';

// After an update or a rollback, a running execution keeps its definition and its state, and calls the functions of the other
// version: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-read-consistency.html

/** The definition of 2026-11-24: no verification, no NOTHING TO EXPORT, and fewer parameters for the tasks. */
const earlierDefinition: OtherVersion = {
  definition: readFileSync(new URL('../fixtures/definitions/2026-11-24.asl.json', import.meta.url), 'utf8'),
};

/** Every object that a function returned has a field that this version does not know. */
const laterState: OtherVersion = { answer: withUnknownFields };

function withUnknownFields(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withUnknownFields);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).map(([name, field]) => [name, withUnknownFields(field)]);
  return { ...Object.fromEntries(fields), addedLater: 'unknown' };
}

const ajv = new Ajv();
addFormats.default(ajv);
const isNotification = ajv.compile(strictNotificationSchema);

describe.concurrent.each([
  ['of an earlier version’s definition', earlierDefinition],
  ['with a later version’s state', laterState],
])('an execution %s', (_, version) => {
  it('exports, and notifies', async () => {
    const aws = account({}, version);
    exportStatuses(aws, { status: 'CREATE IN_PROGRESS' }, { status: 'ACTIVE' });
    const { errors, description, notifications } = await aws.execute(request);
    expect(errors).toEqual([]);
    expect(description.status).toBe('SUCCEEDED');
    expect(notifications).toMatchObject([{ document: { outcome: 'ACTIVE' } }]);
    expect(isNotification(notifications[0]?.document), JSON.stringify(isNotification.errors)).toBe(true);
  });

  it('an execution waits for its import, and exports its dataset', async () => {
    const aws = account({}, version);
    const datasetImportJob = { datasetArn, status: 'ACTIVE' };
    aws.personalize
      .on(DescribeDatasetImportJobCommand)
      .resolvesOnce({ datasetImportJob: { datasetArn, status: 'CREATE PENDING' } })
      .resolves({ datasetImportJob });
    const { errors, notifications } = await aws.execute({ datasetImportJobArn, jobName: 'interactions-run-1' });
    expect(errors).toEqual([]);
    expect(notifications).toMatchObject([{ document: { outcome: 'ACTIVE' } }]);
  });

  it('an execution notifies that its import failed', async () => {
    const aws = account({}, version);
    const datasetImportJob = { datasetArn, status: 'CREATE FAILED', failureReason: 'line 7' };
    aws.personalize.on(DescribeDatasetImportJobCommand).resolves({ datasetImportJob });
    const { errors, notifications } = await aws.execute({ datasetImportJobArn });
    expect(errors).toEqual([]);
    expect(notifications).toMatchObject([{ document: { outcome: 'IMPORT FAILED', reason: 'line 7' } }]);
  });

  it('an execution notifies that no job could be created', async () => {
    const aws = account({}, version);
    refuseCreation(aws, sdkError('InvalidInputException', { message: 'Role cannot be assumed', status: 400 }));
    const { notifications } = await aws.execute(request);
    expect(notifications).toMatchObject([{ document: { outcome: 'CREATE FAILED' } }]);
  });

  it('an execution notifies that its request was rejected', async () => {
    const { notifications } = await account({}, version).execute({ datasetArn: 'users' });
    expect(notifications).toMatchObject([{ document: { outcome: 'REJECTED' } }]);
  });
});

it('an execution with a later version’s state verifies its export in several calls', async () => {
  const { errors, notifications } = await verifying(undefined, undefined, laterState).execute({ datasetArn });
  expect(errors).toEqual([]);
  expect(notifications).toMatchObject([{ document: { verification: 'PASSED', rows: 1 } }]);
  expect(isNotification(notifications[0]?.document), JSON.stringify(isNotification.errors)).toBe(true);
});
