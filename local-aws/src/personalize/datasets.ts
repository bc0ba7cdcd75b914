import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import * as sdk from '@aws-sdk/client-personalize';
import { AwsError, type Caller, type Operations } from '../protocols/aws-json.ts';
import { type Field, parseAvroSchema } from './avro-schema.ts';
import { type DatasetRows, openDatasetRows } from './dataset-rows.ts';
import type { Jobs } from './jobs.ts';
import { describeOperation, type Given, listOperation, operation } from './operation.ts';
import { arnOf, assertActive, newResource, type Resource, type Resources } from './resources.ts';
import { assertFieldsOf, DATASET_TYPES, datasetTypeOf, ID_FIELDS } from './schema-rules.ts';
import { withTags } from './tags.ts';

/** The contents of a dataset. */
export interface DatasetContent {
  datasetType: string;
  fields: Field[];
  idField: string | undefined;
  rows: DatasetRows;
}

export interface DatasetContents extends Map<string, DatasetContent> {}

/** How long it takes to create a group, a dataset or a tracker: minutes on AWS, but here no client should have to wait. */
const CREATION_SECONDS = 0.02;

/** Schemas, dataset groups, datasets and event trackers. */
export function datasetOperations(
  resources: Resources,
  contents: DatasetContents,
  jobs: Jobs,
  dataDir: string,
): Operations {
  const activate = (resource: Resource) => jobs.start(resources.add(resource), CREATION_SECONDS, async () => {});
  return {
    CreateSchema: createSchema(resources),
    CreateDatasetGroup: createDatasetGroup(resources, activate),
    CreateDataset: createDataset(resources, contents, activate, dataDir),
    CreateEventTracker: createEventTracker(resources, activate),
    ...describeOperations(resources),
    ...listOperations(resources),
  };
}

function createSchema(resources: Resources) {
  return operation<Given<sdk.CreateSchemaRequest, 'name' | 'schema'>>(sdk.CreateSchema$, (input, caller) => {
    const { name, schema, domain } = input;
    const avro = parseAvroSchema(schema);
    const datasetType = datasetTypeOf(avro.name);
    if (datasetType !== undefined) assertFieldsOf(avro.fields, datasetType, domain);
    const schemaArn = arnOf('schema', name, caller);
    resources.assertNew(schemaArn);
    resources.add(newResource('schema', schemaArn, caller, { name, schema, domain, schemaArn }));
    return { schemaArn };
  });
}

function createDatasetGroup(resources: Resources, activate: (resource: Resource) => void) {
  return operation<Given<sdk.CreateDatasetGroupRequest, 'name'>>(sdk.CreateDatasetGroup$, (input, caller) => {
    const { name, roleArn, kmsKeyArn, domain, tags = [] } = input;
    if (kmsKeyArn !== undefined && roleArn === undefined) {
      throw new AwsError('InvalidInputException', 'A roleArn is needed with a kmsKeyArn.');
    }
    const datasetGroupArn = arnOf('dataset-group', name, caller);
    resources.assertNew(datasetGroupArn);
    const members = { name, datasetGroupArn, roleArn, kmsKeyArn, domain };
    activate(newResource('dataset-group', datasetGroupArn, caller, members, withTags(new Map(), tags)));
    return { datasetGroupArn, domain };
  });
}

type CreateDatasetInput = Given<sdk.CreateDatasetRequest, 'name' | 'schemaArn' | 'datasetGroupArn' | 'datasetType'>;

function createDataset(
  resources: Resources,
  contents: DatasetContents,
  activate: (resource: Resource) => void,
  dataDir: string,
) {
  return operation<CreateDatasetInput>(sdk.CreateDataset$, (input, caller) => {
    const { name, schemaArn, datasetGroupArn, datasetType: givenType, tags = [] } = input;
    const datasetType = givenType.toUpperCase();
    if (!DATASET_TYPES.includes(datasetType)) {
      const problem = `Dataset type ${givenType} is not one of ${DATASET_TYPES.join(', ')}.`;
      throw new AwsError('InvalidInputException', problem);
    }
    const fields = schemaFor(resources, input, datasetType, caller);
    // A group has one dataset per type: the ARN has the name of the group and the type, not the name of the dataset.
    const groupName = resources.get('dataset-group', datasetGroupArn, caller).members.name;
    const datasetArn = arnOf('dataset', `${groupName}/${datasetType}`, caller);
    resources.assertNew(datasetArn);
    const tagged = withTags(new Map(), tags);
    assertActive(resources.get('dataset-group', datasetGroupArn, caller));

    const idField = ID_FIELDS[datasetType];
    const rows = openDatasetRows(join(dataDir, `dataset-${randomUUID()}.sqlite`), idField !== undefined);
    contents.set(datasetArn, { datasetType, fields, idField, rows });
    const members = { name, datasetArn, datasetGroupArn, datasetType: givenType, schemaArn };
    activate(newResource('dataset', datasetArn, caller, members, tagged));
    return { datasetArn };
  });
}

function schemaFor(
  resources: Resources,
  { schemaArn, datasetGroupArn }: CreateDatasetInput,
  datasetType: string,
  caller: Caller,
): Field[] {
  const { schema, domain } = resources.get('schema', schemaArn, caller).members as { schema: string; domain?: string };
  const group = resources.get('dataset-group', datasetGroupArn, caller).members;
  if (domain !== group.domain) {
    const domains = `${domain ?? 'none'}, of the dataset group ${group.domain ?? 'none'}`;
    throw new AwsError('InvalidInputException', `The schema and the dataset group have different domains: ${domains}.`);
  }
  const { fields } = parseAvroSchema(schema);
  assertFieldsOf(fields, datasetType, domain);
  return fields;
}

function createEventTracker(resources: Resources, activate: (resource: Resource) => void) {
  type Input = Given<sdk.CreateEventTrackerRequest, 'name' | 'datasetGroupArn'>;
  return operation<Input>(sdk.CreateEventTracker$, (input, caller) => {
    const { name, datasetGroupArn, tags = [] } = input;
    const group = resources.get('dataset-group', datasetGroupArn, caller);
    // "Only one event tracker can be associated with a dataset group." The exception is not documented.
    const others = resources.list('event-tracker', caller);
    const other = others.find(({ members }) => members.datasetGroupArn === datasetGroupArn || members.name === name);
    if (other !== undefined) resources.assertNew(other.arn);
    assertActive(group);
    const trackingId = randomUUID();
    const eventTrackerArn = arnOf('event-tracker', trackingId.slice(0, 8), caller);
    const members = { name, eventTrackerArn, accountId: caller.accountId, trackingId, datasetGroupArn };
    activate(newResource('event-tracker', eventTrackerArn, caller, members, withTags(new Map(), tags)));
    return { eventTrackerArn, trackingId };
  });
}

function describeOperations(resources: Resources): Operations {
  return {
    DescribeSchema: describeOperation(resources, sdk.DescribeSchema$, {
      kind: 'schema',
      arn: 'schemaArn',
      output: 'schema',
      structure: sdk.DatasetSchema$,
    }),
    DescribeDatasetGroup: describeOperation(resources, sdk.DescribeDatasetGroup$, {
      kind: 'dataset-group',
      arn: 'datasetGroupArn',
      output: 'datasetGroup',
      structure: sdk.DatasetGroup$,
    }),
    DescribeDataset: describeOperation(resources, sdk.DescribeDataset$, {
      kind: 'dataset',
      arn: 'datasetArn',
      output: 'dataset',
      structure: sdk.Dataset$,
    }),
    DescribeEventTracker: describeOperation(resources, sdk.DescribeEventTracker$, {
      kind: 'event-tracker',
      arn: 'eventTrackerArn',
      output: 'eventTracker',
      structure: sdk.EventTracker$,
    }),
  };
}

function listOperations(resources: Resources): Operations {
  return {
    ListSchemas: listOperation(resources, sdk.ListSchemas$, {
      kind: 'schema',
      output: 'schemas',
      summary: sdk.DatasetSchemaSummary$,
    }),
    ListDatasetGroups: listOperation(resources, sdk.ListDatasetGroups$, {
      kind: 'dataset-group',
      output: 'datasetGroups',
      summary: sdk.DatasetGroupSummary$,
    }),
    ListDatasets: listOperation(resources, sdk.ListDatasets$, {
      kind: 'dataset',
      filter: 'datasetGroupArn',
      output: 'datasets',
      summary: sdk.DatasetSummary$,
    }),
    ListEventTrackers: listOperation(resources, sdk.ListEventTrackers$, {
      kind: 'event-tracker',
      filter: 'datasetGroupArn',
      output: 'eventTrackers',
      summary: sdk.EventTrackerSummary$,
    }),
  };
}
