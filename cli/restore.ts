import { explain } from './explain.ts';
import { plainLines, print, printError, printJson } from './print.ts';
import { ask } from './restore/ask.ts';
import { carryOut, type Restored } from './restore/carry-out.ts';
import { type Clients, clientsFor, type RestoreContext, readContext } from './restore/context.ts';
import { count } from './restore/import-rules.ts';
import { ImportFailedError, type Made } from './restore/make.ts';
import { type RestoreOptions, restoreOptions } from './restore/options.ts';
import { planLines } from './restore/plan-text.ts';
import { type Proof, prove } from './restore/prove.ts';
import { restoreScreen } from './restore/screen.ts';

// The reader of stdout may close it early, as `head` does.
process.stdout.on('error', () => process.exit());

const made: Made = {};
const controller = new AbortController();
// npm forwards the signal, so it arrives twice.
process.on('SIGINT', () => controller.abort());
const options = restoreOptions();

try {
  process.exitCode = await main(options);
} catch (error) {
  process.exitCode = failed(error as Error);
}

/** @returns the exit status */
async function main(given: RestoreOptions): Promise<number> {
  const clients = clientsFor(given, process.env);
  const context = await readContext(given, clients, process.env);
  const lines = planLines(context.manifest, context.plan, await clients.personalize.config.region());
  say(lines.join('\n'));
  if (given.dryRun) {
    say('Nothing was made: --dry-run.');
    if (given.json) printJson({ status: 'PLANNED', plan: context.plan });
    return 0;
  }
  if (!given.yes && !(await ask('Restore?', controller.signal))) {
    printError('Nothing was made.');
    return 2;
  }
  const restored = await restore(context, clients);
  say(`Restored: ${count(restored.rows)} rows. ${madeLines().join('\n')}`);
  const proof = context.stateMachineArn && (await proofOf(restored, context.stateMachineArn, clients));
  if (proof) say(proof.text);
  if (given.json) printJson(resultOf(restored, proof || undefined));
  return proof && !proof.proved ? 1 : 0;
}

async function restore(context: RestoreContext, { personalize, s3 }: Clients): Promise<Restored> {
  const screen = restoreScreen(stream(), context.plan.group.name, context.plan.datasetType);
  try {
    return await carryOut(context, made, {
      ...{ personalize, s3, signal: controller.signal },
      ...{ show: screen.show, log: screen.line },
    });
  } finally {
    screen.close();
  }
}

async function proofOf(restored: Restored, stateMachineArn: string, { sfn, s3 }: Clients): Promise<Proof> {
  say('Exporting the restored dataset, to compare it');
  return await prove(restored, { sfn, s3, stateMachineArn, stream: stream(), signal: controller.signal });
}

/** With --json, stdout has the document alone. */
function stream(): NodeJS.WriteStream {
  return options.json ? process.stderr : process.stdout;
}

function say(text: string): void {
  if (options.json) printError(text);
  else print(text);
}

function madeLines(): string[] {
  return Object.values(made).map((arn) => `  ${plainLines(arn)}`);
}

function resultOf({ rows, contentHash, kept }: Restored, proof: Proof | undefined): object {
  const { excludedRows, excludedUsers } = kept ?? {};
  return { status: 'RESTORED', ...made, rows, contentHash, excludedRows, excludedUsers, proof };
}

/** Says what went wrong and what was made until then.
 * @returns the exit status */
function failed(error: Error): number {
  const isInterrupted = controller.signal.aborted;
  const isOfImport = error instanceof ImportFailedError;
  printError(isInterrupted ? 'Interrupted.' : isOfImport ? error.message : explain(error));
  const isAnythingMade = Object.keys(made).length > 0;
  if (isAnythingMade) {
    printError(['Made or used so far:', ...madeLines(), 'The same command continues from there.'].join('\n'));
  }
  if (options.json && isAnythingMade) {
    printJson({ status: isInterrupted ? 'INTERRUPTED' : 'FAILED', ...made, reason: error.message });
  }
  if (isInterrupted) return 130;
  return isOfImport ? 1 : 2;
}
