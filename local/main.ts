import { mkdir, writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { startLocalAws } from './aws.ts';
import { seconds, wholeNumber } from './options.ts';

const { port, jobSeconds } = new Command('npm run local --')
  .description('AWS on this computer, with the pipeline deployed into it, until it is stopped.')
  .option('--port <number>', 'the port on 127.0.0.1', wholeNumber(0, 65_535), 4566)
  .option('--job-seconds <seconds>', 'how long an emulated Personalize job takes', seconds, 2)
  .parse()
  .opts<{ port: number; jobSeconds: number }>();

try {
  const aws = await startLocalAws({ packageDir: '.local/package', port, jobSeconds, logsDir: '.local/logs' });
  let stopping = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, async () => {
      if (stopping) process.exit(130);
      stopping = true;
      await aws.stop();
      process.exit(0);
    });
  }
  await mkdir('.local', { recursive: true });
  const lines = Object.entries(aws.environment).map(([name, value]) => `export ${name}=${value}\n`);
  await writeFile('.local/env', lines.join(''));
  console.log(`The local AWS answers on ${aws.environment.AWS_ENDPOINT_URL}. For your shell: . .local/env`);
  console.log("The functions' logs are in .local/logs. Ctrl-C stops it.");
  console.log('ready');
} catch (error) {
  const { code, message } = error as NodeJS.ErrnoException;
  console.error(
    code === 'EADDRINUSE'
      ? `Port ${port} on 127.0.0.1 is taken. Stop what listens there, or choose another: npm run local -- --port ${port + 1}`
      : `The local AWS could not start: ${message}`,
  );
  process.exitCode = 1;
}
