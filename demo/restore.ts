import { Writable } from 'node:stream';
import { PersonalizeClient } from '@aws-sdk/client-personalize';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { clientConfig } from 'local-aws';
import { print } from '../cli/print.ts';
import { carryOut } from '../cli/restore/carry-out.ts';
import { type Clients, readContext } from '../cli/restore/context.ts';
import { type Proof, prove } from '../cli/restore/prove.ts';
import { restoreScreen } from '../cli/restore/screen.ts';
import type { Notification } from '../src/notify/notification.ts';

const GROUP = 'demo-shop-restored';

/** Restores each export into a second dataset group as `npm run restore -- --prove` does, and says whether the rows are the same.
 * @param environment the environment variables of a client of the local AWS
 * @returns whether every export was restored and proved
 * @throws Error when an export can't be restored */
export async function restoreExports(
  notifications: Notification[],
  environment: Record<string, string>,
  signal: AbortSignal,
): Promise<boolean> {
  const config = clientConfig(environment);
  const clients = { personalize: new PersonalizeClient(config), s3: new S3Client(config), sfn: new SFNClient(config) };
  print(`\nRestoring the exports into the dataset group ${GROUP}, and exporting them again to compare the rows`);
  const proofs: Proof[] = [];
  for (const notification of notifications) proofs.push(await restore(notification, environment, clients, signal));
  return proofs.every(({ proved }) => proved);
}

async function restore(
  { manifest = '', datasetType = '' }: Notification,
  environment: Record<string, string>,
  { personalize, s3, sfn }: Clients,
  signal: AbortSignal,
): Promise<Proof> {
  const options = { manifest, group: GROUP, prove: true };
  const context = await readContext(options, { personalize, s3, sfn }, environment);
  const screen = restoreScreen(process.stdout, GROUP, datasetType);
  try {
    const making = { personalize, s3, signal, show: screen.show, log: screen.line };
    const restored = await carryOut(context, {}, making);
    screen.show('export', 'to compare');
    const { STATE_MACHINE_ARN: stateMachineArn = '' } = environment;
    const proof = await prove(restored, { sfn, s3, stateMachineArn, stream: silent(), signal });
    screen.line(`${GROUP}/${datasetType}: ${proof.text}`);
    return proof;
  } finally {
    screen.close();
  }
}

/** The steps of an export were shown before. */
function silent(): NodeJS.WriteStream {
  return new Writable({ write: (_, __, done) => done() }) as NodeJS.WriteStream;
}
