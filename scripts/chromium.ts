import { existsSync } from 'node:fs';

const PLACES = [
  ...['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/usr/bin/google-chrome-stable'],
  ...['/snap/bin/chromium', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'],
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** The Chrome or Chromium of this computer, or what `CHROME_PATH` names; undefined if there is none. */
export function chromiumPath(): string | undefined {
  return [process.env.CHROME_PATH, ...PLACES].find((path) => path !== undefined && existsSync(path));
}

export const HOW_TO_GET_CHROMIUM =
  'Install Chrome or Chromium (on Debian: apt-get install chromium), or name its file in CHROME_PATH.';
