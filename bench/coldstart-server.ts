import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { generate } from 'selfsigned';
import { datasetArn, datasetExportJobArn, datasetGroupArn, executionArn } from './sample-arns.ts';

/** The smallest valid answer of each operation, by the operation that the header `X-Amz-Target` names. */
const ANSWERS: Record<string, object> = {
  CreateDatasetExportJob: { datasetExportJobArn },
  DescribeDataset: { dataset: { datasetArn, datasetGroupArn, datasetType: 'INTERACTIONS' } },
  DescribeDatasetExportJob: { datasetExportJob: { status: 'CREATE IN_PROGRESS' } },
  DescribeDatasetImportJob: { datasetImportJob: { status: 'CREATE IN_PROGRESS' } },
  StartExecution: { executionArn, startDate: 1 },
};
const S3_ANSWER = '<ListBucketResult><Contents><Key>exports/a</Key><Size>7</Size></Contents></ListBucketResult>';
const SNS_ANSWER = '<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>';

const FOLDER = resolve('.local/bench');

/** Starts an HTTPS server on 127.0.0.1 that answers every request of a function at once.
 * @returns its address, and a file with its certificate for the clients to trust */
export async function startServer() {
  const { private: key, cert } = await selfSigned('127.0.0.1');
  const server = createServer({ key, cert }, (request, response) => {
    const operation = request.headers['x-amz-target']?.toString().split('.').pop();
    const xml = request.method === 'GET' ? S3_ANSWER : SNS_ANSWER;
    request.resume().on('end', () => {
      response.setHeader('content-type', operation ? 'application/x-amz-json-1.1' : 'text/xml');
      response.end(operation ? JSON.stringify(ANSWERS[operation] ?? {}) : xml);
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const certificateFile = `${FOLDER}/certificate.pem`;
  await mkdir(FOLDER, { recursive: true });
  await writeFile(certificateFile, cert);
  return { url, certificateFile, stop: () => server.close() };
}

async function selfSigned(ip: string) {
  return await generate([{ name: 'commonName', value: ip }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip }] }],
  });
}
