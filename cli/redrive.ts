import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { StartExportEvent } from '../src/trigger/start-export-event.ts';
import { readDeadLetter } from './dead-letter.ts';
import { deadLetterQueue, findQueue, type QueuedMessage } from './dead-letter-queue.ts';
import { printRegion, regionOf, stackName } from './deployment.ts';
import { explain, withCallDetails } from './explain.ts';
import { parsed } from './export-options.ts';
import { printError, printLine } from './print.ts';
import { type RedriveOptions, redriveCommand } from './redrive-options.ts';

/** What happened to a message, or would happen to it. */
type Fate = 'sent' | 'discarded' | 'stays';

/** Invokes start-export with an event again. @returns the result as text, and whether the function failed again */
type Send = (payload: StartExportEvent) => Promise<{ failed: boolean; text: string }>;

try {
  process.exitCode = await main(parsed<RedriveOptions>(redriveCommand()));
} catch (error) {
  printError(explain(error));
  process.exitCode = 2;
}

/** @returns the exit status: 1 if a message stays in the queue, 130 if interrupted */
async function main({ stage, region, max, dryRun, discard }: RedriveOptions): Promise<number> {
  const knownUrl = stage ? undefined : process.env.DEAD_LETTER_QUEUE_URL || undefined;
  const config = { region: regionOf(region, process.env) };
  // Otherwise the host in the queue's URL would take precedence over AWS_ENDPOINT_URL.
  const sqs = withCallDetails(new SQSClient({ ...config, useQueueUrlAsEndpoint: false }));
  const lambda = withCallDetails(new LambdaClient(config));
  await printRegion(sqs);
  const { queueUrl, stack } = await findQueue(sqs, stackName(stage), knownUrl);
  const queue = deadLetterQueue(sqs, queueUrl);
  const interruption = new AbortController();
  // Finishes the current message first.
  process.on('SIGINT', () => interruption.abort());
  const counts = { sent: 0, discarded: 0, stays: 0 };
  const send = dryRun ? undefined : sendBy(lambda, `${stack}-start-export`);
  try {
    for await (const message of queue.messages(max)) {
      if (interruption.signal.aborted) break;
      const fate = await handle(message, stack, { send, discard });
      if (fate !== 'stays' && !dryRun) await queue.remove(message);
      counts[fate]++;
    }
  } finally {
    await queue.release();
  }
  printLine(summaryOf(counts, queueUrl, dryRun));
  return interruption.signal.aborted ? 130 : Number(counts.stays > 0);
}

/** Prints one message, and sends its event if `send` is given. */
async function handle(
  { id, body, attributes }: QueuedMessage,
  stack: string,
  { send, discard }: { send?: Send | undefined; discard?: boolean | undefined },
): Promise<Fate> {
  const letter = readDeadLetter(body, attributes, stack);
  if (typeof letter === 'string') {
    if (!discard) printLine(`${id}  stays: ${letter}. To delete it: --discard`);
    // As JSON, so that the message stays on one line.
    else printLine(`${id}  ${send ? 'discarded' : 'would be discarded'}: ${letter}: ${JSON.stringify(body)}`);
    return discard ? 'discarded' : 'stays';
  }
  const { payload, sender, reason } = letter;
  const about = `${id}  ${payload.trigger}, ${payload.event.source}, sent by the ${sender} (${reason})`;
  const { failed, text } = (await send?.(payload)) ?? { failed: false, text: 'would be sent' };
  printLine(`${about}: ${failed ? `stays: ${text}` : text}`);
  return failed ? 'stays' : 'sent';
}

function sendBy(lambda: LambdaClient, FunctionName: string): Send {
  return async (payload) => {
    // A synchronous invocation: only the function's result confirms that the execution was started.
    const { FunctionError, Payload } = await lambda.send(
      new InvokeCommand({ FunctionName, InvocationType: 'RequestResponse', Payload: JSON.stringify(payload) }),
    );
    const answer = Object(JSON.parse(Payload?.transformToString() || 'null')) as Record<string, unknown>;
    if (FunctionError) {
      const { errorType = FunctionError, errorMessage = '' } = answer;
      return { failed: true, text: `start-export failed again: ${errorType}: ${errorMessage}` };
    }
    const { executionName, alreadyStarted } = answer;
    return { failed: false, text: `${alreadyStarted ? 'already started' : 'started'} ${executionName}` };
  };
}

function summaryOf({ sent, discarded, stays }: Record<Fate, number>, queueUrl: string, dryRun = false): string {
  if (sent + discarded + stays === 0) return `${queueUrl} is empty.`;
  const would = dryRun ? 'would be ' : '';
  const gone = discarded > 0 ? `${discarded} ${would}discarded, ` : '';
  return `${sent} ${would}sent again, ${gone}${stays} ${stays === 1 ? 'stays' : 'stay'} in ${queueUrl}.`;
}
