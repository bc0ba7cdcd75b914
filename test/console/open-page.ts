import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';
import { consoleKnowledge } from '../../demo/console/knowledge.ts';
import { seedData } from '../../demo/seed-data.ts';
import { chromiumPath, HOW_TO_GET_CHROMIUM } from '../../scripts/chromium.ts';
import { type Deployment, deploy } from '../deployment.ts';

/** The packaged stack on a local AWS, and a browser that opens its page. */
export interface Console extends Deployment {
  browser: Browser;
  url: string;
  /** Opens the page in a browser profile of its own, until the test ends.
   * @param route what follows `/`, such as `#/faults` */
  open(route?: string, options?: BrowserContextOptions): Promise<Page>;
  /** What the pages wrote to their consoles as errors, such as what their policy refused. */
  problems: string[];
}

/** Like `startConsole`, with the data of the demo, imported and exported by jobs of 0.2 s. */
export async function startSeededConsole(): Promise<Console> {
  const console = await startConsole({ jobSeconds: 0.2 });
  await seedData(console.aws.environment, AbortSignal.timeout(60_000));
  return console;
}

export async function startConsole(options: Parameters<typeof deploy>[0] = {}): Promise<Console> {
  const executablePath = chromiumPath();
  if (executablePath === undefined) throw new Error(`There is no browser for these tests. ${HOW_TO_GET_CHROMIUM}`);
  // Chromium's sandbox does not work for root, nor in most containers.
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  const deployment = await deploy({ jobSeconds: 1, console: consoleKnowledge, ...options });
  const url = `${deployment.aws.environment.AWS_ENDPOINT_URL}/`;
  const problems: string[] = [];
  return {
    ...deployment,
    ...{ browser, url, problems },
    async open(route = '', contextOptions = {}) {
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...contextOptions });
      onTestFinished(() => context.close());
      const page = await context.newPage();
      page.on('console', (message) => void (message.type() === 'error' && problems.push(message.text())));
      page.on('pageerror', (error) => void problems.push(error.message));
      await page.goto(url + route);
      await page.getByRole('heading', { level: 1 }).waitFor();
      return page;
    },
    async close() {
      await browser.close();
      await deployment.close();
    },
  };
}

/** Presses a key until an element has the focus. @throws when it never has */
export async function tabTo(page: Page, name: string | RegExp, key = 'Tab'): Promise<void> {
  const wanted = typeof name === 'string' ? (text: string) => text === name : (text: string) => name.test(text);
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press(key);
    const focused = await page.evaluate('(document.activeElement?.ariaLabel ?? document.activeElement?.textContent)');
    if (wanted(String(focused).trim())) return;
  }
  expect.unreachable(`the key ${key} never reaches ${name}`);
}
