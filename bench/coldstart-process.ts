import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { functionEnvironment } from './function-environment.ts';

const run = promisify(execFile);

/** Milliseconds from the start of loading until the file is loaded, until AWS has answered for the first time, and until
 * the handler has returned. */
export interface Times {
  load: number;
  firstCall: number;
  returned: number;
}

/** Loads a bundle in a new process and invokes its handler once.
 * @param server the AWS of the calls, and the file with its certificate */
export async function measureLoad(
  file: string,
  event: object,
  server: { url: string; certificateFile: string },
): Promise<Times> {
  const env = {
    ...functionEnvironment,
    POWERTOOLS_LOG_LEVEL: 'SILENT',
    AWS_ENDPOINT_URL: server.url,
    NODE_EXTRA_CA_CERTS: server.certificateFile,
  };
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script(file, event)], { env });
  return JSON.parse(stdout.trim().split('\n').pop() ?? '');
}

/** Lambda loads `.mjs` by import and other files by require, and so does this. */
const script = (file: string, event: object) => `
  import { createRequire } from 'node:module';
  import { subscribe } from 'node:diagnostics_channel';
  const require = createRequire('${file}');
  let answered;
  subscribe('http.client.response.finish', () => { answered ??= performance.now(); });
  const started = performance.now();
  const { handler } = ${file.endsWith('.mjs') ? 'await import' : 'require'}('${file}');
  const loaded = performance.now();
  await handler(${JSON.stringify(event)}, { awsRequestId: 'x', functionName: 'a-function' });
  const returned = performance.now();
  console.log(JSON.stringify({
    load: loaded - started, firstCall: answered - started, returned: returned - started,
  }));
  process.exit();`;
