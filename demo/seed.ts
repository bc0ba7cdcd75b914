import { explain } from '../cli/explain.ts';
import { isLoopback } from '../cli/loopback.ts';
import { GROUP_ARN, seedData } from './seed-data.ts';

// `npm run seed`: imports the datasets of the demo into a local AWS that runs.
const { AWS_ENDPOINT_URL } = process.env;
const environment = process.env as Record<string, string>;
if (!isLoopback(AWS_ENDPOINT_URL)) {
  // Never into an account.
  console.error('npm run seed works with the local AWS only. Start it with npm run local, and run . .local/env first.');
  process.exit(2);
}
try {
  await seedData(environment, new AbortController().signal);
  console.log(`The dataset group ${GROUP_ARN} has the data of the demo.`);
} catch (error) {
  console.error(explain(error));
  process.exitCode = 1;
}
