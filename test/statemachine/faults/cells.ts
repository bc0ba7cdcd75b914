import { datasetArn, datasetGroupArn, datasetImportJobArn, personalizeArn } from '../../unit/builders.ts';
import { type Fault, faultsOf } from './faults.ts';

/** A place in the pipeline that makes a call, and an execution that passes it. */
interface Site {
  client: string;
  input?: object;
  /** Calls of the same operation that come before this place. */
  passes?: number;
  /** The place is reached only where the answer to the first CreateDatasetExportJob was lost. */
  afterLostAnswer?: true;
  /** How often the event is delivered: the second time, its execution exists. */
  deliveries?: number;
}

const one = { datasetArn };
const withPath = { ...one, jobOutput: { s3DataDestination: { path: 's3://exports-bucket/exports/mine/' } } };
const group = { datasetGroupArn };
const imported = { datasetImportJobArn };

export const SITES = {
  'DescribeDatasetGroup in PlanExports': { client: 'client-personalize', input: group },
  'ListDatasets in PlanExports': { client: 'client-personalize', input: group },
  'ListObjectsV2 in PlanExports': { client: 'client-s3', input: withPath },
  'DescribeDataset in PlanExports': { client: 'client-personalize', input: one },
  'DescribeDatasetImportJob in PlanExports': { client: 'client-personalize', input: imported },
  'DescribeDatasetImportJob in DescribeImportJob': { client: 'client-personalize', input: imported, passes: 1 },
  'CreateDatasetExportJob in CreateExportJob': { client: 'client-personalize', input: one },
  'CreateDatasetExportJob after a lost answer': {
    client: 'client-personalize',
    input: one,
    passes: 1,
    afterLostAnswer: true,
  },
  'DescribeDatasetExportJob in CreateExportJob': { client: 'client-personalize', input: one, afterLostAnswer: true },
  'DescribeDatasetExportJob in DescribeExportJob': { client: 'client-personalize', input: one },
  'ListDatasetExportJobs in CreateExportJob': { client: 'client-personalize', input: one },
  // Verification takes two calls: the first reads the file and stores its progress, the second writes the manifest.
  'DescribeDatasetExportJob in VerifyExport': { client: 'client-personalize', input: one, passes: 2 },
  'DescribeDataset in VerifyExport': { client: 'client-personalize', input: one, passes: 1 },
  'DescribeSchema in VerifyExport': { client: 'client-personalize', input: one },
  'ListObjectsV2 in VerifyExport': { client: 'client-s3', input: one },
  'GetObject of a file in VerifyExport': { client: 'client-s3', input: one },
  'PutObject of the progress in VerifyExport': { client: 'client-s3', input: one },
  'GetObject of the progress in VerifyExport': { client: 'client-s3', input: one, passes: 1 },
  'HeadObject in VerifyExport': { client: 'client-s3', input: one },
  'ListObjectsV2 after the last file in VerifyExport': { client: 'client-s3', input: one, passes: 1 },
  'PutObject of the manifest in VerifyExport': { client: 'client-s3', input: one, passes: 1 },
  'GetObject of latest.json in VerifyExport': { client: 'client-s3', input: one, passes: 2 },
  'PutObject of latest.json in VerifyExport': { client: 'client-s3', input: one, passes: 2 },
  'DeleteObject in VerifyExport': { client: 'client-s3', input: one },
  'ListObjectsV2 in Notify': { client: 'client-s3', input: one, passes: 2 },
  'Publish in Notify': { client: 'client-sns', input: one },
  'Publish in NotifyRejected': {
    client: 'client-sns',
    input: { datasetArn: personalizeArn('dataset/absent/INTERACTIONS') },
  },
  'Publish in NotifyNothingToExport': {
    client: 'client-sns',
    input: { datasetGroupArn: personalizeArn('dataset-group/empty') },
  },
  'Publish in NotifyImportFailed': {
    client: 'client-sns',
    input: { datasetImportJobArn: personalizeArn('dataset-import-job/failed') },
  },
  'StartExecution in StartExport': { client: 'client-sfn' },
  'DescribeExecution in StartExport': { client: 'client-sfn', deliveries: 2 },
  'GetObject in StartExport': { client: 'client-s3' },
} satisfies Record<string, Site>;

export type SiteName = keyof typeof SITES;

export const TIMES = { once: 1, 'three times': 3, 'for ever': Number.POSITIVE_INFINITY };
export type Times = keyof typeof TIMES;

/** One fault at one place, so often. */
export interface Cell {
  name: string;
  site: SiteName;
  call: string;
  fault: Fault;
  times: Times;
}

const callOf = (site: SiteName) => site.split(' ')[0] as string;

export const cells: Cell[] = (Object.keys(SITES) as SiteName[]).flatMap((site) =>
  faultsOf(SITES[site].client, callOf(site)).flatMap((fault) =>
    (Object.keys(TIMES) as Times[]).map((times) => ({
      name: `${site}: ${fault.name}, ${times}`,
      site,
      call: callOf(site),
      fault,
      times,
    })),
  ),
);

/** The operations of the matrix. */
export function callsOfMatrix(): string[] {
  return [...new Set(cells.map(({ call }) => call))].sort();
}
