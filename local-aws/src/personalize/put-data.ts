import * as sdk from '@aws-sdk/client-personalize-events';
import { AwsError, type Caller, type Operations } from '../protocols/aws-json.ts';
import { bareName, type Field } from './avro-schema.ts';
import { csvLine } from './csv-line.ts';
import type { Row } from './dataset-rows.ts';
import type { DatasetContent, DatasetContents } from './datasets.ts';
import { misfitOf } from './field-values.ts';
import { type Given, operation } from './operation.ts';
import type { Resource, Resources } from './resources.ts';

/** Values by the bare names of their fields: `numberOfRatings` is the field `NUMBER_OF_RATINGS`. */
type Values = Map<string, string>;

/** An event in JSON: `sentAt` in epoch seconds. */
type WireEvent = Omit<Given<sdk.Event, 'eventType'>, 'sentAt'> & { sentAt: number };
interface PutEventsInput {
  trackingId: string;
  sessionId: string;
  userId?: string;
  eventList: WireEvent[];
}

/** `PutEvents`, `PutItems` and `PutUsers` of the personalize-events API. */
export function putDataOperations(resources: Resources, contents: DatasetContents): Operations {
  type PutItemsInput = Given<sdk.PutItemsRequest, 'datasetArn' | 'items'>;
  type PutUsersInput = Given<sdk.PutUsersRequest, 'datasetArn' | 'users'>;
  return {
    PutEvents: putEvents(resources, contents),
    PutItems: operation<PutItemsInput>(sdk.PutItems$, ({ datasetArn, items }, caller) => {
      const records = items.map(({ itemId, properties }) => ({ id: itemId as string, properties }));
      return putRecords(contents, writable(resources, datasetArn, caller), 'ITEMS', records);
    }),
    PutUsers: operation<PutUsersInput>(sdk.PutUsers$, ({ datasetArn, users }, caller) => {
      const records = users.map(({ userId, properties }) => ({ id: userId as string, properties }));
      return putRecords(contents, writable(resources, datasetArn, caller), 'USERS', records);
    }),
  };
}

function writable(resources: Resources, datasetArn: string, caller: Caller): Resource {
  const dataset = withStatusCode(404, () => resources.get('dataset', datasetArn, caller));
  if (dataset.members.status === 'ACTIVE') return dataset;
  throw new AwsError('ResourceInUseException', `Resource ${datasetArn} is not ACTIVE.`, 409);
}

/** In the events API, exceptions have other status codes. In the main API, all have 400. */
function withStatusCode<T>(statusCode: number, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw error instanceof AwsError ? new AwsError(error.name, error.message, statusCode) : error;
  }
}

function putRecords(
  contents: DatasetContents,
  dataset: Resource,
  datasetType: 'ITEMS' | 'USERS',
  records: { id: string; properties: unknown }[],
): object {
  const content = contents.get(dataset.arn);
  if (content?.datasetType !== datasetType || content.idField === undefined) {
    throw invalid(`${dataset.arn} is not a dataset of type ${datasetType}.`);
  }
  const { fields, idField, rows } = content;
  const given = records.map(({ id, properties }) => {
    const values = propertiesOf(properties, fields);
    values.set(bareName(idField), id);
    return toRow(values, fields, id);
  });
  rows.insertPut(given);
  return {};
}

/**
 * Events without a user wait until an event of the same session has one, and then get that user. Until then they are in no
 * dataset. Source: developer guide, on anonymous users.
 */
function putEvents(resources: Resources, contents: DatasetContents) {
  const anonymous = new Map<string, Values[]>();
  return operation<PutEventsInput>(sdk.PutEvents$, ({ trackingId, sessionId, userId, eventList }, caller) => {
    const { fields, rows } = interactionsOf(resources, contents, trackingId, caller);
    const events = eventList.map((event) => eventValues(event, fields));
    // All rows are made before any is stored: a request is accepted as a whole or not at all.
    const eventRows = events.map((values) =>
      toRow(new Map([...values, ['USERID', userId ?? 'anonymous']]), fields, null),
    );
    const session = `${trackingId} ${sessionId}`;
    if (userId === undefined) {
      anonymous.set(session, [...(anonymous.get(session) ?? []), ...events]);
      return {};
    }
    const earlier = anonymous.get(session) ?? [];
    anonymous.delete(session);
    const earlierRows = earlier.map((values) => toRow(new Map([...values, ['USERID', userId]]), fields, null));
    rows.insertPut([...earlierRows, ...eventRows]);
    return {};
  });
}

function interactionsOf(
  resources: Resources,
  contents: DatasetContents,
  trackingId: string,
  caller: Caller,
): DatasetContent {
  const trackers = resources.list('event-tracker', caller);
  const tracker = trackers.find(({ members }) => members.trackingId === trackingId);
  if (tracker === undefined) throw invalid(`Tracking id ${trackingId} is not valid.`);
  const dataset = resources
    .list('dataset', caller)
    .filter(({ members }) => members.datasetGroupArn === tracker.members.datasetGroupArn)
    .find(({ arn }) => contents.get(arn)?.datasetType === 'INTERACTIONS');
  const content = dataset === undefined ? undefined : contents.get(dataset.arn);
  if (content === undefined || dataset?.members.status !== 'ACTIVE') {
    throw invalid(`The dataset group of tracking id ${trackingId} has no ACTIVE Interactions dataset.`);
  }
  return content;
}

function eventValues(event: WireEvent, fields: Field[]): Values {
  const values = propertiesOf(event.properties, fields);
  const members = {
    itemId: event.itemId,
    eventType: event.eventType,
    eventValue: event.eventValue,
    timestamp: Math.floor(event.sentAt),
    recommendationId: event.recommendationId,
    impression: event.impression?.join('|'),
    eventAttributionSource: event.metricAttribution?.eventAttributionSource,
  };
  for (const [name, value] of Object.entries(members)) {
    if (value !== undefined) values.set(bareName(name), String(value));
  }
  return values;
}

/** Reads `properties`, which is JSON in a string. A property without a field is refused; what the service does is not documented. */
function propertiesOf(properties: unknown, fields: Field[]): Values {
  if (properties === undefined) return new Map();
  const parsed = parseProperties(properties as string);
  const values: Values = new Map();
  for (const [key, value] of Object.entries(parsed)) {
    const name = bareName(key);
    const isKnown = fields.some((field) => bareName(field.name) === name);
    if (!isKnown) throw invalid(`Property ${key} has no field in the dataset's schema.`);
    if (typeof value === 'object' && value !== null)
      throw invalid(`Property ${key} must be text, a number or a boolean.`);
    if (value !== null) values.set(name, String(value));
  }
  return values;
}

/** Keeps a number as text: beyond 2^53, JavaScript would round it. */
function numberAsWritten(_: string, value: unknown, context?: { source: string }): unknown {
  return typeof value === 'number' ? context?.source : value;
}

function parseProperties(properties: string): object {
  let parsed: unknown;
  try {
    parsed = JSON.parse(properties, numberAsWritten);
  } catch {
    throw invalid('The properties are not JSON.');
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw invalid('The properties are not a JSON object.');
  }
  return parsed;
}

function toRow(values: Values, fields: Field[], id: string | null): Row {
  const cells = fields.map((field) => {
    const value = values.get(bareName(field.name)) ?? '';
    const problem = misfitOf(field)(value);
    if (problem !== undefined) throw invalid(`Field ${field.name}: ${problem}.`);
    return value;
  });
  return { line: csvLine(cells), id };
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidInputException', message);
}
