import { parse } from '@aws-sdk/util-arn-parser';
import { MAX_PATH_CHARACTERS } from '../lambda/limits.ts';
import { shellQuoted } from '../lambda/shell-quoted.ts';
import type { NotifyEvent, PlannedExport } from '../state.ts';

/** A longer request is read from the execution instead. */
const MAX_INPUT_CHARACTERS = 2_000;

/** The command that starts the export of a notification again, for a POSIX shell. It has the request, or for a rejected
 * or long one reads the input of the execution. */
export function rerunCommand(event: NotifyEvent, stateMachineArn: string, executionArn: string): string {
  const region = `--region ${parse(stateMachineArn).region}`;
  const request = JSON.stringify(requestOf(event));
  const input =
    request !== undefined && request.length <= MAX_INPUT_CHARACTERS
      ? shellQuoted(request)
      : `"$(aws stepfunctions describe-execution ${region} --execution-arn ${shellQuoted(executionArn)} --query input --output text)"`;
  return `aws stepfunctions start-execution ${region} --state-machine-arn ${shellQuoted(stateMachineArn)} --input ${input}`;
}

/** @returns undefined if there is no valid request */
function requestOf(event: NotifyEvent): object | undefined {
  if (event.export) return requestFor(event.export, event);
  if (event.error) return undefined;
  const { origin: _, ...request } = Object(event.request) as Record<string, unknown>;
  const { phase, datasetArn } = event.import ?? {};
  // The import that failed would fail the export again.
  if (phase !== 'failed' || !datasetArn) return request;
  const { datasetImportJobArn: __, onlyDatasetGroups: ___, quietIfNothing: ____, ...others } = request;
  return { datasetArn, ...others };
}

/** The request for one export. A job's name is used once, so it has none. */
function requestFor(planned: PlannedExport, event: NotifyEvent): object {
  const { datasetArn, ingestionMode, roleArn, tags, given = [], deadline } = planned;
  const { startedAt } = event;
  const deadlineMinutes = startedAt && Math.round((Date.parse(deadline) - Date.parse(startedAt)) / 60_000);
  return {
    datasetArn,
    ingestionMode,
    ...(given.includes('roleArn') && { roleArn }),
    ...(given.includes('jobOutput') && { jobOutput: outputOf(planned, event) }),
    ...(given.includes('tags') && { tags }),
    ...(given.includes('deadlineMinutes') && deadlineMinutes && { deadlineMinutes }),
  };
}

/** The requested folder; below it a new one, if a job may have written to it. */
function outputOf({ jobOutput, pathTemplate }: PlannedExport, { job, error }: NotifyEvent): object {
  const { path, ...others } = jobOutput.s3DataDestination;
  const template = pathTemplate ?? path;
  const isNewEachTime = /\{(jobName|time)\}/.test(template);
  const mayHoldFiles = job?.datasetExportJobArn !== undefined || error !== undefined;
  const below = `${template}{jobName}/`;
  const again = mayHoldFiles && !isNewEachTime && below.length <= MAX_PATH_CHARACTERS ? below : template;
  return { s3DataDestination: { path: again, ...others } };
}
