import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from '../protocols/server.ts';
import type { BusRecord } from './bus-events.ts';
import { answer, CONSOLE_PREFIX } from './http.ts';
import type { ConsoleKnowledge } from './knowledge.ts';
import { messageOf } from './messages.ts';
import type { Message } from './page/model.ts';
import { recent } from './recent.ts';
import { consoleRoutes } from './routes.ts';
import type { ConsoleSources, PublishedMessage } from './sources.ts';

const REMEMBERED = { most: 1000, mostBytes: 32 * 1024 * 1024 };

/** The page of the local AWS for a browser: `/` for a request that accepts HTML, and everything below `/_local/console/`. */
export interface ConsoleService {
  /** Whether the page answers this request, instead of a service. */
  takes(request: IncomingMessage): boolean;
  handle: RequestHandler;
  /** These three remember what happened, for the page. */
  onHistoryEvent(): void;
  onMessage(message: PublishedMessage): void;
  onBusEvent(record: Omit<BusRecord, 'receivedAt'>): void;
}

/** @param sources resolves when all services have started; requests wait for it */
export function consoleService(knowledge: ConsoleKnowledge, sources: Promise<ConsoleSources>): ConsoleService {
  const memory = { messages: recent<Message>(REMEMBERED), events: recent<BusRecord>(REMEMBERED), historyEvents: 0 };
  const routes = sources.then((started) => consoleRoutes(knowledge, started, memory));
  return {
    takes: (request) => request.url?.startsWith(CONSOLE_PREFIX) === true || isPageRequest(request),
    handle: async (request, response) => answer(request, response, await routes),
    onHistoryEvent() {
      memory.historyEvents += 1;
    },
    onMessage(message) {
      // It is kept as it was published, as the e-mail and as the body.
      memory.messages.add(messageOf(message, knowledge), 3 * message.message.length);
    },
    onBusEvent(record) {
      memory.events.add({ ...record, receivedAt: Date.now() }, JSON.stringify(record.event).length);
    },
  };
}

/** A browser that opens the address. Without HTML among the accepted types, `GET /` is S3's ListBuckets; with the host of a
 * bucket it is ListObjects. */
function isPageRequest({ method, url, headers }: IncomingMessage): boolean {
  const { accept = '', authorization, host = '' } = headers;
  const isBucket = host.toLowerCase().includes('.localhost');
  const reads = method === 'GET' || method === 'HEAD';
  return reads && url === '/' && accept.includes('text/html') && authorization === undefined && !isBucket;
}
