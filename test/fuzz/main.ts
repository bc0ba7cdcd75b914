import { styleText } from 'node:util';
import { Command, InvalidArgumentError } from 'commander';
import { logger } from '../../src/lambda/logger.ts';
import { properties } from './properties.ts';
import type { Outcome, Runs } from './property.ts';

type Name = keyof typeof properties;

interface Options extends Runs {
  property: Name[];
}

/** Runs one property.
 * @returns what to print, and whether it held. */
export async function fuzz(name: Name, runs: Runs): Promise<{ holds: boolean; report: string }> {
  const begun = performance.now();
  const outcome = await properties[name](runs);
  const seconds = (performance.now() - begun) / 1000;
  const speed = `${outcome.runs} runs, ${seconds.toFixed(1)} s, ${Math.round(outcome.runs / seconds)} runs/s`;
  return outcome.failure
    ? { holds: false, report: `${name}: FAILED, ${speed}\n${failureText(name, runs.seed, outcome.failure)}` }
    : { holds: true, report: `${name}: ${speed}` };
}

/** Why, by what, and how to see it again. */
export function failureText(name: string, seed: number, failure: NonNullable<Outcome['failure']>): string {
  const { message, counterexample, path } = failure;
  const again = `npm run fuzz -- --property ${name} --runs 1 --seed ${seed} --path "${path}"`;
  return [message, `Smallest: ${counterexample}`, `Again: ${again}`].map((line) => `  ${line}`).join('\n');
}

function count(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number)) throw new InvalidArgumentError('A whole number is expected.');
  return number;
}

async function main({ property, ...options }: Options): Promise<void> {
  logger.setLogLevel('SILENT');
  process.env.POWERTOOLS_METRICS_DISABLED = 'true';
  process.stdout.write(`seed ${options.seed}\n`);
  for (const name of property) {
    const { holds, report } = await fuzz(name, options);
    process.stdout.write(`${holds ? report : styleText('red', report)}\n`);
    if (!holds) process.exitCode = 1;
  }
}

if (import.meta.main) {
  const names = Object.keys(properties) as Name[];
  await new Command('fuzz')
    .description('Sends what nobody should send, and looks whether the promises hold.')
    .option('--runs <number>', 'of each property', count, 10_000)
    .option('--seed <number>', 'of what is sent; a random one if left out', count, Date.now() & 0x7fffffff)
    .option('--property <name...>', `of ${names.join(', ')}`, names)
    .option('--path <path>', 'of a counterexample, as it was printed')
    .action(main)
    .parseAsync();
}
