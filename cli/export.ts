import { SFNClient } from '@aws-sdk/client-sfn';
import { shellQuoted } from '../src/lambda/shell-quoted.ts';
import { misplacedArns } from '../src/plan/misplaced-arns.ts';
import { findStateMachine, regionOf } from './deployment.ts';
import { executionLines, findExecution, latestExecutions } from './executions.ts';
import { explain, withCallDetails } from './explain.ts';
import { type ExportOptions, exportOptions } from './export-options.ts';
import { plainLines, print, printError, printJson } from './print.ts';
import { endingDocument, endingLines, exitStatusOf } from './report.ts';
import { inputOf } from './request-options.ts';
import { type StartedExecution, start } from './start.ts';
import { UsageError } from './usage-error.ts';
import { watch } from './watch.ts';

// The reader of stdout may close it early, as `head` does.
process.stdout.on('error', () => process.exit());

const DEFAULT_COUNT = 10;

try {
  process.exitCode = await main(exportOptions());
} catch (error) {
  printError(explain(error));
  process.exitCode = 2;
}

/** @returns the exit status: 0; of an execution that was watched also 1 if it did not succeed, and 130 if interrupted */
async function main(options: ExportOptions): Promise<number> {
  const { follow, list, stage, region } = options;
  const input = follow || list ? undefined : await inputOf(options);
  const knownArn = follow ?? (stage ? undefined : process.env.STATE_MACHINE_ARN || undefined);
  const sfn = withCallDetails(new SFNClient({ region: regionOf(region, process.env, knownArn) }));
  if (follow) return await watchToTheEnd(sfn, await findExecution(sfn, follow), options);
  const stateMachineArn = knownArn ?? (await findStateMachine(sfn, stage));
  if (input === undefined) return await printLatest(sfn, stateMachineArn, options);
  const misplaced = misplacedArns(JSON.parse(input), stateMachineArn);
  if (misplaced.length > 0) throw new UsageError(misplaced.join('\n'));
  const started = await start(sfn, stateMachineArn, input);
  return options.watch ? await watchToTheEnd(sfn, started, options) : printStarted(started, options);
}

async function printLatest(sfn: SFNClient, stateMachineArn: string, { list, json }: ExportOptions): Promise<number> {
  const executions = await latestExecutions(
    sfn,
    stateMachineArn,
    list === true ? DEFAULT_COUNT : (list ?? DEFAULT_COUNT),
  );
  if (json) printJson({ stateMachineArn, executions });
  else print(executionLines(executions).join('\n'));
  return 0;
}

function printStarted({ executionArn, startDate }: StartedExecution, { json }: ExportOptions): number {
  if (json) printJson({ executionArn, startDate });
  else print(executionArn);
  printError(`Started in ${executionArn.split(':')[3]}. ${howToFollow(executionArn)}`);
  return 0;
}

async function watchToTheEnd(sfn: SFNClient, started: StartedExecution, { json }: ExportOptions): Promise<number> {
  const stream = json ? process.stderr : process.stdout;
  const controller = new AbortController();
  // npm forwards the signal, so it arrives twice.
  process.on('SIGINT', () => controller.abort());
  const { executionArn, startDate } = started;
  stream.write(`${plainLines(executionArn)}\n`);
  try {
    const ending = await watch(sfn, started, stream, controller.signal);
    if (json) printJson(endingDocument(started, ending));
    else print(endingLines(started, ending).join('\n'));
    return exitStatusOf(ending);
  } catch (error) {
    if (!controller.signal.aborted) printError(explain(error));
    printError(`The execution continues: ${executionArn}\n${howToFollow(executionArn)}`);
    if (json) printJson({ executionArn, status: 'RUNNING', startDate });
    return controller.signal.aborted ? 130 : 2;
  }
}

function howToFollow(executionArn: string): string {
  return `To watch it: npm run export -- --follow ${shellQuoted(executionArn)}`;
}
