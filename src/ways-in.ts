import { parse } from '@aws-sdk/util-arn-parser';
import { InvalidRequestError } from './errors.ts';
import { nameWithHash } from './names.ts';
import type { ExportRequest } from './request.ts';
import type { EventBridgeEvent } from './state.ts';

/** What StartExecution is asked for: the name, from what makes the event this event, and the request as input. */
export interface Execution {
  name: string;
  input: ExportRequest;
}

const MAX_EXECUTION_NAME = 80;

/** The execution that an event asks for.
 * @throws InvalidRequestError when no way in knows the event. */
export function executionFor({ source, detail, id }: EventBridgeEvent): Execution {
  if (source === 'aws.personalize') return importStarted(detail, id);
  throw new InvalidRequestError(`source: ${JSON.stringify(source)} is none that this function takes events from.`);
}

/** CloudTrail's event of the call CreateDatasetImportJob: it tells that an import began; the machine waits for its end. */
function importStarted(detail: Record<string, unknown>, eventId: string): Execution {
  const { datasetImportJobArn } = (detail.responseElements ?? {}) as { datasetImportJobArn?: string };
  if (typeof datasetImportJobArn !== 'string') {
    throw new InvalidRequestError('detail.responseElements.datasetImportJobArn: is missing from the CloudTrail event.');
  }
  return {
    name: importExecutionName(datasetImportJobArn),
    input: { datasetImportJobArn, origin: { way: 'import started', eventId } },
  };
}

/** By whichever way an import is told of, it is one execution. */
function importExecutionName(datasetImportJobArn: string): string {
  const jobName = parse(datasetImportJobArn).resource.split('/').pop() ?? '';
  return nameWithHash(['import', jobName], [datasetImportJobArn], MAX_EXECUTION_NAME);
}
