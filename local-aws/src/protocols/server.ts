import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

export interface HttpServer {
  port: number;
  /** Sets the handler. Requests that arrive earlier wait for it. */
  handle(handler: RequestHandler): void;
  /** Closes the port and all connections. */
  close(): Promise<void>;
}

export interface ListenOptions {
  /** How long a request may take to arrive; 60 seconds by default. */
  requestTimeoutMs?: number;
}

const STATUS_LINES: Record<string, string> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/** Listens on the loopback interface only; port 0 takes a free port. The services need the port before they can start, so
 * the handler is set later.
 * @throws Error EADDRINUSE when the port is in use. */
export async function listen(
  port: number,
  { requestTimeoutMs: requestTimeout = 60_000 }: ListenOptions = {},
): Promise<HttpServer> {
  const { promise: handlerSet, resolve: handle } = Promise.withResolvers<RequestHandler>();
  const latest = new WeakMap<Duplex, ServerResponse>();
  const server = createServer(
    {
      requestTimeout,
      headersTimeout: requestTimeout,
      connectionsCheckingInterval: requestTimeout / 4,
      // With Node's default of 5 seconds, a function that polls every 5 seconds would reuse a connection as it is closed.
      keepAliveTimeout: 75_000,
    },
    async (request, response) => {
      latest.set(request.socket, response);
      try {
        const handler = await handlerSet;
        await handler(request, response);
      } catch {
        response.destroy();
      }
    },
  );
  server.on('clientError', ({ code = '' }: NodeJS.ErrnoException, socket) => {
    // While a response is being written, the client would take another one for a part of it.
    const isAnswering = latest.get(socket)?.writableFinished === false;
    if (!socket.writable || isAnswering) return void socket.destroy();
    socket.end(`HTTP/1.1 ${STATUS_LINES[code] ?? '400 Bad Request'}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  });
  await new Promise<void>((fulfil, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', fulfil);
  });
  return {
    port: (server.address() as AddressInfo).port,
    handle,
    close: () => {
      server.closeAllConnections();
      return new Promise((fulfil) => server.close(() => fulfil()));
    },
  };
}
