/** The reason that Personalize gives when the bucket policy or the role does not let it write. */
export const WRITE_DENIED =
  'Insufficient privileges for accessing data in S3. Please check the bucket policy and the role.';

/** Faults of the local AWS to choose from, each for the next export. */
export const faultsToChoose = [
  {
    title: 'The next export job fails: Personalize may not write to the bucket',
    fault: { job: 'export', failureReason: WRITE_DENIED, times: 1 },
  },
  {
    title: 'The next 3 calls that create an export job are throttled',
    fault: { service: 'personalize', operation: 'CreateDatasetExportJob', error: 'ThrottlingException', times: 3 },
  },
  {
    title: 'An export job is created, but its answer is lost',
    fault: { service: 'personalize', operation: 'CreateDatasetExportJob', cut: 'after', times: 1 },
  },
  {
    title: 'The next export job takes 30 seconds',
    fault: { job: 'export', seconds: 30, times: 1 },
  },
  {
    title: 'The next export has a row that lacks a field',
    fault: { job: 'export', output: 'short-row', times: 1 },
  },
  {
    title: 'The next import job fails',
    fault: { job: 'import', failureReason: 'Line 7 of items.csv: expected a number', times: 1 },
  },
];
