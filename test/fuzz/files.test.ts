import fc from 'fast-check';
import { it } from 'vitest';
import { executionFor } from '../../src/trigger/event-to-execution.ts';
import { requestFileReader } from '../../src/trigger/request-file.ts';
import type { StartExportEvent } from '../../src/trigger/start-export-event.ts';
import { bytesOf, fileSpecs } from './files.ts';
import { assertStartable } from './pipeline.ts';
import { expectCleanPrototype, numRuns } from './runs.ts';
import { s3Holding } from './service.ts';

expectCleanPrototype();

const detail = { bucket: { name: 'exports-bucket' }, object: { key: 'requests/a.json', etag: 'e1', sequencer: '01' } };
const event: StartExportEvent = { trigger: 'request-dropped', event: { id: 'event-1', source: 'aws.s3', detail } };

it('any request file becomes an execution that can start', async () => {
  await fc.assert(
    fc.asyncProperty(fileSpecs, async (spec) => {
      const context = { importDatasetGroups: [], readRequestFile: requestFileReader(s3Holding(bytesOf(spec))) };
      await assertStartable(await executionFor(event, context));
    }),
    { numRuns },
  );
});
