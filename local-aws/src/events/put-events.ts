import { randomUUID } from 'node:crypto';
import { AwsError } from '../protocols/aws-json.ts';
import type { EventBridgeEvent } from '../protocols/eventbridge-event.ts';
import { isDeeper } from '../protocols/read-body.ts';

/** An entry of a `PutEvents` request; `Time` in epoch seconds. */
interface Entry {
  Time?: number;
  Source?: string;
  Resources?: string[];
  DetailType?: string;
  Detail?: string;
  EventBusName?: string;
}

interface FailedEntry {
  ErrorCode: string;
  ErrorMessage: string;
}

type ResultEntry = { EventId: string } | FailedEntry;

/** The maximum size of a request, in bytes: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevent-size.html */
const SIZE_LIMIT = 262_144;

export interface PutEventsOptions {
  accountId: string;
  region: string;
  /** Receives each accepted event, with the name of its bus. */
  onEvent: (event: EventBridgeEvent, eventBusName: string) => void;
}

/** Carries out `PutEvents`. A wrong entry fails by itself, and the response says why. @throws AwsError `ValidationException` */
export function putEvents(input: Record<string, unknown>, options: PutEventsOptions) {
  const entries = entriesOf(input);
  const results: ResultEntry[] = entries.map((entry) => {
    const failure = failureOf(entry);
    if (failure) return failure;
    const event = envelopeOf(entry, options);
    options.onEvent(event, eventBusNameOf(entry.EventBusName));
    return { EventId: event.id };
  });
  return { FailedEntryCount: results.filter((result) => 'ErrorCode' in result).length, Entries: results };
}

/** A bus is named by its name or its ARN; `default` if not at all. */
export function eventBusNameOf(nameOrArn: unknown): string {
  return String(nameOrArn ?? 'default').replace(/^arn:[^/]*:event-bus\//, '');
}

function entriesOf({ Entries: entries }: Record<string, unknown>): Entry[] {
  if (!Array.isArray(entries)) throw invalidEntries('Value null', 'Member must not be null');
  const value = `Value '[${entries.length} entries]'`;
  if (entries.length < 1) throw invalidEntries(value, 'Member must have length greater than or equal to 1');
  if (entries.length > 10) throw invalidEntries(value, 'Member must have length less than or equal to 10');
  const size = entries.reduce((total, entry) => total + sizeOf(entry), 0);
  if (size <= SIZE_LIMIT) return entries;
  throw new AwsError('ValidationException', 'Total size of the entries in the request is over the limit.');
}

function invalidEntries(value: string, constraint: string): AwsError {
  const message = `1 validation error detected: ${value} at 'entries' failed to satisfy constraint: ${constraint}`;
  return new AwsError('ValidationException', message);
}

function sizeOf({ Time, Source = '', DetailType = '', Detail = '', Resources = [] }: Entry): number {
  const texts = [Source, DetailType, Detail, ...Resources];
  return texts.reduce((size, text) => size + Buffer.byteLength(String(text)), Time === undefined ? 0 : 14);
}

function failureOf(entry: Entry): FailedEntry | undefined {
  for (const member of ['Source', 'DetailType', 'Detail'] as const) {
    if (entry[member]) continue;
    const message = `Parameter ${member} is not valid. Reason: ${member} is a required argument.`;
    return { ErrorCode: 'InvalidArgument', ErrorMessage: message };
  }
  if (entry.Source?.startsWith('aws.')) {
    return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' };
  }
  if (!detailOf(entry)) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  return undefined;
}

function detailOf({ Detail = '' }: Entry): Record<string, unknown> | undefined {
  try {
    const detail = JSON.parse(Detail);
    if (isDeeper(detail)) return undefined;
    return typeof detail === 'object' && detail !== null && !Array.isArray(detail) ? detail : undefined;
  } catch {
    return undefined;
  }
}

function envelopeOf(entry: Entry, { accountId, region }: PutEventsOptions): EventBridgeEvent {
  const time = entry.Time === undefined ? new Date() : new Date(entry.Time * 1000);
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': entry.DetailType ?? '',
    source: entry.Source ?? '',
    account: accountId,
    time: time.toISOString().replace(/\.\d+Z$/, 'Z'),
    region,
    resources: entry.Resources ?? [],
    detail: detailOf(entry) ?? {},
  };
}
