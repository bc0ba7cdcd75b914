import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { seedData } from '../../demo/seed-data.ts';
import { datasetArn, execute, setFaults } from '../deployment.ts';
import { type Console, startConsole, tabTo } from './open-page.ts';

const ROUTES = ['executions', 'notifications', 'exports', 'datasets', 'events', 'faults'].map((panel) => `#/${panel}`);

let aws: Console;
beforeAll(async () => {
  aws = await startConsole({ jobSeconds: 0.2 });
  await seedData(aws.aws.environment, AbortSignal.timeout(60_000));
  await setFaults(aws, { job: 'export', failureReason: 'the bucket is full', times: 1 });
  await execute(aws, { datasetArn: datasetArn('demo-shop', 'ITEMS') });
}, 90_000);
afterAll(() => aws?.close());

it.each(ROUTES.flatMap((route) => (['light', 'dark'] as const).map((scheme) => ({ route, scheme }))))(
  'axe finds nothing on $route in $scheme',
  async ({ route, scheme }) => {
    const page = await aws.open(route, { colorScheme: scheme });
    await page.waitForLoadState('networkidle').catch(() => {});
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
  },
);

it.each(ROUTES.flatMap((route) => [360, 900, 1600].map((width) => ({ route, width }))))(
  '$route fits a window of $width pixels',
  async ({ route, width }) => {
    const page = await aws.open(route, { viewport: { width, height: 800 } });
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  },
);

it('the keyboard alone opens a failed execution, and the input and output of a state', async () => {
  const page = await aws.open();
  await tabTo(page, 'Skip to the content');
  await page.keyboard.press('Enter');
  await tabTo(page, /^Failed ?1$/);
  await page.keyboard.press('Enter');
  await page.getByRole('region', { name: 'What failed' }).getByText('the bucket is full').waitFor();
  await tabTo(page, /^PlanExports/);
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'CreateExportJob' }).waitFor();
  await page.getByRole('group', { name: 'Input' }).getByText('"datasetType": "ITEMS"').waitFor();
});

it('the first page is painted within a second', async () => {
  const page = await aws.open();
  const [paint] = (await page.evaluate(
    `performance.getEntriesByName('first-contentful-paint').map(({ startTime }) => startTime)`,
  )) as number[];
  expect(paint).toBeLessThan(1000);
});
