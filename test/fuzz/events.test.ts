import fc from 'fast-check';
import { expect, it } from 'vitest';
import * as validators from '#validators';
import { executionFor } from '../../src/trigger/event-to-execution.ts';
import { type StartExportEvent, TRIGGERS } from '../../src/trigger/start-export-event.ts';
import { changedIdentity, eventOf, eventSpecs, validEvents } from './events.ts';
import { assertStartable } from './pipeline.ts';
import { expectCleanPrototype, numRuns } from './runs.ts';

expectCleanPrototype();

const context = { importDatasetGroups: ['shop'], readRequestFile: async () => ({ request: { datasetArn: 'x' } }) };
const executionOf = (event: unknown) => executionFor(event as StartExportEvent, context);

it('any event that start-export takes becomes an execution that can start', async () => {
  await fc.assert(
    fc.asyncProperty(eventSpecs, async (spec) => {
      const event = eventOf(spec);
      fc.pre(validators.startExportEvent(event));
      await assertStartable(await executionOf(event));
    }),
    { numRuns },
  );
});

it('an event that is delivered again has the same execution name', async () => {
  await fc.assert(
    fc.asyncProperty(eventSpecs, async (spec) => {
      fc.pre(validators.startExportEvent(eventOf(spec)));
      expect((await executionOf(eventOf(spec))).name).toBe((await executionOf(eventOf(spec))).name);
    }),
    { numRuns },
  );
});

it('two events that differ in what identifies them have two execution names', async () => {
  await fc.assert(
    fc.asyncProperty(validEvents.chain(changedIdentity), async ([one, other]) => {
      expect((await executionOf(one)).name).not.toBe((await executionOf(other)).name);
    }),
    { numRuns },
  );
});

it.each(TRIGGERS)('the event of %s that is generated without changes is one that start-export takes', (trigger) => {
  const spec = { trigger, id: 'e', request: { base: {}, changes: [] }, changes: [] };
  expect(validators.startExportEvent(eventOf(spec))).toBe(true);
});
