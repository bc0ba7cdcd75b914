import type { S3Client } from '@aws-sdk/client-s3';
import type { SFNClient } from '@aws-sdk/client-sfn';
import { fromJson, outcomesIn } from '../outcomes.ts';
import { endingLines } from '../report.ts';
import { start } from '../start.ts';
import { watch } from '../watch.ts';
import { count } from './import-rules.ts';
import { readManifest } from './read-manifest.ts';

/** Whether the restored dataset has the rows that were to be restored. */
export interface Proof {
  proved: boolean;
  text: string;
  manifest?: string;
}

interface Restored {
  datasetArn: string;
  rows: number;
  contentHash: string;
}

interface Proving {
  sfn: SFNClient;
  s3: S3Client;
  stateMachineArn: string;
  /** Receives the progress. */
  stream: NodeJS.WriteStream;
  signal: AbortSignal;
}

/** Exports a restored dataset with the deployment, and compares the content hash in the manifest of that export. Exports what
 * was imported in bulk: records that were added one by one since then do not count.
 * @throws what the SDK throws; AbortError, while the export goes on */
export async function prove(restored: Restored, { sfn, s3, stateMachineArn, stream, signal }: Proving): Promise<Proof> {
  const input = JSON.stringify({ datasetArn: restored.datasetArn, ingestionMode: 'BULK' });
  const started = await start(sfn, stateMachineArn, input);
  const ending = await watch(sfn, started, stream, signal);
  const [outcome] = outcomesIn(fromJson(ending.output) ?? ending.cause);
  const manifest = typeof outcome?.manifest === 'string' ? outcome.manifest : undefined;
  if (!manifest) {
    const lines = endingLines(started, ending).join('\n');
    return { proved: false, text: `Not proved: the export of the restored dataset has no manifest.\n${lines}` };
  }
  const { export: exported } = await readManifest(manifest, s3);
  return { ...comparison(restored, exported), manifest };
}

/** Compares what was to be restored with what an export of the restored dataset has. */
export function comparison(
  restored: Pick<Restored, 'rows' | 'contentHash'>,
  exported: { rows: number; contentHash: string },
): Pick<Proof, 'proved' | 'text'> {
  if (restored.contentHash === exported.contentHash) {
    return { proved: true, text: `Proved: the restored dataset has the same ${count(exported.rows)} rows.` };
  }
  return {
    proved: false,
    text:
      `Not proved: an export of the restored dataset has other content. It has ${count(exported.rows)} rows with the hash ${exported.contentHash}; ` +
      `${count(restored.rows)} rows with the hash ${restored.contentHash} were restored.`,
  };
}
