import { Writable } from 'node:stream';
import { PersonalizeClient } from '@aws-sdk/client-personalize';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { clientConfig } from 'local-aws';
import { carryOut } from '../cli/restore/carry-out.ts';
import { readContext } from '../cli/restore/context.ts';
import { prove } from '../cli/restore/prove.ts';
import type { Notification } from '../src/notify/notification.ts';
import type { DemoScreen } from './screen.ts';

const GROUP = 'demo-shop-restored';

/** Restores each export into a second dataset group as `npm run restore -- --prove` does, and says whether the rows are the same.
 * @param environment the environment variables of a client of the local AWS
 * @returns whether every export was restored and proved
 * @throws Error when an export can't be restored */
export async function restoreExports(
  notifications: Notification[],
  environment: Record<string, string>,
  screen: Pick<DemoScreen, 'heading' | 'line'>,
  signal: AbortSignal,
): Promise<boolean> {
  const config = clientConfig(environment);
  const [personalize, s3, sfn] = [new PersonalizeClient(config), new S3Client(config), new SFNClient(config)];
  let isProved = true;
  for (const { manifest = '', datasetType } of notifications) {
    screen.heading(`Restore: ${datasetType}`);
    const options = { manifest, group: GROUP, prove: true };
    const context = await readContext(options, { personalize, s3, sfn }, environment);
    const making = { personalize, s3, signal, log: screen.line };
    const show = (what: string, status: string) => screen.line(`${what} ${status}`);
    const restored = await carryOut(context, {}, { ...making, show });
    screen.line('exporting it again, to compare');
    const { STATE_MACHINE_ARN: stateMachineArn = '' } = environment;
    const proof = await prove(restored, { sfn, s3, stateMachineArn, stream: silent(), signal });
    screen.line(proof.text);
    isProved &&= proof.proved;
  }
  return isProved;
}

/** The steps of an export were shown before. */
function silent(): NodeJS.WriteStream {
  return new Writable({ write: (_, __, done) => done() }) as NodeJS.WriteStream;
}
