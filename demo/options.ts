import { Command } from 'commander';
import { type ServerOptions, withServerOptions } from 'local-aws';
import { seconds } from '../cli/options.ts';
import type { OwnFiles } from './own-files.ts';

export interface DemoOptions extends OwnFiles {
  fail?: boolean;
  keep?: boolean;
  open?: boolean;
  restore?: boolean;
  verbose?: boolean;
  jobSeconds: number;
}

export interface LocalOptions extends ServerOptions {
  seed?: boolean;
}

export function demoCommand(): Command {
  return new Command('npm run demo --')
    .description('Runs the pipeline on this computer: imports datasets, exports them, and shows the notifications.')
    .option('--interactions <file>', 'a CSV file of your own for the Interactions dataset')
    .option('--users <file>', 'a CSV file of your own for the Users dataset')
    .option('--items <file>', 'a CSV file of your own for the Items dataset')
    .option('--fail', 'let the export jobs fail, to see that notification')
    .option('--restore', 'also restore each export into a second dataset group, and compare the rows')
    .option('--keep', 'leave the local AWS running afterwards, to look at its page, until Ctrl-C')
    .option('--open', 'open the page of the local AWS in a browser; implies --keep')
    .option('--verbose', 'print every step, every notification and the first rows of every file')
    .option('--job-seconds <seconds>', 'how long an emulated Personalize job takes', seconds, 1)
    .allowExcessArguments(false);
}

export function localCommand(): Command {
  const command = new Command('npm run local --')
    .description('Runs the local AWS with this pipeline deployed into it, until you press Ctrl-C.')
    .option('--seed', 'import the data of the demo first');
  return withServerOptions(command).allowExcessArguments(false);
}
