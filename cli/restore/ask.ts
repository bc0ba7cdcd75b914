import { createInterface } from 'node:readline/promises';
import { plainLines } from '../print.ts';
import { UsageError } from '../usage-error.ts';

/** Asks a question on stderr.
 * @returns whether the answer is yes
 * @throws UsageError if there is nobody to answer; AbortError */
export async function ask(question: string, signal: AbortSignal): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const { promise: closed, resolve } = Promise.withResolvers<undefined>();
  // At the end of the input, readline never answers.
  lines.on('close', () => resolve(undefined));
  // Readline takes Ctrl-C for itself.
  lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    const answer = await Promise.race([lines.question(plainLines(`${question} (yes/no) `), { signal }), closed]);
    if (answer === undefined)
      throw new UsageError('Nothing was made: there was no answer. Give --yes to go on without.');
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    lines.close();
  }
}
