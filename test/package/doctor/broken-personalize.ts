import { AT } from './account.ts';
import { type Broken, refuses } from './broken.ts';
import { sdkError } from './examine.ts';

/** What can be broken of dataset groups, datasets and jobs. */
export const BROKEN_PERSONALIZE: Broken[] = [
  // Personalize
  [
    'no dataset groups',
    () => ({ ListDatasetGroups: () => ({ datasetGroups: [] }) }),
    'datasets',
    'warn',
    /no dataset groups in us-east-1/,
    /--region/,
  ],
  [
    'a setting that names a group that does not exist',
    () => ({ ListDatasetGroups: () => ({ datasetGroups: [{ name: 'shop', status: 'ACTIVE' }] }) }),
    'datasets importDatasetGroups',
    'warn',
    /names news, which does not exist/,
    /importDatasetGroups=/,
  ],
  [
    'a dataset group that failed',
    () => ({
      ListDatasetGroups: () => ({
        datasetGroups: [
          { name: 'shop', status: 'CREATE FAILED', failureReason: 'no role' },
          { name: 'news', status: 'ACTIVE' },
        ],
      }),
    }),
    'datasets shop',
    'warn',
    /CREATE FAILED: no role/,
    /ACTIVE/,
  ],
  [
    'a dataset that failed',
    () => ({
      ListDatasets: () => ({
        datasets: [
          { datasetType: 'Items', status: 'CREATE FAILED' },
          { datasetType: 'Users', status: 'ACTIVE' },
        ],
      }),
    }),
    'datasets',
    'warn',
    /USERS can be exported; ITEMS can't: it is CREATE FAILED/,
    /create it again/,
  ],
  [
    'a group of datasets that Personalize can not export',
    () => ({ ListDatasets: () => ({ datasets: [{ datasetType: 'Actions', status: 'ACTIVE' }] }) }),
    'datasets',
    'warn',
    /No dataset can be exported; ACTIONS can't: Personalize exports INTERACTIONS, ITEMS, USERS only/,
    /another group/,
  ],
  [
    'a group without datasets',
    () => ({ ListDatasets: () => ({ datasets: [] }) }),
    'datasets',
    'warn',
    /no datasets/,
    /Create a dataset/,
  ],
  [
    'a full quota',
    () => ({
      ListDatasetExportJobs: ({ datasetArn }) => ({
        datasetExportJobs: datasetArn
          ? []
          : Array.from({ length: 5 }, (_, index) => ({
              jobName: `job-${index}`,
              status: index === 4 ? 'MOVED' : 'CREATE IN_PROGRESS',
            })),
      }),
    }),
    'running-jobs',
    'warn',
    /5 of 5 .*job-4 \(MOVED\)/,
    /higher quota/,
  ],
  // One dataset
  [
    'a dataset that does not exist',
    refuses('DescribeDataset', sdkError('ResourceNotFoundException', 'Could not find dataset')),
    'dataset status',
    'fail',
    /Could not find/,
    /list-datasets/,
  ],
  [
    'a dataset of a type that can not be exported',
    () => ({
      DescribeDataset: () => ({
        dataset: {
          datasetType: 'ACTIONS',
          status: 'ACTIVE',
          datasetGroupArn: 'arn:aws:personalize:us-east-1:123456789012:dataset-group/shop',
        },
      }),
    }),
    'dataset status',
    'fail',
    /ACTIONS can't be exported/,
    /another dataset/,
  ],
  [
    'a dataset of a group with a key of its own',
    () => ({
      DescribeDatasetGroup: () => ({
        datasetGroup: { status: 'ACTIVE', kmsKeyArn: 'arn:aws:kms:us-east-1:123456789012:key/1' },
      }),
    }),
    'dataset group',
    'unknown',
    /has the key/,
    /create-export-job/,
  ],
  [
    'a dataset without imports',
    () => ({ ListDatasetImportJobs: () => ({ datasetImportJobs: [] }) }),
    'dataset imports',
    'warn',
    /No import/,
    /ALL or PUT/,
  ],
  [
    'a last import that failed',
    () => ({
      ListDatasetImportJobs: () => ({
        datasetImportJobs: [
          { jobName: 'old', status: 'ACTIVE', creationDateTime: AT },
          { jobName: 'new', status: 'CREATE FAILED', failureReason: 'bad row', creationDateTime: new Date(+AT + 1) },
        ],
      }),
    }),
    'dataset imports',
    'warn',
    /new, is CREATE FAILED\. bad row/,
    /import again/,
  ],
  [
    'an import that runs',
    () => ({
      ListDatasetImportJobs: () => ({
        datasetImportJobs: [{ jobName: 'new', status: 'CREATE IN_PROGRESS', creationDateTime: AT }],
      }),
    }),
    'dataset imports',
    'warn',
    /IN_PROGRESS/,
    /Wait/,
  ],
  [
    'a last export that failed',
    () => ({
      ListDatasetExportJobs: () => ({
        datasetExportJobs: [
          {
            jobName: 'nightly',
            status: 'CREATE FAILED',
            failureReason: 'Insufficient privileges',
            creationDateTime: AT,
          },
        ],
      }),
    }),
    'dataset exports',
    'warn',
    /Insufficient privileges/,
    /runbook/,
  ],
  [
    'a dataset of a group that is not in importDatasetGroups',
    () => ({
      DescribeDataset: () => ({
        dataset: {
          datasetType: 'ITEMS',
          status: 'ACTIVE',
          datasetGroupArn: 'arn:aws:personalize:us-east-1:123456789012:dataset-group/books',
        },
      }),
    }),
    'dataset import trigger',
    'warn',
    /importDatasetGroups names shop, news only/,
    /importDatasetGroups=shop,news,books/,
  ],
];
