import { setTimeout as pause } from 'node:timers/promises';
import {
  CreateTableCommand,
  GetTableCommand,
  type GlueClient,
  type Table,
  type TableInput,
  UpdateTableCommand,
} from '@aws-sdk/client-glue';
import { UnexpectedAnswerError } from '../lambda/errors.ts';
import { isRetryable } from '../lambda/is-retryable.ts';
import { MAX_SUMMARY_REASON_CHARACTERS } from '../lambda/limits.ts';
import { logger } from '../lambda/logger.ts';
import { shorten } from '../lambda/shorten.ts';
import type { Verification } from '../state.ts';
import { glue } from './glue-client.ts';
import type { Manifest } from './manifest.ts';
import { isOlder } from './publish-manifest.ts';
import { PARAMETER, tableInput, unreadableReason } from './table-input.ts';

/** How long and how often a call to Glue is retried, because another execution changed the table or Glue did not respond. */
const MAX_MILLISECONDS = 20_000;
const MAX_ATTEMPTS = 40;
const LONGEST_PAUSE_MILLISECONDS = 250;

/** Points the table of a dataset at an export that passed: creates it, or moves it forward. If several executions do this
 * at the same time, the newest export stays. Never fails: an export that passed does not depend on Glue.
 * @returns the table, and the reason if it does not have this export */
export async function moveTable(
  manifest: Manifest,
  database: string,
  client: GlueClient = glue,
): Promise<Pick<Verification, 'table' | 'tableReason'>> {
  const input = tableInput(manifest);
  const table = `${database}.${input.Name}`;
  try {
    const reason = unreadableReason(manifest) ?? (await pointAt(manifest, database, input, client));
    logger.info(reason ? 'table not moved' : 'table has this export', { table, ...(reason && { reason }) });
    return { table, ...(reason && { tableReason: reason }) };
  } catch (error) {
    const { name, message } = error as Error;
    logger.warn('table not moved', { table, errorName: name, errorMessage: message });
    return { table, tableReason: shorten(`${name}: ${message}`, MAX_SUMMARY_REASON_CHARACTERS) };
  }
}

/** @returns why the table stays as it is, if it does
 * @throws the last error of Glue */
async function pointAt(
  manifest: Manifest,
  DatabaseName: string,
  input: TableInput,
  client: GlueClient,
): Promise<string | undefined> {
  const giveUpAt = Date.now() + MAX_MILLISECONDS;
  for (let attempt = 1; ; attempt++) {
    try {
      const existing = await read(DatabaseName, input, client);
      if (existing?.Parameters?.[PARAMETER.datasetExportJobArn] === manifest.export.datasetExportJobArn)
        return undefined;
      const reason = existing && reasonToLeave(existing, manifest);
      if (reason) return reason;
      await write(existing, DatabaseName, input, client);
      return undefined;
    } catch (error) {
      const canRetry = error instanceof TableChangedError || isRetryable(error as Error);
      if (!canRetry || attempt === MAX_ATTEMPTS || Date.now() > giveUpAt) throw error;
    }
    await pause(Math.random() * LONGEST_PAUSE_MILLISECONDS);
  }
}

/** Why an existing table is left as it is: it has another owner, another dataset or a newer export. */
function reasonToLeave({ Name, Parameters = {} }: Table, { export: facts }: Manifest): string | undefined {
  const datasetArn = Parameters[PARAMETER.datasetArn];
  if (Parameters[PARAMETER.version] === undefined || datasetArn === undefined) {
    return `Another owner has the table ${Name}: it lacks the parameter ${PARAMETER.version}.`;
  }
  if (datasetArn !== facts.datasetArn) {
    return `Two datasets have the table name ${Name}. The table belongs to ${datasetArn}; this export is of ${facts.datasetArn}.`;
  }
  const [createdAt = '', datasetExportJobArn = ''] = [
    Parameters[PARAMETER.createdAt],
    Parameters[PARAMETER.datasetExportJobArn],
  ];
  return isOlder({ createdAt, datasetExportJobArn }, facts)
    ? undefined
    : `A newer export has the table: ${datasetExportJobArn}.`;
}

/** The table was created, changed or deleted after it was read. */
class TableChangedError extends Error {
  override readonly name = 'TableChangedError' as const;
}

/** @returns undefined if there is no such table, or no such database: creating the table tells which */
async function read(DatabaseName: string, { Name }: TableInput, client: GlueClient): Promise<Table | undefined> {
  try {
    const { Table } = await client.send(new GetTableCommand({ DatabaseName, Name }));
    if (Table?.VersionId !== undefined) return Table;
  } catch (error) {
    if ((error as Error).name === 'EntityNotFoundException') return undefined;
    throw error;
  }
  throw new UnexpectedAnswerError(`Glue described the table ${DatabaseName}.${Name} without its version.`);
}

/** @throws TableChangedError; any other error of Glue as it is */
async function write(
  existing: Table | undefined,
  DatabaseName: string,
  input: TableInput,
  client: GlueClient,
): Promise<void> {
  const raced = existing ? ['ConcurrentModificationException', 'EntityNotFoundException'] : ['AlreadyExistsException'];
  try {
    if (!existing) await client.send(new CreateTableCommand({ DatabaseName, TableInput: input }));
    else {
      // Keeps the parameters that others added.
      const TableInput = { ...input, Parameters: { ...existing.Parameters, ...input.Parameters } };
      const { VersionId } = existing;
      await client.send(new UpdateTableCommand({ DatabaseName, TableInput, VersionId, SkipArchive: true }));
    }
  } catch (error) {
    const { name, message } = error as Error;
    if (raced.includes(name)) throw new TableChangedError(`${name}: ${message}`, { cause: error });
    throw error;
  }
}
