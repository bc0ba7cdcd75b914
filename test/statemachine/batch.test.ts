import { DescribeDatasetCommand } from '@aws-sdk/client-personalize';
import { describe, expect, it } from 'vitest';
import { definition, type State } from '../../scripts/definition.ts';
import { datasetArn, datasetGroupArn, personalizeArn } from '../unit/builders.ts';
import { account, exported, exportStatuses, planned, summarised } from './machine.ts';

const MAX_STATE_BYTES = 262_144;
const MAX_CAUSE_CHARACTERS = 32_768;

// A hundred exports, five at a time, would wait for twenty seconds.
const atOnce = structuredClone(definition);
(atOnce.States.ExportDatasets as State).MaxConcurrency = 100;

/** An account that has these datasets, and exports them all at once. */
function full(names: string[]) {
  const aws = account({}, { definition: JSON.stringify(atOnce) });
  const there = new Set([datasetArn, ...names.map((name) => personalizeArn(`dataset/${name}/ITEMS`))]);
  aws.personalize.on(DescribeDatasetCommand).callsFake(({ datasetArn: arn }) => {
    if (!there.has(arn)) throw new Error(`${arn} is not one of the datasets.`);
    return { dataset: { datasetArn: arn, datasetType: 'ITEMS', datasetGroupArn } };
  });
  return aws;
}

/** With names as long as the API takes them. */
const names = (count: number) => Array.from({ length: count }, (_, n) => `${'x'.repeat(57)}-${n}`);
const batchOf = (all: string[]) => ({
  exports: all.map((name) => ({ datasetArn: personalizeArn(`dataset/${name}/ITEMS`) })),
});

describe.concurrent('a batch', () => {
  it('a batch is one execution with a notification per export and all outcomes in its output', async () => {
    const { path, iterations, description, notifications } = await full(['a', 'b']).execute({
      exports: [{ datasetArn }, ...batchOf(['a', 'b', 'a']).exports],
    });
    expect(path.slice(0, planned.length)).toEqual(planned);
    expect(path.slice(-exported.length)).toEqual(exported);
    expect(iterations).toHaveLength(3);
    expect(notifications.map(({ document }) => document.outcome)).toEqual(['ACTIVE', 'ACTIVE', 'ACTIVE']);
    expect(JSON.parse(description.output ?? '').outcomes).toHaveLength(3);
  });

  it('a batch with a wrong request is rejected as a whole', async () => {
    const { path, description, notifications } = await account().execute({ exports: [{ datasetArn }, { colour: 1 }] });
    expect(path).toEqual(['PlanExports', 'NotifyRejected', 'NotExported']);
    expect(description.cause).toContain('exports[1].colour: ');
    expect(notifications).toMatchObject([{ document: { outcome: 'REJECTED' } }]);
  });

  it('a batch of 100 exports that all fail for a long reason stays within the limits of Step Functions', async () => {
    const aws = full(names(100));
    exportStatuses(aws, { status: 'CREATE FAILED', failureReason: '漢💥"\\\n'.repeat(2_000) });
    const { path, description, notifications, stateBytes } = await aws.execute(batchOf(names(100)));
    expect(path.slice(-2)).toEqual([...summarised, 'ExportFailed']);
    expect(notifications).toHaveLength(100);
    expect(stateBytes).toBeLessThan(MAX_STATE_BYTES);
    expect(stateBytes).toBeGreaterThan(50_000);
    const cause = description.cause ?? '';
    expect(cause.length).toBeLessThan(MAX_CAUSE_CHARACTERS);
    expect(JSON.parse(cause)).toHaveLength(100);
  });
});
