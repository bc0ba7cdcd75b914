// The resources that the functions are given in the benchmarks of cold starts and memory.

const personalize = 'arn:aws:personalize:us-east-1:123456789012';

export const datasetArn = `${personalize}:dataset/shop/INTERACTIONS`;
export const datasetGroupArn = `${personalize}:dataset-group/shop`;
export const datasetImportJobArn = `${personalize}:dataset-import-job/nightly`;
export const datasetExportJobArn = `${personalize}:dataset-export-job/interactions-run-1`;
export const roleArn = 'arn:aws:iam::123456789012:role/exports';
export const stateMachineArn = 'arn:aws:states:us-east-1:123456789012:stateMachine:exports';
export const executionArn = 'arn:aws:states:us-east-1:123456789012:execution:exports:run-1';
export const topicArn = 'arn:aws:sns:us-east-1:123456789012:exports';
export const bucket = 'exports-bucket';
