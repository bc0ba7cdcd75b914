import fc from 'fast-check';
import { expect, it } from 'vitest';
import { exportsOf } from './pipeline.ts';
import { batchOf, batchSpecs, requestOf, requestSpecs } from './requests.ts';
import { expectCleanPrototype, numRuns } from './runs.ts';
import { calls, datasetsOf } from './service.ts';
import { validFields, validRequests, wrongFields } from './valid-requests.ts';

expectCleanPrototype();

const datasetsIn = (exports: Awaited<ReturnType<typeof exportsOf>>) =>
  typeof exports === 'string' ? exports : exports.map(({ datasetArn }) => datasetArn).sort();

it('a valid request is one export for each of its datasets', async () => {
  await fc.assert(
    fc.asyncProperty(validRequests, async (request) => {
      expect(datasetsIn(await exportsOf(request))).toEqual(datasetsOf(request).sort());
    }),
    { numRuns },
  );
});

it('a batch of valid requests that differ only in their datasets is one export for each distinct dataset', async () => {
  const datasets = fc.array(validRequests, { minLength: 1, maxLength: 8 }).map((some) => some.flatMap(datasetsOf));
  await fc.assert(
    fc.asyncProperty(
      datasets,
      fc.record(validFields, { requiredKeys: [] }),
      async (some, { jobName: _, ...others }) => {
        const exports = some.map((datasetArn) => ({ datasetArn, ...others }));
        expect(datasetsIn(await exportsOf({ exports }))).toEqual([...new Set(some)].sort());
      },
    ),
    { numRuns },
  );
});

it('a valid request with one wrong field is refused by the name of the field', async () => {
  await fc.assert(
    fc.asyncProperty(validRequests, wrongFields, async (request, { field, wrong, byForm }) => {
      expect(await exportsOf({ ...request, ...wrong })).toContain(`${field}: `);
      if (byForm) expect(calls).toEqual([]);
    }),
    { numRuns },
  );
});

it('a wrong field in a batch is refused by the place of its request and its name', async () => {
  const request = validRequests.filter(({ datasetArn }) => datasetArn !== undefined);
  const wrong = wrongFields.filter(
    ({ field }) => !['origin', 'onlyDatasetGroups'].some((name) => field.startsWith(name)),
  );
  await fc.assert(
    fc.asyncProperty(request, wrong, async (right, { field, wrong }) => {
      const exports = [{ datasetArn: right.datasetArn }, { ...right, ...wrong }];
      expect(await exportsOf({ exports })).toContain(`exports[1].${field}: `);
    }),
    { numRuns },
  );
});

it('any request is planned, or is refused by an error that names a field', async () => {
  await fc.assert(
    fc.asyncProperty(requestSpecs, async (spec) => void (await exportsOf(requestOf(spec)))),
    { numRuns },
  );
});

it('any batch is planned, or is refused by an error that names a field', async () => {
  await fc.assert(
    fc.asyncProperty(batchSpecs, async (spec) => void (await exportsOf(batchOf(spec)))),
    { numRuns },
  );
});
