import type { Cell, SiteName } from './cells.ts';
import type { Kind } from './faults.ts';

/** How an execution ends: the outcome that was published, with that of the verification, how many jobs exist, and the
 * execution's own status. */
export interface Ending {
  outcome: string;
  verification?: string;
  jobs: number;
  status: 'SUCCEEDED' | 'FAILED';
}

const active: Ending = { outcome: 'ACTIVE', verification: 'PASSED', jobs: 1, status: 'SUCCEEDED' };
const notVerified: Ending = { ...active, verification: 'NOT VERIFIED' };
const incomplete: Ending = { ...active, verification: 'FAILED' };
const rejected: Ending = { outcome: 'REJECTED', jobs: 0, status: 'FAILED' };
const notCreated: Ending = { outcome: 'CREATE FAILED', jobs: 0, status: 'FAILED' };
const unsureNone: Ending = { outcome: 'STATUS UNKNOWN', jobs: 0, status: 'FAILED' };
const unsureOne: Ending = { outcome: 'STATUS UNKNOWN', jobs: 1, status: 'FAILED' };
const lateNone: Ending = { outcome: 'TIMED OUT', jobs: 0, status: 'FAILED' };
const lateOne: Ending = { outcome: 'TIMED OUT', jobs: 1, status: 'FAILED' };
const nothing: Ending = { outcome: 'NOTHING TO EXPORT', jobs: 0, status: 'SUCCEEDED' };
/** The message was published, but each response was lost. */
const unheard: Ending = { ...nothing, status: 'FAILED' };
const importFailed: Ending = { outcome: 'IMPORT FAILED', jobs: 0, status: 'FAILED' };
const notNotified: Ending = { outcome: 'NOT NOTIFIED', jobs: 1, status: 'FAILED' };
const silent: Ending = { outcome: 'none', jobs: 0, status: 'FAILED' };
/** Of start-export, which Lambda invokes three times: an execution, or a dead letter. */
const started: Ending = { outcome: 'STARTED', jobs: 1, status: 'SUCCEEDED' };
const startedTwice: Ending = { outcome: 'STARTED', jobs: 2, status: 'SUCCEEDED' };
const dead: Ending = { outcome: 'DEAD LETTER', jobs: 0, status: 'FAILED' };
const deadStarted: Ending = { outcome: 'DEAD LETTER', jobs: 1, status: 'FAILED' };

const everything = (ending: Ending) => ({
  throttled: ending,
  unsure: ending,
  'cut after': ending,
  final: ending,
  empty: ending,
});

/** How each fault ends that lasts. */
// biome-ignore format: a table
const LASTING: Record<SiteName, Partial<Record<Kind, Ending>>> = {
  'DescribeDatasetGroup in PlanExports': { ...everything(rejected), empty: active },
  'ListDatasets in PlanExports': everything(rejected),
  'ListObjectsV2 in PlanExports': { ...everything(rejected), empty: incomplete },
  'DescribeDataset in PlanExports': everything(rejected),
  'DescribeDatasetImportJob in PlanExports': { ...everything(rejected), 'unknown status': lateNone },
  'DescribeDatasetImportJob in DescribeImportJob': { ...everything(rejected), 'unknown status': lateNone },
  'CreateDatasetExportJob in CreateExportJob': {
    throttled: notCreated, unsure: notCreated, 'cut after': active,
    final: notCreated, taken: unsureNone, queue: lateNone, empty: active,
  },
  'CreateDatasetExportJob after a lost answer': {
    throttled: active, unsure: active, 'cut after': active,
    final: active, taken: active, queue: lateOne, empty: active,
  },
  'DescribeDatasetExportJob in CreateExportJob': { ...everything(unsureOne), 'unknown status': lateOne },
  'DescribeDatasetExportJob in DescribeExportJob': { ...everything(unsureOne), 'unknown status': lateOne },
  'ListDatasetExportJobs in CreateExportJob': everything(active),
  'DescribeDatasetExportJob in VerifyExport': { ...everything(notVerified), 'unknown status': active },
  'DescribeDataset in VerifyExport': everything(notVerified),
  'DescribeSchema in VerifyExport': everything(notVerified),
  'ListObjectsV2 in VerifyExport': { ...everything(notVerified), empty: incomplete },
  'GetObject of a file in VerifyExport': everything(notVerified),
  'PutObject of the progress in VerifyExport': { ...everything(notVerified), empty: active },
  'GetObject of the progress in VerifyExport': everything(notVerified),
  'HeadObject in VerifyExport': { ...everything(notVerified), empty: active },
  'ListObjectsV2 after the last file in VerifyExport': { ...everything(notVerified), empty: incomplete },
  'PutObject of the manifest in VerifyExport': { ...everything(notVerified), empty: active },
  'GetObject of latest.json in VerifyExport': { ...everything(notVerified), empty: active },
  'PutObject of latest.json in VerifyExport': { ...everything(notVerified), empty: active },
  'DeleteObject in VerifyExport': everything(active),
  'ListObjectsV2 in Notify': everything(active),
  'Publish in Notify': { ...everything(notNotified), empty: active },
  'Publish in NotifyRejected': { ...everything(silent), 'cut after': rejected, empty: rejected },
  'Publish in NotifyImportFailed': { ...everything(silent), 'cut after': importFailed, empty: importFailed },
  'Publish in NotifyNothingToExport': { ...everything(silent), 'cut after': unheard, empty: nothing },
  'StartExecution in StartExport': { ...everything(dead), 'cut after': deadStarted, taken: dead, empty: started },
  // Without its input, nobody knows what the execution was asked for: better twice than not at all.
  'DescribeExecution in StartExport': { ...everything(deadStarted), empty: startedTwice },
  'GetObject in StartExport': { ...everything(dead), final: started, empty: started },
};

const RETRYABLE: Kind[] = ['throttled', 'unsure', 'cut after', 'queue', 'unknown status'];

/** As if nothing had happened. */
function undisturbed(site: SiteName): Ending {
  if (site === 'Publish in NotifyRejected') return rejected;
  if (site === 'Publish in NotifyImportFailed') return importFailed;
  if (site === 'Publish in NotifyNothingToExport') return nothing;
  return site.endsWith('in StartExport') ? started : active;
}

/** The endings that are right. A retryable fault that stops leaves no trace; one that lasts ends as listed. Whether another
 * fault is retried as long as it lasts is for the definition's own tests: both endings are true then. */
export function rightEndings({ name, site, fault, times }: Cell): Ending[] {
  const lasting = LASTING[site][fault.kind];
  if (!lasting) throw new Error(`expectations.ts has no ending for ${name}`);
  if (times === 'for ever') return [lasting];
  // Lambda invokes start-export three times, and the definition verify-export.
  const stops = times === 'once' || !/in (StartExport|VerifyExport)$/.test(site);
  return RETRYABLE.includes(fault.kind) && stops ? [undisturbed(site)] : [undisturbed(site), lasting];
}
