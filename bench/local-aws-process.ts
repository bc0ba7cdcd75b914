import { startLocalAws } from 'local-aws';
import { localStack } from '../scripts/local-stack.ts';

// Runs the local AWS for bench/local-aws.ts, until that disconnects.

const [jobSeconds = '1', maxRunningJobs = '5'] = process.argv.slice(2);
const aws = await startLocalAws({
  ...localStack,
  port: 0,
  jobSeconds: Number(jobSeconds),
  maxRunningJobs: Number(maxRunningJobs),
  logsDir: '.local/bench/logs',
});
process.on('disconnect', async () => {
  await aws.stop();
  process.exit();
});
process.send?.(aws.environment);
