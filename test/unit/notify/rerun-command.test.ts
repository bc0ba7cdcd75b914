import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rerunCommand } from '../../../src/notify/rerun-command.ts';
import type { NotifyEvent } from '../../../src/state.ts';
import {
  datasetArn,
  datasetGroupArn,
  datasetImportJobArn,
  everyField,
  executionArn,
  now,
  pendingJob,
  plannedExport,
  stateMachineArn,
} from '../builders.ts';

/** The arguments that a shell hands to `aws`; for a command inside the command, the text `<input of …>`. */
function argumentsOf(command: string): string[] {
  const aws = `aws() { case "$*" in
    *describe-execution*) for a; do [ "$b" = --execution-arn ] && printf '<input of %s>' "$a"; b=$a; done;;
    *) for a; do printf '%s\\0' "$a"; done;;
  esac; }`;
  const { stdout } = spawnSync('sh', ['-c', `${aws}\n${command}`], { encoding: 'utf8' });
  return stdout.split('\0').slice(0, -1);
}

const commandFor = (event: Partial<NotifyEvent>, arn = executionArn) =>
  rerunCommand({ executionName: 'run-1', startedAt: now, ...event }, stateMachineArn, arn);
const inputOf = (event: Partial<NotifyEvent>) => {
  const { 7: input = '' } = argumentsOf(commandFor(event));
  return input.startsWith('{') ? JSON.parse(input) : input;
};
const fromExecution = `<input of ${executionArn}>`;

it('the command starts an execution of the state machine in its region', () => {
  expect(argumentsOf(commandFor({ export: plannedExport() })).slice(0, 7)).toEqual([
    ...['stepfunctions', 'start-execution', '--region', 'eu-west-1', '--state-machine-arn', stateMachineArn, '--input'],
  ]);
});

describe('the input for an export', () => {
  it('the command gives the dataset and the ingestion mode if the request gave nothing else', () => {
    const planned = plannedExport({ given: ['ingestionMode'], ingestionMode: 'BULK' });
    expect(inputOf({ export: planned })).toEqual({ datasetArn, ingestionMode: 'BULK' });
  });

  it('the command gives every field of the request, except for the jobName', () => {
    const { roleArn, tags, jobOutput, jobName } = everyField;
    const given = ['jobName', 'roleArn', 'jobOutput', 'ingestionMode', 'tags', 'deadlineMinutes'];
    const planned = plannedExport({ jobName, roleArn, tags, jobOutput, given });
    expect(inputOf({ export: planned })).toEqual({
      ...{ datasetArn, ingestionMode: 'ALL', roleArn, tags, jobOutput },
      deadlineMinutes: 360,
    });
  });

  const pathOf = (event: Partial<NotifyEvent>, template?: string) => {
    const planned = plannedExport({ given: ['jobOutput'], ...(template && { pathTemplate: template }) });
    return inputOf({ export: planned, ...event }).jobOutput.s3DataDestination.path;
  };
  const { path } = plannedExport().jobOutput.s3DataDestination;

  it.each<[string, Partial<NotifyEvent>, string | undefined, string]>([
    ['as it was, if no job was created', { job: { phase: 'absent' } }, undefined, path],
    [
      'below it, if a job may have written to it',
      { job: pendingJob({ phase: 'failed' }) },
      undefined,
      `${path}{jobName}/`,
    ],
    ['below it, if it is not known whether a job exists', { error: { Error: 'x' } }, undefined, `${path}{jobName}/`],
    ['of its placeholders', { job: pendingJob() }, 's3://b/x/{date}/{jobName}/', 's3://b/x/{date}/{jobName}/'],
    ['below that of a day', { job: pendingJob() }, 's3://b/x/{date}/', 's3://b/x/{date}/{jobName}/'],
  ])('the command gives the requested folder %s', (_, event, template, folder) => {
    expect(pathOf(event, template)).toBe(folder);
  });

  it('the command gives the input of the execution if that is long', () => {
    const tags = Array.from({ length: 50 }, (_, n) => ({ tagKey: `key-${n}`, tagValue: 'x'.repeat(100) }));
    expect(inputOf({ export: plannedExport({ given: ['tags'], tags }) })).toBe(fromExecution);
  });
});

describe('the input for an execution without an export', () => {
  const origin = { trigger: 'schedule' };

  it('the command gives the request if there was nothing to export', () => {
    const event = { request: { datasetGroupArn, origin }, nothingToExport: { reason: 'none' } };
    expect(inputOf(event)).toEqual({ datasetGroupArn });
  });

  it('the command gives the request if the import did not end in time', () => {
    const event = { request: { datasetImportJobArn, origin }, import: { phase: 'timed-out' as const, datasetArn } };
    expect(inputOf(event)).toEqual({ datasetImportJobArn });
  });

  it('the command gives the dataset of an import that failed, with the other fields of the request', () => {
    const request = {
      datasetImportJobArn,
      quietIfNothing: true,
      onlyDatasetGroups: ['shop'],
      ingestionMode: 'PUT',
      origin,
    };
    const event = { request, import: { phase: 'failed' as const, datasetArn } };
    expect(inputOf(event)).toEqual({ datasetArn, ingestionMode: 'PUT' });
  });

  it('the command gives the input of the execution if that was rejected', () => {
    expect(inputOf({ request: { datasetArn: '$(echo no)' }, error: { Error: 'InvalidRequestError' } })).toBe(
      fromExecution,
    );
  });
});

it('the command passes every text to the shell unchanged', () => {
  const text = fc.string({
    unit: fc.constantFrom("'", '"', '$', '`', '\\', ' ', '(', ')', ';', '\n', '!', 'a', 'é', '😀'),
  });
  fc.assert(
    fc.property(text, text, (name, group) => {
      const planned = plannedExport({ datasetArn: `${datasetArn}${group}` });
      expect(inputOf({ export: planned }).datasetArn).toBe(planned.datasetArn);
      const arn = `${executionArn}${name}`.replaceAll('\n', '');
      expect(argumentsOf(commandFor({ error: { Error: 'x' } }, arn))[7]).toBe(`<input of ${arn}>`);
    }),
    { numRuns: 25 },
  );
});
