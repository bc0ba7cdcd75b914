import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pendingJob, plannedExport } from '../builders.ts';
import { publishing } from './publishing.ts';

const { published } = publishing();

const startedAt = '2026-03-14T09:00:00.123Z';

describe('whatever text a request and a reason contain', () => {
  const pieces = [
    'a',
    '"',
    '\\',
    '\n',
    '\r\n',
    '\0',
    '\u001b[31m',
    '\u2028',
    '\u202e',
    '\u061c',
    '😀',
    'مرحبا',
    '語',
    '\ud800',
    '</',
  ];
  const text = fc.string({ unit: fc.constantFrom(...pieces), minLength: 1, maxLength: 60 });
  const long = fc.tuple(fc.constantFrom(...pieces), fc.integer({ min: 1, max: 1_000_000 }));
  const reason = fc.oneof(
    { weight: 9, arbitrary: text },
    { weight: 1, arbitrary: long.map(([piece, length]) => piece.repeat(Math.ceil(length / piece.length))) },
  );
  const origin = fc.dictionary(text, text, { maxKeys: 12 });
  const parts = fc.record({ reason, origin, datasetGroup: text, datasetType: text, jobName: text, path: text });

  it('the message of a failed export is valid, and its e-mail has the same number of lines', async () => {
    await fc.assert(
      fc.asyncProperty(parts, async ({ reason: failureReason, path, ...of }) => {
        const one = plannedExport({ ...of, jobOutput: { s3DataDestination: { path } } });
        const { document, email } = await published({
          export: one,
          job: pendingJob({ phase: 'failed', failureReason }),
        });
        expect(document.outcome).toBe('CREATE FAILED');
        expect(email.split('\n')).toHaveLength(Object.keys(document.origin ?? {}).length > 0 ? 21 : 20);
        expect(email.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      }),
      { numRuns: 60 },
    );
  });

  it('the message of a rejected request is valid', async () => {
    const request = fc.oneof(fc.record({ datasetGroupArn: text, origin }), fc.jsonValue(), reason);
    const cause = fc.oneof(
      reason,
      reason.map((errorMessage) => JSON.stringify({ errorMessage })),
    );
    await fc.assert(
      fc.asyncProperty(request, cause, async (given, Cause) => {
        const error = { Error: 'InvalidRequestError', Cause };
        const { document, email } = await published({ request: given, error, startedAt });
        expect(document.outcome).toBe('REJECTED');
        // A line per fault, of which a message has at most 20 and their number.
        expect(email.split('\n').length).toBeLessThanOrEqual(17 + 21);
      }),
      { numRuns: 60 },
    );
  });
});
