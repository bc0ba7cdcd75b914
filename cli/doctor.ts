import { printRegion, regionOf, stackName } from './deployment.ts';
import { createClients } from './doctor/clients.ts';
import { diagnose } from './doctor/diagnose.ts';
import { reportLines } from './doctor/report-lines.ts';
import { limitsFor } from './doctor/time-limit.ts';
import { exitStatusOf } from './doctor/verdict.ts';
import { type DoctorOptions, doctorCommand } from './doctor-options.ts';
import { explain } from './explain.ts';
import { parsed } from './export-options.ts';
import { printError, printJson } from './print.ts';

// The reader of stdout may close it early, as `head` does.
process.stdout.on('error', () => process.exit());

try {
  process.exitCode = await main(parsed<DoctorOptions>(doctorCommand()));
} catch (error) {
  printError(explain(error));
  process.exitCode = 2;
}

/** @returns the exit status */
async function main({ stage, region, datasetArn, json, timeout }: DoctorOptions): Promise<number> {
  const limits = limitsFor(timeout);
  const run = new AbortController();
  const knownArn = stage ? undefined : process.env.STATE_MACHINE_ARN || undefined;
  const clients = createClients(regionOf(region, process.env, knownArn), limits, run.signal);
  await printRegion(clients.sts);
  // A profile may ask for a password first. That time does not count.
  await clients.sts.config.credentials();
  setTimeout(() => run.abort(), limits.runMs).unref();
  const stack = knownArn?.split(':').pop() ?? stackName(stage);
  const report = await diagnose({
    ...{ clients, datasetArn, environment: process.env },
    ...{ stackName: stack, stage: stack.slice(stackName('').length), region: await clients.sts.config.region() },
  });
  if (json) printJson(report);
  else process.stdout.write(`${reportLines(report, process.stdout)}\n`);
  for (const client of Object.values(clients)) client.destroy();
  return exitStatusOf(report);
}
