import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';

const datasetArn = 'arn:aws:personalize:us-east-1:123456789012:dataset/shop/INTERACTIONS';
const datasetGroupArn = 'arn:aws:personalize:us-east-1:123456789012:dataset-group/shop';

/** The least that each operation answers, by the header `X-Amz-Target`. */
const ANSWERS: Record<string, object> = {
  CreateDatasetExportJob: {
    datasetExportJobArn: 'arn:aws:personalize:us-east-1:123456789012:dataset-export-job/interactions-run-1',
  },
  DescribeDataset: { dataset: { datasetArn, datasetGroupArn, datasetType: 'INTERACTIONS' } },
  DescribeDatasetExportJob: { datasetExportJob: { status: 'CREATE IN_PROGRESS' } },
  DescribeDatasetImportJob: { datasetImportJob: { status: 'CREATE IN_PROGRESS' } },
  StartExecution: { executionArn: 'arn:aws:states:us-east-1:123456789012:execution:exports:run', startDate: 1 },
};
const S3_ANSWER = '<ListBucketResult><Contents><Key>exports/a</Key><Size>7</Size></Contents></ListBucketResult>';
const SNS_ANSWER = '<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>';

/** Answers every request of a function at once, on 127.0.0.1. */
export async function startServer(identity: { key: string; cert: string }): Promise<{ url: string; server: Server }> {
  const server = createServer(identity, (request, response) => {
    const operation = request.headers['x-amz-target']?.toString().split('.').pop();
    const xml = request.method === 'GET' ? S3_ANSWER : SNS_ANSWER;
    request.resume().on('end', () => {
      response.setHeader('content-type', operation ? 'application/x-amz-json-1.1' : 'text/xml');
      response.end(operation ? JSON.stringify(ANSWERS[operation] ?? {}) : xml);
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return { url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}
