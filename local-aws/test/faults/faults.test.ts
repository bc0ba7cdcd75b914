import { describe, expect, it } from 'vitest';
import type { Fault } from '../../src/faults/fault.ts';
import { createFaults } from '../../src/faults/faults.ts';

const throttling = { service: 'personalize', operation: 'ListDatasets', error: 'ThrottlingException' } as const;

describe('hitCall', () => {
  it.each<[fault: Fault, service: string, operation: string, isHit: boolean]>([
    [throttling, 'personalize', 'ListDatasets', true],
    [throttling, 'personalize', 'ListDatasetGroups', false],
    [throttling, 's3', 'ListDatasets', false],
    [{ ...throttling, operation: '*' }, 'personalize', 'CreateDatasetExportJob', true],
    [{ ...throttling, operation: '*' }, 'states', 'StartExecution', false],
    [{ ...throttling, times: 1 }, 'personalize', 'ListDatasets', true],
    [{ ...throttling, probability: 0 }, 'personalize', 'ListDatasets', false],
    [{ ...throttling, probability: 1 }, 'personalize', 'ListDatasets', true],
    [{ job: 'export', stuck: true }, 'personalize', 'CreateDatasetExportJob', false],
  ])('hitCall applies the fault %j to the call %s %s: %s', (fault, service, operation, isHit) => {
    const faults = createFaults([fault]);
    expect(faults.hitCall(service, operation) !== undefined).toBe(isHit);
    expect(faults.list()).toMatchObject([{ ...fault, hits: isHit ? 1 : 0 }]);
  });
});

it('a fault applies as often as its field times says, and then the next fault applies', () => {
  const faults = createFaults([
    { ...throttling, times: 2 },
    { ...throttling, error: 'InternalFailure', times: 1 },
  ]);
  const met = Array.from({ length: 4 }, () => faults.hitCall('personalize', 'ListDatasets')?.error);
  expect(met).toEqual(['ThrottlingException', 'ThrottlingException', 'InternalFailure', undefined]);
  expect(faults.list().map(({ hits }) => hits)).toEqual([2, 1]);
});

it('a fault of an export job applies to no import job, and the other way round', () => {
  const faults = createFaults([
    { job: 'export', status: 'CREATE STOPPED', times: 1 },
    { job: 'import', stuck: true },
  ]);
  expect(faults.hitJob('export')).toMatchObject({ status: 'CREATE STOPPED' });
  expect(faults.hitJob('export')).toBeUndefined();
  expect(faults.hitJob('import')).toMatchObject({ stuck: true });
});

describe('a probability', () => {
  const hitsOf = (fault: Fault, calls = 2000) => {
    const faults = createFaults([fault]);
    return Array.from({ length: calls }, () => faults.hitCall('personalize', 'ListDatasets') !== undefined);
  };

  it('a fault with a probability applies to about that share of the calls', () => {
    const share = hitsOf({ ...throttling, probability: 0.3, seed: 7 }).filter(Boolean).length / 2000;
    expect(share).toBeGreaterThan(0.26);
    expect(share).toBeLessThan(0.34);
  });

  it('the same seed gives the same hits, and another seed others', () => {
    const fault = { ...throttling, probability: 0.5 };
    expect(hitsOf({ ...fault, seed: 1 })).toEqual(hitsOf({ ...fault, seed: 1 }));
    expect(hitsOf({ ...fault, seed: 1 })).not.toEqual(hitsOf({ ...fault, seed: 2 }));
  });

  it('a fault without a seed gets one, which list shows', () => {
    const [{ seed } = {}] = createFaults([{ ...throttling, probability: 0.5 }]).list();
    expect(seed).toEqual(expect.any(Number));
  });

  it('a fault with a probability applies at most as often as its field times says', () => {
    expect(hitsOf({ ...throttling, probability: 0.5, seed: 3, times: 5 }).filter(Boolean)).toHaveLength(5);
  });
});

it('replacing the faults sets the number of hits to 0', () => {
  const faults = createFaults([throttling]);
  faults.hitCall('personalize', 'ListDatasets');
  faults.replace([throttling]);
  expect(faults.list()).toMatchObject([{ hits: 0 }]);
  faults.replace([]);
  expect(faults.hitCall('personalize', 'ListDatasets')).toBeUndefined();
});
