import { chromiumPath, HOW_TO_GET_CHROMIUM } from './chromium.ts';

// Runs after `npm test`, which leaves out the tests in a browser.
console.log('Left out: the tests in a browser (test/console). To run them: npx vitest run --project console');
if (chromiumPath() === undefined) console.log(HOW_TO_GET_CHROMIUM);
