import type { EventBridgeEvent } from '../protocols/eventbridge-event.ts';
import { mismatchesOf } from './mismatches.ts';
import type { BusEvent } from './page/model.ts';
import type { ConsoleSources, RuleVerdict } from './sources.ts';

/** An event that came to a bus, with what its rules made of it. */
export interface BusRecord {
  event: EventBridgeEvent;
  bus: string;
  rules: RuleVerdict[];
  /** In epoch milliseconds. */
  receivedAt: number;
}

const views = new WeakMap<BusRecord, BusEvent>();

/** An event with the rules that matched it, and why others did not. */
export function busEventOf(record: BusRecord, matches: ConsoleSources['matches']): BusEvent {
  const view = views.get(record) ?? viewOf(record, matches);
  views.set(record, view);
  return view;
}

function viewOf({ event, bus, rules, receivedAt }: BusRecord, matches: ConsoleSources['matches']): BusEvent {
  const members: Record<string, unknown> = { ...event };
  return {
    ...{ id: event.id, time: receivedAt, bus, source: event.source, detailType: event['detail-type'], event: members },
    rules: rules.map(({ name, matched, isDisabled, targetArns, pattern }) => ({
      ...{ name, matched, targets: targetArns },
      ...(isDisabled && { disabled: true }),
      mismatches: matched ? [] : mismatchesOf(pattern, members, matches),
    })),
  };
}
