import { explain } from '../explain.ts';
import { plainLines } from '../print.ts';
import { carryOut, type Restored } from './carry-out.ts';
import { type Clients, type RestoreContext, readContext } from './context.ts';
import { count } from './import-rules.ts';
import { ImportFailedError, type Made } from './make.ts';
import type { RestoreOptions } from './options.ts';
import { planLines } from './plan-text.ts';
import { type Proof, prove } from './prove.ts';
import { restoreScreen } from './screen.ts';

/** What a restore needs besides its options. */
export interface RestoreRun {
  clients: Clients;
  environment: NodeJS.ProcessEnv;
  /** Stops the restore. What was made stays. */
  signal: AbortSignal;
  /** Receives the plan, the progress and the result, for people. */
  stream: NodeJS.WriteStream;
  printError(text: string): void;
  /** Receives the result as one document. */
  printDocument(document: object): void;
  ask(question: string, signal: AbortSignal): Promise<boolean>;
}

/** Plans, asks, restores and proves. Errors are explained, not thrown.
 * @returns the exit status: 0; 1 if the import or the proof failed; 2 if nothing or not all was made; 130 if stopped */
export async function runRestore(options: RestoreOptions, run: RestoreRun): Promise<number> {
  const made: Made = {};
  try {
    return await restoreAndProve(options, run, made);
  } catch (error) {
    return failed(error as Error, run, made);
  }
}

async function restoreAndProve(options: RestoreOptions, run: RestoreRun, made: Made): Promise<number> {
  const { clients, stream, signal } = run;
  const say = (text: string) => void stream.write(`${plainLines(text)}\n`);
  const context = await readContext(options, clients, run.environment);
  say(planLines(context.manifest, context.plan, await clients.personalize.config.region()).join('\n'));
  if (options.dryRun) {
    say('Nothing was made: --dry-run.');
    run.printDocument({ status: 'PLANNED', plan: context.plan });
    return 0;
  }
  if (!options.yes && !(await run.ask('Restore?', signal))) {
    run.printError('Nothing was made.');
    return 2;
  }
  const restored = await restore(context, run, made);
  say([`Restored: ${count(restored.rows)} rows`, ...madeLines(made)].join('\n'));
  const proof = await proofOf(restored, context, run, say);
  run.printDocument(resultOf(made, restored, proof));
  return proof && !proof.proved ? 1 : 0;
}

async function restore(
  context: RestoreContext,
  { clients, signal, stream }: RestoreRun,
  made: Made,
): Promise<Restored> {
  const screen = restoreScreen(stream, context.plan.group.name, context.plan.datasetType);
  const { personalize, s3 } = clients;
  try {
    return await carryOut(context, made, { personalize, s3, signal, show: screen.show, log: screen.line });
  } finally {
    screen.close();
  }
}

async function proofOf(
  restored: Restored,
  { stateMachineArn }: RestoreContext,
  { clients: { sfn, s3 }, stream, signal }: RestoreRun,
  say: (text: string) => void,
): Promise<Proof | undefined> {
  if (!stateMachineArn) return undefined;
  say('Exporting the restored dataset, to compare it');
  const proof = await prove(restored, { sfn, s3, stateMachineArn, stream, signal });
  say(proof.text);
  return proof;
}

function madeLines(made: Made): string[] {
  return Object.values(made).map((arn) => `  ${arn}`);
}

function resultOf(made: Made, { rows, contentHash, kept }: Restored, proof: Proof | undefined): object {
  const { excludedRows, excludedUsers } = kept ?? {};
  return { status: 'RESTORED', ...made, rows, contentHash, excludedRows, excludedUsers, proof };
}

/** Says what went wrong and what was made until then.
 * @returns the exit status */
function failed(error: Error, { signal, printError, printDocument }: RestoreRun, made: Made): number {
  const isInterrupted = signal.aborted;
  const isOfImport = error instanceof ImportFailedError;
  printError(isInterrupted ? 'Interrupted.' : isOfImport ? error.message : explain(error));
  if (Object.keys(made).length > 0) {
    printError(['Made or used so far:', ...madeLines(made), 'The same command continues from there.'].join('\n'));
    printDocument({ status: isInterrupted ? 'INTERRUPTED' : 'FAILED', ...made, reason: error.message });
  }
  if (isInterrupted) return 130;
  return isOfImport ? 1 : 2;
}
