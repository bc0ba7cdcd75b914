import { expect, it } from 'vitest';
import * as validators from '#validators';
import { TRIGGERS } from '../../../src/trigger/start-export-event.ts';
import { importStarted, triggered } from '../builders.ts';

it.each(TRIGGERS)('start-export accepts the event of the trigger %s', (trigger) => {
  expect(validators.startExportEvent(triggered(trigger, {}))).toBe(true);
});

it('start-export refuses an event of an unknown trigger', () => {
  const { event } = importStarted();
  for (const trigger of ['import started', 'toString', '', undefined]) {
    expect(validators.startExportEvent({ trigger, event })).toBe(false);
  }
});
