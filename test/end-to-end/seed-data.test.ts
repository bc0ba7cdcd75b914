import { afterAll, beforeAll, expect, it } from 'vitest';
import { seedData } from '../../demo/seed-data.ts';
import { type Deployment, deploy, setFaults } from '../deployment.ts';

let deployment: Deployment;
beforeAll(async () => {
  deployment = await deploy();
}, 60_000);
afterAll(() => deployment?.close());

it('the data of the demo is not there if an import fails, and the error says why', async () => {
  await setFaults(deployment, { job: 'import', failureReason: 'no space', times: 1 });
  await expect(seedData(deployment.aws.environment, AbortSignal.timeout(30_000))).rejects.toThrow(
    /^The import arn:\S+ failed: no space$/,
  );
});
