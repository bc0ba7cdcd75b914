import { Command } from 'commander';
import { type DeploymentOptions, withDeploymentOptions } from './deployment.ts';
import { wholeNumber } from './options.ts';

export interface RedriveOptions extends DeploymentOptions {
  max: number;
  dryRun?: boolean;
  discard?: boolean;
}

export function redriveCommand(): Command {
  const command = new Command('npm run redrive --').description(
    'Redrives dead letters: sends each event in the queue to start-export again, and deletes it from the queue if that succeeds.',
  );
  return withDeploymentOptions(command, 'DEAD_LETTER_QUEUE_URL')
    .option('--max <number>', 'the maximum number of messages', wholeNumber(1, 100_000), 100_000)
    .option('--discard', 'also delete the messages that hold no event to send, after printing them')
    .option('--dry-run', 'show the messages without sending or deleting them')
    .addHelpText(
      'after',
      '\nExit status: 0 every message was redriven or discarded; 1 some stay in the queue; 2 a call failed; 130 interrupted.',
    );
}
