import {
  CreateDatasetExportJobCommand,
  DescribeDatasetCommand,
  DescribeSchemaCommand,
} from '@aws-sdk/client-personalize';
import { datasetArn, datasetGroupArn, personalizeArn } from '../unit/builders.ts';
import { schemaOf } from '../unit/verify/reading.ts';
import type { OtherVersion } from './functions.ts';
import { account, exportStatuses } from './machine.ts';

/** An account whose export has this file, and is verified. Each call of verify-export reads one piece of it. */
export function verifying(content = 'USER_ID\nu1\n', pieceBytes = 1_000, version?: OtherVersion) {
  const aws = account({ verifyExports: true }, version);
  const schemaArn = personalizeArn('schema/shop');
  aws.s3.pieceBytes = pieceBytes;
  aws.personalize
    .on(DescribeDatasetCommand)
    .resolves({ dataset: { datasetArn, datasetType: 'INTERACTIONS', datasetGroupArn, schemaArn } })
    .on(DescribeSchemaCommand)
    .resolves({ schema: { schemaArn, schema: schemaOf({ USER_ID: 'string' }) } })
    .on(CreateDatasetExportJobCommand)
    .callsFake(({ jobOutput }) => {
      const folder = jobOutput.s3DataDestination.path.split('/').slice(3).join('/');
      aws.s3.objects.set(`${folder}part-0.csv`, Buffer.from(content));
      return {};
    });
  exportStatuses(aws, { status: 'ACTIVE', creationDateTime: new Date(), lastUpdatedDateTime: new Date() });
  return aws;
}
