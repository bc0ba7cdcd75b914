import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { Template } from 'local-aws';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { execute } from '../deployment.ts';
import { type Console, startConsole } from './open-page.ts';

let aws: Console;
beforeAll(async () => {
  aws = await startConsole();
}, 60_000);
afterAll(() => aws?.close());

/** The milliseconds that an action takes until the next frame is painted: the fastest of nine times, because other tests may
 * keep the processors busy. */
const frames = (act: string) => `(async () => {
  const took = [];
  for (let index = 0; index < 9; index++) {
    const start = performance.now();
    (${act})(index);
    await new Promise((painted) => requestAnimationFrame(() => setTimeout(painted)));
    took.push(performance.now() - start);
  }
  return Math.min(...took);
})()`;

it('1,000 executions stay usable', { timeout: 240_000 }, async () => {
  const stateMachineArn = aws.aws.environment.STATE_MACHINE_ARN;
  for (let batch = 0; batch < 40; batch++) {
    const starts = Array.from({ length: 25 }, () =>
      aws.sfn.send(new StartExecutionCommand({ stateMachineArn, input: '{"exports": []}' })),
    );
    await Promise.all(starts);
  }
  const page = await aws.open();
  await page.locator('.row').nth(999).waitFor({ state: 'attached' });
  expect(await page.evaluate(frames('(index) => scrollTo(0, index * 5000)'))).toBeLessThan(150);
  expect(
    await page.evaluate(frames(`(index) => document.querySelectorAll('.summary')[index * 50].click()`)),
  ).toBeLessThan(300);
});

it('an execution of 5,000 events stays usable', { timeout: 120_000 }, async () => {
  const large = await startConsole({ change: mapOverItems });
  onTestFinished(() => large.close());
  const items = Array.from({ length: 1_250 }, (_, index) => ({ index }));
  const { status } = await execute(large, { items });
  expect(status).toBe('SUCCEEDED');
  const page = await large.open();
  await page.getByText('State machine', { exact: true }).first().waitFor();
  await page.locator('.lane').nth(1_250).waitFor({ state: 'attached' });
  expect(
    await page.evaluate(frames(`(index) => document.querySelector('.lanes').scrollTo(0, index * 4000)`)),
  ).toBeLessThan(150);
  expect(
    await page.evaluate(frames(`(index) => document.querySelectorAll('.lane .bar')[index * 100].click()`)),
  ).toBeLessThan(300);
});

/** Replaces the definition by one with a Map, whose iterations have four events each. */
function mapOverItems({ Resources }: Template): void {
  const machine = Object.values(Resources).find(({ Type }) => Type === 'AWS::StepFunctions::StateMachine');
  const ItemProcessor = { StartAt: 'Item', States: { Item: { Type: 'Pass', End: true } } };
  const States = { Items: { Type: 'Map', ItemsPath: '$.items', ItemProcessor, End: true } };
  Object.assign(machine?.Properties ?? {}, { DefinitionString: JSON.stringify({ StartAt: 'Items', States }) });
}
