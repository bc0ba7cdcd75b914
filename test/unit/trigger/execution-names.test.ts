import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unicodeText } from '../../unicode-text.ts';
import { datasetImportJobArn, importStarted, triggered } from '../builders.ts';
import { execute, holding, importActive, newFile, request, requested, scheduled } from './trigger-events.ts';

describe('the other name of an execution, for when its name is taken', () => {
  it.each([
    ['an import', importStarted()],
    ['a request file', newFile({})],
    ['a schedule', scheduled('nightly', '2026-11-24T02:30:00Z')],
    ['an event of another service', requested(request)],
    ['an event that is rejected', triggered('import-started', {})],
  ])(
    'the other name of an execution follows from the event for %s, and differs from the first',
    async (_, anyEvent) => {
      const { name, otherName } = await execute(anyEvent);
      expect(otherName).toMatch(/^[a-zA-Z0-9\-_]{1,80}$/);
      expect(otherName).not.toBe(name);
      expect((await execute(anyEvent)).otherName).toBe(otherName);
    },
  );

  it('the other name depends on the request, while the first depends on the event alone', async () => {
    const one = await execute(requested({ datasetArn: 'one' }));
    const other = await execute(requested({ datasetArn: 'other' }));
    expect(other.name).toBe(one.name);
    expect(other.otherName).not.toBe(one.otherName);
  });

  it('the other name for an import is the same whether CloudTrail or the AWS Solution reports it', async () => {
    const { otherName } = await execute(importStarted());
    expect((await execute(importActive(datasetImportJobArn))).otherName).toBe(otherName);
  });

  it('the other name for a request file is the same if the file is gone by the time of a retry', async () => {
    const { otherName } = await execute(newFile({}));
    const gone = { readRequestFile: holding({ fault: 'could not be read.' }) };
    expect((await execute(newFile({}), gone)).otherName).toBe(otherName);
    expect((await execute(newFile({ etag: 'e2' }), gone)).otherName).not.toBe(otherName);
  });
});

describe('the time at which an event happened', () => {
  it.each([
    ['the call of an import', importStarted(), '2026-03-14T09:00:00Z'],
    ['the scheduled time', scheduled('nightly', '2026-11-24T02:30:00Z'), '2026-11-24T02:30:00Z'],
  ])('the time at which an event happened is %s', async (_, anyEvent, time) => {
    expect(await execute(anyEvent)).toMatchObject({ happenedAt: time });
  });

  it.each([
    ['an import of the Solution, which started before', importActive(datasetImportJobArn)],
    ['an event whose sender chooses its time', requested({ ...request, eventTime: '2026-03-14T09:00:00Z' })],
    ['a call without a time', importStarted({ eventTime: undefined })],
    ['a call with a time that is none', importStarted({ eventTime: 'yesterday' })],
  ])('the time at which an event happened is unknown for %s', async (_, anyEvent) => {
    expect(await execute(anyEvent)).not.toHaveProperty('happenedAt');
  });
});

it('two different events never share an execution name, whatever their ids hold', async () => {
  const text = unicodeText({ maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(text, text, text, text, async (id, source, otherId, otherSource) => {
      fc.pre(id !== otherId || source !== otherSource);
      const names = await Promise.all([
        execute(requested(request, id, source)),
        execute(requested(request, otherId, otherSource)),
      ]);
      for (const { name } of names) expect(name).toMatch(/^[a-zA-Z0-9][a-zA-Z0-9\-_]{0,79}$/);
      expect(names[0]?.name).not.toBe(names[1]?.name);
    }),
  );
});

it('two rejected events with different ids have two execution names', async () => {
  const rejected = (id: string) => execute(triggered('import-started', {}, { id }));
  expect((await rejected('1')).name).not.toBe((await rejected('2')).name);
  expect((await rejected('1')).name).toBe((await rejected('1')).name);
});
