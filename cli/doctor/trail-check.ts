import {
  type AdvancedEventSelector,
  type AdvancedFieldSelector,
  type CloudTrailClient,
  DescribeTrailsCommand,
  type EventSelector,
  GetEventSelectorsCommand,
  type GetEventSelectorsCommandOutput,
  GetTrailStatusCommand,
  type Trail,
} from '@aws-sdk/client-cloudtrail';
import { type Check, fail, ok } from './check.ts';
import { type Deployment, deployCommand } from './deployment.ts';
import type { Observation } from './report-schema.ts';
import { present, unknownFor } from './unknown.ts';

export const trailCheck: Check = {
  name: 'trail',
  checks: 'A CloudTrail trail logs write management events in this region, if the import trigger is on.',
  why: 'Without such a trail, EventBridge gets no events of imports, so that no import starts an export.',
  actions: ['cloudtrail:DescribeTrails', 'cloudtrail:GetEventSelectors', 'cloudtrail:GetTrailStatus'],
  needsStack: false,
  run: async ({ clients: { cloudTrail }, deployment }) => {
    if (isImportTriggerOff(deployment)) return [ok('Not needed: the setting importTrigger is false.')];
    const { trailList } = await cloudTrail.send(new DescribeTrailsCommand({ includeShadowTrails: true }));
    const trails = present(trailList, 'cloudtrail:DescribeTrails', 'trailList');
    return [judge(await Promise.all(trails.map((trail) => examine(cloudTrail, trail))), deployment)];
  },
};

function isImportTriggerOff({ reading }: Deployment): boolean {
  return reading.stack?.template.Resources.ImportStartedRule?.Properties?.State === 'DISABLED';
}

/** A trail, and why it does not serve; or the error of a call about it. */
interface Examined {
  name: string;
  lacks?: string;
  error?: Error;
}

async function examine(client: CloudTrailClient, trail: Trail): Promise<Examined> {
  const { TrailARN, Name = TrailARN ?? '' } = trail;
  const named = TrailARN ?? Name;
  try {
    const [{ IsLogging }, selectors] = await Promise.all([
      client.send(new GetTrailStatusCommand({ Name: named })),
      client.send(new GetEventSelectorsCommand({ TrailName: named })),
    ]);
    if (!present(IsLogging, 'cloudtrail:GetTrailStatus', 'IsLogging')) return { name: Name, lacks: 'does not log' };
    return {
      name: Name,
      ...(!logsWrites(selectors, trail) && { lacks: 'logs no write management events of Personalize' }),
    };
  } catch (error) {
    return { name: Name, error: error as Error };
  }
}

/** A trail has selectors of one of the two kinds, or logs all management events. */
function logsWrites(
  { EventSelectors, AdvancedEventSelectors }: GetEventSelectorsCommandOutput,
  { HasCustomEventSelectors }: Trail,
): boolean {
  present(EventSelectors ?? AdvancedEventSelectors, 'cloudtrail:GetEventSelectors', 'EventSelectors');
  const hasNone = (EventSelectors ?? []).length + (AdvancedEventSelectors ?? []).length === 0;
  if (hasNone) return HasCustomEventSelectors === false;
  const isWriting = ({ IncludeManagementEvents = true, ReadWriteType = 'All' }: EventSelector) =>
    IncludeManagementEvents && ReadWriteType !== 'ReadOnly';
  const selects = ({ FieldSelectors = [] }: AdvancedEventSelector) =>
    FieldSelectors.length > 0 && FieldSelectors.every(letsPass);
  return (EventSelectors ?? []).some(isWriting) || (AdvancedEventSelectors ?? []).some(selects);
}

/** The fields of CloudTrail's event of CreateDatasetImportJob that an advanced selector can name. */
const EVENT: Record<string, string> = {
  eventCategory: 'Management',
  readOnly: 'false',
  eventSource: 'personalize.amazonaws.com',
  eventName: 'CreateDatasetImportJob',
};

/** Whether a field selector lets the event pass. One on another field may not. */
function letsPass({
  Field = '',
  Equals,
  NotEquals,
  StartsWith,
  NotStartsWith,
  EndsWith,
  NotEndsWith,
}: AdvancedFieldSelector): boolean {
  const value = EVENT[Field];
  if (value === undefined) return false;
  return (
    (!Equals || Equals.includes(value)) &&
    !NotEquals?.includes(value) &&
    (!StartsWith || StartsWith.some((start) => value.startsWith(start))) &&
    !NotStartsWith?.some((start) => value.startsWith(start)) &&
    (!EndsWith || EndsWith.some((end) => value.endsWith(end))) &&
    !NotEndsWith?.some((end) => value.endsWith(end))
  );
}

function judge(trails: Examined[], deployment: Deployment): Observation {
  const serving = trails.filter(({ lacks, error }) => !lacks && !error).map(({ name }) => name);
  if (serving.length > 0) return ok(`${serving.join(', ')} logs write management events.`);
  const unread = trails.find(({ error }) => error);
  if (unread?.error) return unknownFor(unread.error);
  const others = trails.map(({ name, lacks }) => `${name} ${lacks}`).join(', ');
  return fail(
    others ? `No trail serves in ${deployment.region}: ${others}.` : `There is no trail in ${deployment.region}.`,
    `Create one: ${deployCommand(deployment, 'createTrail=true')}. Or, if imports need not start exports, set importTrigger to false.`,
  );
}
