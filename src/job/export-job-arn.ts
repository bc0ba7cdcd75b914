import { build, parse } from '@aws-sdk/util-arn-parser';

/** A job's ARN follows from its name: `arn:<partition>:personalize:<region>:<account>:dataset-export-job/<jobName>`. */
export function exportJobArn({ datasetArn, jobName }: { datasetArn: string; jobName: string }): string {
  return build({ ...parse(datasetArn), resource: `dataset-export-job/${jobName}` });
}
