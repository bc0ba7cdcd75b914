import type { ConsoleSources } from './console/sources.ts';
import { matchesPattern } from './events/event-pattern.ts';
import type { Faults } from './faults/faults.ts';
import { proposedSchema } from './personalize/schema-rules.ts';
import { ACCOUNT, CREDENTIALS } from './protocols/account.ts';
import type { EventBridgeEvent } from './protocols/eventbridge-event.ts';
import type { Services } from './services.ts';
import type { Stack } from './stack/stack.ts';

interface Options {
  environment: Record<string, string>;
  maxRunningJobs: number;
}

/** What the page reads, from the services. */
export function consoleSources(stack: Stack, services: Services, faults: Faults, options: Options): ConsoleSources {
  const { stepFunctions, personalize, s3, publish, operations } = services;
  const caller = { ...ACCOUNT, accessKeyId: CREDENTIALS.accessKeyId };
  return {
    executions: stepFunctions.executions,
    machines: stepFunctions.stateMachines,
    personalize: (operation, input) => personalize.operations[operation]?.(input, caller) as Record<string, unknown>,
    maxRunningJobs: options.maxRunningJobs,
    proposedSchema,
    objects: s3.browse.objects,
    headOfObject: s3.browse.headOf,
    faults: () => faults.list().map((fault) => ({ ...fault })),
    operations,
    schedules: stack.schedules,
    matches: matchesPattern,
    publish: (event) => publish({ account: ACCOUNT.accountId, region: ACCOUNT.region, ...event } as EventBridgeEvent),
    environment: () => options.environment,
  };
}
