import { connect } from 'node:net';

/** What came back over one connection. */
export interface Reply {
  status: number | undefined;
  headers: string;
  body: string;
  /** Everything, for more than one answer. */
  text: string;
}

/** Sends bytes as they are, and gives what comes back: one answer, or all until the connection ends or is silent. */
export function sendRaw(port: number, pieces: (string | Buffer)[], silenceMs?: number): Promise<Reply> {
  const { promise, resolve } = Promise.withResolvers<Reply>();
  const socket = connect(port, '127.0.0.1');
  const received: Buffer[] = [];
  const end = () => {
    socket.destroy();
    const text = Buffer.concat(received).toString('latin1');
    const [headers = '', ...body] = text.split('\r\n\r\n');
    const status = /^HTTP\/1\.1 (\d{3})/.exec(headers)?.[1];
    resolve({ status: status ? Number(status) : undefined, headers, body: body.join('\r\n\r\n'), text });
  };
  socket.setTimeout(silenceMs ?? 2000, end);
  socket.on('data', (bytes) => {
    received.push(bytes);
    if (silenceMs === undefined && isWhole(Buffer.concat(received).toString('latin1'))) end();
  });
  socket.on('error', () => {});
  socket.on('close', end);
  for (const piece of pieces) socket.write(piece);
  return promise;
}

function isWhole(text: string): boolean {
  const [headers = '', ...rest] = text.split('\r\n\r\n');
  const body = rest.join('\r\n\r\n');
  const length = /^content-length: (\d+)/im.exec(headers)?.[1];
  return length === undefined ? body.endsWith('0\r\n\r\n') : rest.length > 0 && body.length >= Number(length);
}

/** A POST of AWS JSON. */
export function jsonCall(target: string, body: string | Buffer, headers: string[] = []): (string | Buffer)[] {
  const lines = [
    'POST / HTTP/1.1',
    'Host: localhost',
    `X-Amz-Target: ${target}`,
    'Content-Type: application/x-amz-json-1.1',
  ];
  return [[...lines, `Content-Length: ${Buffer.byteLength(body)}`, ...headers, '', ''].join('\r\n'), body];
}

/** A POST of the query protocol. */
export function queryCall(form: Record<string, string>): (string | Buffer)[] {
  const body = new URLSearchParams(form).toString();
  const type = 'application/x-www-form-urlencoded';
  return [
    `POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${type}\r\nContent-Length: ${body.length}\r\n\r\n`,
    body,
  ];
}
