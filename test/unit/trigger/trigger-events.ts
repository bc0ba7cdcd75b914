import { executionFor, type TriggerContext } from '../../../src/trigger/event-to-execution.ts';
import type { ReadRequestFile, RequestFile } from '../../../src/trigger/request-file.ts';
import type { StartExportEvent } from '../../../src/trigger/start-export-event.ts';
import { datasetArn, triggered } from '../builders.ts';

export const request = { datasetArn };

/** Reads a request file with this content. */
export const holding =
  (file: RequestFile): ReadRequestFile =>
  async () =>
    file;

/** The execution that an event starts. Every request file holds `request`, unless the context says otherwise. */
export const execute = (event: StartExportEvent, context: Partial<TriggerContext> = {}) =>
  executionFor(event, { importDatasetGroups: [], readRequestFile: holding({ request }), ...context });

export const importActive = (Arn: unknown) => triggered('solution-import-active', { Arn, Status: 'ACTIVE' });

export const newFile = (object: object, bucket = 'exports-bucket') =>
  triggered('request-dropped', {
    bucket: { name: bucket },
    object: { key: 'requests/a.json', etag: 'e1', sequencer: '01', ...object },
  });

export const scheduled = (schedule: string, scheduledTime: string, id = 'attempt-1') =>
  triggered('schedule', { schedule, scheduledTime, request }, { id });

export const requested = (detail: object, id = 'event-1', source = 'shop.orders') =>
  triggered('export-requested', detail, { id, source });
