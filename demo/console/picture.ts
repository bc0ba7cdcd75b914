import { mkdir } from 'node:fs/promises';
import { startLocalAws } from 'local-aws';
import { chromium } from 'playwright-core';
import { chromiumPath, HOW_TO_GET_CHROMIUM } from '../../scripts/chromium.ts';
import { localStack } from '../../scripts/local-stack.ts';
import { seedData } from '../seed-data.ts';
import { consoleKnowledge } from './knowledge.ts';

// `npm run docs:images`: takes the picture of the page that the README shows, from a real run on the local AWS.
const FILE = 'docs/images/console.png';

const executablePath = chromiumPath();
if (executablePath === undefined) throw new Error(`There is no browser for the picture. ${HOW_TO_GET_CHROMIUM}`);
const aws = await startLocalAws({
  ...localStack,
  ...{ port: 0, jobSeconds: 2, logsDir: '.local/logs', warmFunctions: true, console: consoleKnowledge },
});
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
try {
  await seedData(aws.environment, AbortSignal.timeout(120_000));
  const page = await browser.newPage({ viewport: { width: 1280, height: 1000 }, colorScheme: 'light' });
  await page.goto(`${aws.environment.AWS_ENDPOINT_URL}/`);
  await page.getByText('Try something').click();
  await page.getByRole('button', { name: 'Run: Rehearse a failed export' }).click();
  await page.getByText('What to do').first().waitFor();
  await page.getByText('Try something').click();
  await page.getByRole('img', { name: /^The state machine/ }).waitFor();
  await mkdir('docs/images', { recursive: true });
  await page.screenshot({ path: FILE, clip: { x: 0, y: 0, width: 1280, height: 1000 } });
  console.log(`wrote ${FILE}`);
} finally {
  await browser.close();
  await aws.stop();
}
