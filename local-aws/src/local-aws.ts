import type { ConsoleKnowledge } from './console/knowledge.ts';
import { consoleService } from './console/service.ts';
import type { ConsoleSources } from './console/sources.ts';
import { consoleSources } from './console-sources.ts';
import { callFaults } from './faults/call-faults.ts';
import { changingObjects } from './faults/changing-objects.ts';
import { checkFaults } from './faults/check-faults.ts';
import type { Fault } from './faults/fault.ts';
import { createFaults } from './faults/faults.ts';
import { faultsApi } from './faults/faults-api.ts';
import { snsSqs } from './fauxqs/service.ts';
import { type Authorization, authorizedCalls } from './iam/authorization.ts';
import { ACCOUNT, awsEnvironment, type ClientConfig, CREDENTIALS } from './protocols/account.ts';
import { inOrder } from './protocols/api-request.ts';
import type { EventBridgeEvent } from './protocols/eventbridge-event.ts';
import { localApi } from './protocols/local-api.ts';
import { requestHandler } from './protocols/request-handler.ts';
import { listen } from './protocols/server.ts';
import { startServices } from './services.ts';
import { authorizationOf } from './stack/authorization.ts';
import { createResources, objectReplacer, outputVariables } from './stack/resources.ts';
import { stackOf } from './stack/stack.ts';
import { readTemplate, type Template } from './stack/template.ts';
import type { HistoryEvent } from './step-functions/service.ts';

export interface LocalAwsOptions {
  stackName: string;
  /** The folder that `serverless package --package <folder>` wrote. */
  packageDir?: string;
  /** The template itself, instead of the one in `packageDir`. */
  template?: Template;
  /** The folder that the functions' handler paths are relative to; the current one by default. */
  serviceDir?: string;
  /** The port on 127.0.0.1; 0 takes a free one. */
  port: number;
  /** How long a Personalize job takes. */
  jobSeconds: number;
  /** How many imports, and how many exports, may run at once; 5 by default, as on AWS. */
  maxRunningJobs?: number;
  /** Receives one log file per function. */
  logsDir: string;
  /** The same list as at `/_local/faults`. The faults apply once the stack is deployed. */
  faults?: Fault[];
  /** The seconds between two attempts, instead of what the Retry fields of the definition say. */
  retryIntervalSeconds?: number;
  /** Loads all functions at the start, as provisioned concurrency does, and not each on its first invocation. */
  warmFunctions?: boolean;
  onHistoryEvent?: (executionArn: string, event: HistoryEvent) => void;
  onApiEvent?: (event: EventBridgeEvent) => void;
  /** What the page in the browser shows of the stack beside names and JSON. */
  console?: ConsoleKnowledge;
}

export interface LocalAws {
  /** The environment variables of a client: those of the AWS CLI, and the stack's outputs. */
  environment: Record<string, string>;
  /** Enforces the template's policies, and makes keys to try them with. */
  authorization: Authorization;
  /** Replaces the policies by those of another template with the same resources. */
  updatePolicies(template: Template): void;
  /** Replaces the faults.
   * @throws AwsError `ValidationException` that lists every wrong field. */
  setFaults(faults: Fault[]): void;
  stop(): Promise<void>;
}

/** Starts AWS on one port of this computer, with the packaged stack deployed into it.
 * @throws Error EADDRINUSE when the port is in use. */
export async function startLocalAws(options: LocalAwsOptions): Promise<LocalAws> {
  const closers: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    return { ...(await start(options, (close) => closers.push(close))), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function templateOf({ template, packageDir }: LocalAwsOptions): Promise<Template> {
  if (template) return template;
  if (packageDir !== undefined) return await readTemplate(packageDir);
  throw new Error('The local AWS needs a packageDir or a template.');
}

async function start(
  options: LocalAwsOptions,
  onStop: (close: () => Promise<void>) => void,
): Promise<Omit<LocalAws, 'stop'>> {
  const address = { ...ACCOUNT, stackName: options.stackName };
  const stack = stackOf(await templateOf(options), address);
  const authorization = authorizationOf(stack, address);
  const faults = createFaults();
  const { promise: started, resolve: setSources } = Promise.withResolvers<ConsoleSources>();
  const page = consoleService(options.console ?? {}, started);

  const messages = await snsSqs(ACCOUNT.region, page.onMessage);
  onStop(messages.close);
  const server = await listen(options.port);
  onStop(server.close);
  const client: ClientConfig = {
    endpoint: `http://127.0.0.1:${server.port}`,
    region: ACCOUNT.region,
    credentials: CREDENTIALS,
  };
  const changing = changingObjects(objectReplacer(client));
  const services = await startServices(
    stack,
    client,
    { authorization, faults, changing },
    {
      ...options,
      onBusEvent: page.onBusEvent,
      onHistoryEvent(executionArn, event) {
        page.onHistoryEvent();
        options.onHistoryEvent?.(executionArn, event);
      },
    },
  );
  onStop(services.close);
  server.handle(
    requestHandler({
      ...ACCOUNT,
      // S3 takes every request that no other service recognizes.
      readers: [...services.readers, messages.read, services.s3.read],
      // A call that is throttled or cut never reaches the authorization.
      intercept: inOrder(callFaults(faults), authorizedCalls(authorization), changing.intercept),
      page,
      control: localApi({ faults: faultsApi(faults, services.operations), schedules: services.schedules }),
    }),
  );

  const notificationsQueueUrl = await createResources(stack, options.stackName, { client, s3: services.s3 });
  const setFaults = (list: Fault[]) => faults.replace(checkFaults(list, services.operations));
  setFaults(options.faults ?? []);
  const environment = {
    ...awsEnvironment(client),
    ...outputVariables(stack, client),
    NOTIFICATIONS_QUEUE_URL: notificationsQueueUrl,
  };
  const { maxRunningJobs = 5 } = options;
  setSources(consoleSources(stack, services, faults, { environment, maxRunningJobs }));
  return {
    environment,
    authorization,
    updatePolicies: (template) => authorization.replacePolicies(stackOf(template, address).policies),
    setFaults,
  };
}
