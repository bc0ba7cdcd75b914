import { ListStateMachinesCommand, SFNClient } from '@aws-sdk/client-sfn';
import { describe, expect, it, vi } from 'vitest';
import { findStateMachine, printRegion, regionOf } from '../../../cli/deployment.ts';
import { mocked } from '../../mocked.ts';

const sfn = mocked(SFNClient);
const client = new SFNClient({ region: 'eu-west-1' });

const machine = (stage: string) => ({
  name: `personalize-dataset-export-${stage}`,
  stateMachineArn: `arn:${stage}`,
  type: 'STANDARD' as const,
  creationDate: undefined,
});

describe('findStateMachine', () => {
  it('findStateMachine finds the state machine of the default stage on the second page', async () => {
    sfn
      .on(ListStateMachinesCommand)
      .resolvesOnce({ stateMachines: [machine('prod')], nextToken: 'more' })
      .resolvesOnce({ stateMachines: [machine('dev')] });
    expect(await findStateMachine(client)).toBe('arn:dev');
  });

  it('findStateMachine names the deployed stages if the wanted one is missing', async () => {
    sfn.on(ListStateMachinesCommand).resolves({ stateMachines: [machine('dev'), machine('beta')] });
    await expect(findStateMachine(client, 'prod')).rejects.toMatchObject({
      name: 'UsageError',
      message: expect.stringMatching(/-prod in eu-west-1.*beta, dev/),
    });
  });

  it('findStateMachine advises to deploy if no stage is deployed', async () => {
    sfn.on(ListStateMachinesCommand).resolves({ stateMachines: [] });
    await expect(findStateMachine(client, 'prod')).rejects.toThrow(/npm run deploy/);
  });
});

it("a client's region is printed to stderr", async () => {
  const print = vi.spyOn(console, 'error').mockImplementation(() => {});
  await printRegion(client);
  expect(print.mock.calls).toEqual([['Region: eu-west-1']]);
  print.mockRestore();
});

describe('regionOf', () => {
  it.each([
    ['the option', 'a', { AWS_REGION: 'b' }, undefined, 'a'],
    ['the ARN', undefined, { AWS_REGION: 'b' }, 'arn:aws:states:c:1:stateMachine:x', 'c'],
    ['AWS_REGION', undefined, { AWS_REGION: 'b', AWS_DEFAULT_REGION: 'd' }, undefined, 'b'],
    ['AWS_DEFAULT_REGION', undefined, { AWS_REGION: '', AWS_DEFAULT_REGION: 'd' }, undefined, 'd'],
    ['the profile', undefined, {}, undefined, undefined],
  ])('regionOf takes the region from %s', (_, option, environment, arn, region) => {
    expect(regionOf(option, environment, arn)).toBe(region);
  });

  it('regionOf refuses an option that names another region than the ARN', () => {
    expect(() => regionOf('a', {}, 'arn:aws:states:c:1:stateMachine:x')).toThrow(/is in c, not in a/);
  });
});
