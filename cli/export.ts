import { SFNClient } from '@aws-sdk/client-sfn';
import { misplacedArns } from '../src/plan/misplaced-arns.ts';
import { findStateMachine, regionOf } from './deployment.ts';
import { explain, withCallDetails } from './explain.ts';
import { type ExportOptions, exportOptions, inputOf } from './export-options.ts';
import { plainLines, print, printError, printJson } from './print.ts';
import { endingDocument, endingLines, exitStatusOf } from './report.ts';
import { type StartedExecution, start } from './start.ts';
import { UsageError } from './usage-error.ts';
import { watch } from './watch.ts';

// The reader of stdout may close it early, as `head` does.
process.stdout.on('error', () => process.exit());

try {
  process.exitCode = await main(exportOptions());
} catch (error) {
  printError(explain(error));
  process.exitCode = 2;
}

/** @returns the exit status: 0; with --watch also 1 if the execution did not succeed, and 130 if interrupted */
async function main(options: ExportOptions): Promise<number> {
  const input = await inputOf(options);
  const knownArn = options.stage ? undefined : process.env.STATE_MACHINE_ARN;
  const sfn = withCallDetails(new SFNClient({ region: regionOf(options.region, process.env, knownArn) }));
  const stateMachineArn = knownArn || (await findStateMachine(sfn, options.stage));
  const misplaced = misplacedArns(JSON.parse(input), stateMachineArn);
  if (misplaced.length > 0) throw new UsageError(misplaced.join('\n'));
  const started = await start(sfn, stateMachineArn, input);
  return options.watch ? await watchToTheEnd(sfn, started, options) : printStarted(started, options);
}

function printStarted({ executionArn, startDate }: StartedExecution, { json }: ExportOptions): number {
  if (json) printJson({ executionArn, startDate });
  else print(executionArn);
  printError(`Started in ${executionArn.split(':')[3]}. To check the status: ${describeCommand(executionArn)}`);
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
    printError(`The execution continues: ${executionArn}\nTo check the status: ${describeCommand(executionArn)}`);
    if (json) printJson({ executionArn, status: 'RUNNING', startDate });
    return controller.signal.aborted ? 130 : 2;
  }
}

function describeCommand(executionArn: string): string {
  return `aws stepfunctions describe-execution --execution-arn ${executionArn}`;
}
