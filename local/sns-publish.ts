import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { buildApp } from 'fauxqs';

const MAX_PUBLISH_BYTES = 4 * 1024 * 1024;

/** Whether a request may be SNS's Publish: its protocol is the query protocol's form. */
export function isForm(request: IncomingMessage): boolean {
  return request.method === 'POST' && (request.headers['content-type'] ?? '').includes('x-www-form-urlencoded');
}

/** Passes a form on to the emulator of SNS, which does not know `MessageStructure: json`: what a queue gets of such a
 * message is its `sqs` member or, without one, `default`. */
export async function forwardForm(
  request: IncomingMessage,
  response: ServerResponse,
  sns: ReturnType<typeof buildApp>,
): Promise<void> {
  const chunks = await buffer(request);
  const form = new URLSearchParams(chunks.length <= MAX_PUBLISH_BYTES ? chunks.toString('utf8') : '');
  if (form.get('Action') === 'Publish' && form.get('MessageStructure') === 'json') {
    form.set('Message', messageForQueues(form.get('Message') ?? '') ?? '');
    form.delete('MessageStructure');
  }
  const { 'content-length': _, 'transfer-encoding': __, ...headers } = request.headers;
  const answer = await sns.inject({
    method: 'POST',
    url: request.url ?? '/',
    headers: headers as Record<string, string>,
    payload: form.toString(),
  });
  response.writeHead(answer.statusCode, answer.headers as Record<string, string>);
  response.end(answer.rawPayload);
}

function messageForQueues(message: string): string | undefined {
  try {
    const { sqs, default: fallback } = JSON.parse(message) as Record<string, unknown>;
    return [sqs, fallback].find((text) => typeof text === 'string') as string | undefined;
  } catch {
    return undefined;
  }
}
