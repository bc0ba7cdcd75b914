import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Console, startConsole } from './open-page.ts';

let aws: Console;
beforeAll(async () => {
  aws = await startConsole();
}, 60_000);
afterAll(() => aws?.close());

/** The median of the milliseconds that an action takes until the next frame is painted. */
const frames = (act: string) => `(async () => {
  const took = [];
  for (let index = 0; index < 9; index++) {
    const start = performance.now();
    (${act})(index);
    await new Promise((painted) => requestAnimationFrame(() => setTimeout(painted)));
    took.push(performance.now() - start);
  }
  return took.sort((a, b) => a - b)[4];
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
