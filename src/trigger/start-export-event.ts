import type { FromSchema, JSONSchema } from 'json-schema-to-ts';

/** The triggers: the constants that rules and schedules send with their events. Each rule's name ends in its constant. */
export const TRIGGERS = [
  'import-started',
  'solution-import-active',
  'request-dropped',
  'export-requested',
  'schedule',
] as const;

/** The input of start-export: an event and its trigger. The rule or the schedule names the trigger; the event's sender can't. */
export const startExportEventSchema = {
  type: 'object',
  required: ['trigger', 'event'],
  properties: {
    trigger: { enum: TRIGGERS },
    event: {
      type: 'object',
      required: ['id', 'source', 'detail'],
      properties: { id: { type: 'string' }, source: { type: 'string' }, detail: { type: 'object' } },
    },
  },
} as const satisfies JSONSchema;

export type StartExportEvent = FromSchema<typeof startExportEventSchema>;
export type Trigger = StartExportEvent['trigger'];
export type EventBridgeEvent = StartExportEvent['event'];
