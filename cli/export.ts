import { SFNClient } from '@aws-sdk/client-sfn';
import { findStateMachine, regionOf } from './deployment.ts';
import { explain, tellingCalls } from './explain.ts';
import { type ExportOptions, exportOptions, inputOf } from './export-options.ts';
import { endingDocument, endingLines } from './report.ts';
import { type StartedExecution, start } from './start.ts';
import { watch } from './watch.ts';

// Who reads no more, as `head` does, has read enough.
process.stdout.on('error', () => process.exit());

try {
  process.exitCode = await main(exportOptions());
} catch (error) {
  console.error(explain(error));
  process.exitCode = 2;
}

/** @returns the exit status: 0, or with --watch 1 for an execution that did not succeed, 130 when interrupted */
async function main(options: ExportOptions): Promise<number> {
  const input = await inputOf(options);
  const knownArn = options.stage ? undefined : process.env.STATE_MACHINE_ARN;
  const sfn = tellingCalls(new SFNClient({ region: regionOf(options.region, process.env, knownArn) }));
  const stateMachineArn = knownArn || (await findStateMachine(sfn, options.stage));
  const started = await start(sfn, stateMachineArn, input);
  return options.watch ? await follow(sfn, started, options) : tell(started, options);
}

function tell({ executionArn, startDate }: StartedExecution, { json }: ExportOptions): number {
  console.log(json ? JSON.stringify({ executionArn, startDate }) : executionArn);
  console.error(`Started. To see how it stands: ${describeCommand(executionArn)}`);
  return 0;
}

async function follow(sfn: SFNClient, started: StartedExecution, { json }: ExportOptions): Promise<number> {
  const stream = json ? process.stderr : process.stdout;
  const controller = new AbortController();
  // Under npm it comes twice: from the terminal, and from npm.
  process.on('SIGINT', () => controller.abort());
  const { executionArn, startDate } = started;
  stream.write(`${executionArn}\n`);
  try {
    const ending = await watch(sfn, started, stream, controller.signal);
    if (json) console.log(JSON.stringify(endingDocument(started, ending)));
    else console.log(endingLines(started, ending).join('\n'));
    return ending.status === 'SUCCEEDED' ? 0 : 1;
  } catch (error) {
    if (!controller.signal.aborted) console.error(explain(error));
    console.error(`The execution goes on: ${executionArn}\nTo see how it stands: ${describeCommand(executionArn)}`);
    if (json) console.log(JSON.stringify({ executionArn, status: 'RUNNING', startDate }));
    return controller.signal.aborted ? 130 : 2;
  }
}

function describeCommand(executionArn: string): string {
  return `aws stepfunctions describe-execution --execution-arn ${executionArn}`;
}
