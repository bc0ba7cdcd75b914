import {
  DescribeDatasetCommand,
  DescribeDatasetExportJobCommand,
  DescribeSchemaCommand,
  PersonalizeClient,
} from '@aws-sdk/client-personalize';
import { mockClient } from 'aws-sdk-client-mock';
import type { Verification, VerifyExportEvent } from '../../../src/state.ts';
import type { Manifest } from '../../../src/verify/manifest.ts';
import { verifyExport } from '../../../src/verify/verify-export.ts';
import { datasetArn, datasetExportJobArn, pendingJob, personalizeArn, plannedExport } from '../builders.ts';
import { type FakeS3, jsonAt } from './fake-s3.ts';
import { usersSchema } from './reading.ts';

export const FOLDER = 'exports/shop/INTERACTIONS/run-1/';
export const BUCKET = 'exports-bucket';
export const MANIFEST = 'manifests/shop/INTERACTIONS/ALL/dt=2026-03-14/interactions-run-1.json';
export const LATEST = 'manifests/shop/INTERACTIONS/ALL/latest.json';
export const CREATED = '2026-03-14T09:00:00.000Z';
const schemaArn = personalizeArn('schema/shop-interactions');

/** Personalize as it describes the export job, its dataset and the schema. */
export function describingPersonalize({ createdAt = CREATED, schema = usersSchema } = {}) {
  const client = new PersonalizeClient({});
  const datasetExportJob = {
    status: 'ACTIVE',
    creationDateTime: new Date(createdAt),
    lastUpdatedDateTime: new Date(Date.parse(createdAt) + 600_000),
  };
  mockClient(client)
    .on(DescribeDatasetExportJobCommand)
    .resolves({ datasetExportJob })
    .on(DescribeDatasetCommand)
    .resolves({ dataset: { datasetArn, schemaArn } })
    .on(DescribeSchemaCommand)
    .resolves({ schema: { schemaArn, schema, domain: 'ECOMMERCE' } });
  return client;
}

export function verifyEvent(overrides: Partial<VerifyExportEvent> = {}): VerifyExportEvent {
  return {
    export: plannedExport(),
    job: pendingJob({ phase: 'succeeded', datasetExportJobArn }),
    executionName: 'run-1',
    ...overrides,
  };
}

/** The remaining milliseconds of a function whose time does not run out. */
export const unhurried = () => 900_000;

/** Verifies in one call. */
export function verifyAtOnce(s3: FakeS3, event = verifyEvent(), personalize = describingPersonalize()) {
  return verifyExport(event, unhurried, {}, { personalize, s3: s3.client });
}

/** Verifies as the state machine does: call after call, each of which reads so many pieces of files. */
export async function verifyInCalls(s3: FakeS3, piecesPerCall: number): Promise<Verification[]> {
  const states: Verification[] = [];
  let verification: Verification | undefined;
  do {
    let pieces = 0;
    const remaining = () => (++pieces < piecesPerCall ? 900_000 : 0);
    const event = verifyEvent(verification && { verification });
    verification = await verifyExport(event, remaining, {}, { personalize: describingPersonalize(), s3: s3.client });
    states.push(verification);
  } while (verification.phase === 'pending');
  return states;
}

export const HEADER = 'USER_ID,AGE,SCORE\n';

/** The key of a file of the export. */
export const at = (name: string) => FOLDER + name;

/** An export of three rows in two files. */
export const two = { [at('part-0.csv')]: `${HEADER}u1,30,0.5\nu2,,\n`, [at('part-1.csv')]: `${HEADER}"u\n3",7,1\n` };

export const manifestIn = (s3: FakeS3) => jsonAt<Manifest>(s3, MANIFEST);
