import type { ServerResponse } from 'node:http';
import type { Revisions } from './page/model.ts';

/** How often the page hears of changes, at most. */
const INTERVAL_MS = 200;

/** Streams the revisions as server-sent events: at once, and whenever one has changed, until the client closes the connection. */
export function streamRevisions(response: ServerResponse, revisions: () => Revisions): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.write('retry: 1000\n\n');
  let sent = '';
  const send = () => {
    const data = JSON.stringify(revisions());
    if (data === sent) return;
    sent = data;
    response.write(`data: ${data}\n\n`);
  };
  send();
  const timer = setInterval(send, INTERVAL_MS).unref();
  response.on('close', () => clearInterval(timer));
}
