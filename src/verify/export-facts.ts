import {
  DescribeDatasetCommand,
  DescribeDatasetExportJobCommand,
  DescribeSchemaCommand,
  type PersonalizeClient,
} from '@aws-sdk/client-personalize';
import { UnexpectedAnswerError } from '../lambda/errors.ts';
import type { PlannedExport } from '../state.ts';

/** What a manifest says about an export besides its data. Times are ISO 8601. */
export interface ExportFacts {
  datasetExportJobArn: string;
  jobName: string;
  datasetArn: string;
  datasetType: string;
  datasetGroup: string;
  /** The domain of the schema, such as ECOMMERCE. Missing in a custom dataset group. */
  domain?: string;
  schemaArn: string;
  /** The Avro schema of the dataset, as the service gives it. */
  schema: string;
  ingestionMode: string;
  /** The folder with the data, with a trailing slash. */
  path: string;
  kmsKeyArn?: string;
  createdAt: string;
  endedAt: string;
}

/** How S3 encrypts what is stored about an export: with the key of the export, if it was given one. */
export function encryptionLike({ kmsKeyArn }: Pick<ExportFacts, 'kmsKeyArn'>) {
  return kmsKeyArn ? { ServerSideEncryption: 'aws:kms' as const, SSEKMSKeyId: kmsKeyArn } : {};
}

/** Asks Personalize about the export job, its dataset and the schema as they are now.
 * @throws UnexpectedAnswerError when an answer lacks a time or the schema */
export async function exportFacts(
  { datasetArn, datasetType, datasetGroup, jobName, ingestionMode, jobOutput }: PlannedExport,
  datasetExportJobArn: string,
  client: PersonalizeClient,
): Promise<ExportFacts> {
  const [{ datasetExportJob }, { dataset }] = await Promise.all([
    client.send(new DescribeDatasetExportJobCommand({ datasetExportJobArn })),
    client.send(new DescribeDatasetCommand({ datasetArn })),
  ]);
  const { creationDateTime, lastUpdatedDateTime } = datasetExportJob ?? {};
  const schemaArn = dataset?.schemaArn;
  if (!creationDateTime || !lastUpdatedDateTime || !schemaArn) {
    throw new UnexpectedAnswerError(`Personalize described ${datasetExportJobArn} or its dataset incompletely.`);
  }
  const { schema } = await client.send(new DescribeSchemaCommand({ schemaArn }));
  if (!schema?.schema) throw new UnexpectedAnswerError(`Personalize described ${schemaArn} without its schema.`);
  const { path, kmsKeyArn } = jobOutput.s3DataDestination;
  return {
    datasetExportJobArn,
    jobName,
    datasetArn,
    datasetType,
    datasetGroup,
    ...(schema.domain && { domain: schema.domain }),
    schemaArn,
    schema: schema.schema,
    ingestionMode,
    path,
    ...(kmsKeyArn && { kmsKeyArn }),
    createdAt: creationDateTime.toISOString(),
    endedAt: lastUpdatedDateTime.toISOString(),
  };
}
