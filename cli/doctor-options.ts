import { Command } from 'commander';
import { type DeploymentOptions, withDeploymentOptions } from './deployment.ts';
import { arnOf } from './export-options.ts';

export interface DoctorOptions extends DeploymentOptions {
  datasetArn?: string;
  json?: boolean;
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
    .addHelpText('after', '\nExit status: 0 nothing fails; 1 something fails; 2 the deployment could not be asked.');
}
