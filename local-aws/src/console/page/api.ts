const PREFIX = '/_local/console/';

/** An answer with an error, in the words of the server. */
export class CallError extends Error {
  override readonly name = 'CallError' as const;
}

/** Reads from the console's own API. The path's parts are encoded. @throws CallError */
export async function read<Answer>(path: readonly string[], query = ''): Promise<Answer> {
  return (await call(PREFIX + path.map(encodeURIComponent).join('/') + query, {})) as Answer;
}

/** Posts JSON, or a text as it is, to a path of the local AWS's own API. @throws CallError */
export async function send(path: string, body?: unknown, method = 'POST'): Promise<unknown> {
  return await call(path, {
    method,
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
}

/** Calls an operation of a service in AWS JSON, as the AWS CLI does: faults apply to it. @throws CallError */
export async function callService<Answer = Record<string, unknown>>(
  target: `${'AWSStepFunctions' | 'AmazonPersonalize' | 'AWSEvents'}.${string}`,
  input: object,
): Promise<Answer> {
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target };
  return (await call('/', { method: 'POST', headers, body: JSON.stringify(input) })) as Answer;
}

async function call(url: string, init: RequestInit): Promise<unknown> {
  const response = await fetch(url, init).catch(() => {
    throw new CallError('The local AWS did not answer. It may have ended, or a fault may have cut the connection.');
  });
  const text = await response.text();
  const body = text && response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text;
  if (response.ok) return body;
  const { message = text, __type: name = `Status ${response.status}` } = Object(body);
  throw new CallError(`${name}: ${message}`);
}
