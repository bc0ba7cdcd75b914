import { Command } from 'commander';
import { type DeploymentOptions, withDeploymentOptions } from './deployment.ts';
import { CALL_SECONDS } from './doctor/time-limit.ts';
import { arnOf } from './export-options.ts';
import { seconds } from './options.ts';

export interface DoctorOptions extends DeploymentOptions {
  datasetArn?: string;
  json?: boolean;
  timeout: number;
}

export function doctorCommand(): Command {
  const command = new Command('npm run doctor --').description(
    'Examines a deployment, and says what is wrong and how to correct it. It changes nothing.',
  );
  return withDeploymentOptions(command, 'STATE_MACHINE_ARN')
    .option(
      '--dataset-arn <arn>',
      'also examine whether this dataset can be exported',
      arnOf('personalize', 'dataset/'),
    )
    .option('--json', 'print one JSON document to stdout and everything else to stderr')
    .option('--timeout <seconds>', 'how long a call may take; all of them three times as long', seconds, CALL_SECONDS)
    .addHelpText('after', '\nExit status: 0 nothing fails; 1 something fails; 2 the deployment could not be asked.');
}
