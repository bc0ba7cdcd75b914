import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { cut } from '../../src/lambda/shorten.ts';
import type { Check, Context } from './check.ts';
import { CHECKS } from './checks.ts';
import type { Clients } from './clients.ts';
import { deploymentOf, type Place, type StackReading } from './deployment.ts';
import type { Finding, Observation, Report } from './report-schema.ts';
import { readStack } from './stack.ts';
import { NoStackError, present, unknownFor } from './unknown.ts';
import { verdictOn } from './verdict.ts';

/** Characters that are shown of what was seen: AWS's reasons can be long. */
const MOST_CHARACTERS = 2_000;

/** What to examine, and with what. */
export interface Request extends Omit<Place, 'identity'> {
  clients: Clients;
  environment: NodeJS.ProcessEnv;
  datasetArn?: string | undefined;
}

/** Runs every check at the same time. None of them changes anything.
 * @throws what the SDK throws if AWS can't be called: without credentials, or without a connection */
export async function diagnose({ clients, environment, datasetArn, ...place }: Request): Promise<Report> {
  const checkedAt = new Date().toISOString();
  const [identity, reading] = await Promise.all([identify(clients), read(clients, place.stackName)]);
  const deployment = deploymentOf({ ...place, identity }, reading, environment);
  const context = { clients, deployment, datasetArn };
  const findings = (await Promise.all(CHECKS.map((check) => run(check, context)))).flat();
  const { stage, stackName, account, region } = deployment;
  return { version: '1', ...verdictOn(findings, deployment), stage, stackName, account, region, checkedAt, findings };
}

async function identify({ sts }: Clients) {
  const identity = await sts.send(new GetCallerIdentityCommand({}));
  present(identity.Account, 'sts:GetCallerIdentity', 'Account');
  return identity;
}

async function read({ cloudFormation }: Clients, stackName: string): Promise<StackReading> {
  return await readStack(cloudFormation, stackName).then(
    (stack) => ({ stack }),
    (error: Error) => ({ stack: undefined, error }),
  );
}

async function run(check: Check, context: Context): Promise<Finding[]> {
  const { reading, stackName } = context.deployment;
  const isMissing = !reading.stack && !reading.error;
  const observations = await (check.needsStack && isMissing
    ? Promise.resolve([unknownFor(new NoStackError(`Not checked: there is no stack ${stackName}.`))])
    : check.run(context)
  ).catch((error: Error): Observation[] => [unknownFor(error)]);
  return observations.map((observation) => ({
    check: check.name,
    ...observation,
    seen: shortened(observation.seen),
    ...(observation.state !== 'ok' && { why: observation.why ?? check.why }),
  }));
}

function shortened(text: string): string {
  return text.length <= MOST_CHARACTERS ? text : `${cut(text, MOST_CHARACTERS - 1)}…`;
}
