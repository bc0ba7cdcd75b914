import { styleText } from 'node:util';
import type { EventBridgeEvent, HistoryEvent } from 'local-aws';
import { plainText } from '../src/lambda/plain-text.ts';
import type { Verification } from '../src/state.ts';

export interface DemoScreen {
  line(text: string): void;
  heading(text: string): void;
  apiEvent(event: EventBridgeEvent): void;
  historyEvent(executionArn: string, event: HistoryEvent): void;
}

type Style = Parameters<typeof styleText>[0];

/** Shows each step on a line, after the seconds since the start; in colour on a terminal. */
export function demoScreen(): DemoScreen {
  const start = Date.now();
  const styled = (style: Style, text: string) => styleText(style, text, { stream: process.stdout });
  const step = (who: string, text: string) => {
    const elapsed = `${((Date.now() - start) / 1000).toFixed(1)} s`.padStart(7);
    console.log(`${styled('dim', elapsed)}  ${styled('cyan', who.padEnd(13))} ${plainText(text)}`);
  };
  return {
    line: (text) => step('', text),
    heading: (text) => console.log(`\n${styled('bold', text)}`),
    apiEvent: ({ detail }) => {
      if (detail.eventName !== 'CreateDatasetImportJob' || detail.errorCode) return;
      const { jobName } = detail.requestParameters as { jobName: string };
      step('EventBridge', `received CreateDatasetImportJob (${jobName}); its rule starts an execution`);
    },
    historyEvent: (executionArn, event) => {
      const text = textOf(event);
      if (text) step(executionArn.split(':').pop()?.split('-')[2] ?? '', text);
    },
  };
}

/** The text for a history event; `undefined` for events that are not shown. */
function textOf({ type, ...details }: HistoryEvent): string | undefined {
  const { stateEnteredEventDetails: entered, stateExitedEventDetails: exited } = details;
  if (entered?.name && type === 'WaitStateEntered') return `${entered.name}: ${waitOf(entered.input)} s`;
  if (entered?.name) return `${entered.name}`;
  if (exited?.name && type === 'TaskStateExited') return statusText(exited.name, exited.output);
  if (type === 'ExecutionSucceeded' || type === 'ExecutionFailed')
    return `the execution has ${type.slice(9).toLowerCase()}`;
  return undefined;
}

function waitOf(input: string | undefined): number | undefined {
  const { job, import: imported } = JSON.parse(input ?? '{}');
  return (job ?? imported)?.waitSeconds;
}

function verificationText({ result, rows, bytesRead, bytes }: Verification): string {
  return result ? `  the verification has ${result}: ${rows} rows` : `  ${bytesRead} of ${bytes} bytes were read`;
}

function statusText(name: string, output: string | undefined): string | undefined {
  const { job, import: imported, verification } = JSON.parse(output ?? '{}');
  if (name === 'VerifyExport') return verificationText(verification);
  if (/ExportJob/.test(name)) return `  the export job is ${job?.status ?? job?.phase}`;
  if (/ImportJob/.test(name)) return `  the import job is ${imported?.status}`;
  return undefined;
}
