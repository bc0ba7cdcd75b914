import { chromiumPath, HOW_TO_GET_CHROMIUM } from '../../scripts/chromium.ts';

// Runs after `npm test`, and says which tests it leaves out because they take minutes or need a browser.
console.log('Left out: the tests of the long commands. To run them: npx vitest run --project commands');
console.log('Left out: the tests in a browser. To run them: npx vitest run --project console');
if (chromiumPath() === undefined) console.log(HOW_TO_GET_CHROMIUM);
