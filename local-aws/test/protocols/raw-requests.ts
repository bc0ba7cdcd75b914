/** Raw HTTP requests, as pieces to send one after the other. */
export const get = (path: string, headers: string[] = []) => [
  [`GET ${path} HTTP/1.1`, 'Host: localhost', ...headers, '', ''].join('\r\n'),
];

export const post = (path: string, type: string, body: string) => [
  `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
];

export const put = (path: string, body: string, ...headers: string[]) => [
  [`PUT ${path} HTTP/1.1`, 'Host: localhost', `Content-Length: ${body.length}`, ...headers, '', body].join('\r\n'),
];

export const chunked = (path: string, body: string, ...headers: string[]) =>
  put(
    path,
    body,
    'Content-Encoding: aws-chunked',
    'x-amz-content-sha256: STREAMING-UNSIGNED-PAYLOAD-TRAILER',
    ...headers,
  );

/** JSON that is nested deeper than a recursive function can follow. */
export const deepJson = `${'{"a":'.repeat(40_000)}1${'}'.repeat(40_000)}`;
