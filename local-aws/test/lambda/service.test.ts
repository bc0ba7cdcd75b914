import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { lambdaService } from '../../src/lambda/service.ts';

const functionArn = 'arn:aws:lambda:eu-west-1:123456789012:function:slow';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'functions-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** A service with one function that says that it has started, and then does this. */
async function serviceOf(body: string, onDropped = vi.fn(), timeoutSeconds = 900) {
  const module = `import { writeFileSync } from 'node:fs';
    export const handler = () => { writeFileSync(${JSON.stringify(join(folder, 'started'))}, ''); ${body} };`;
  await writeFile(join(folder, 'index.mjs'), module);
  const spec = {
    functionArn,
    functionName: 'slow',
    roleArn: 'arn:aws:iam::123456789012:role/slow',
    handler: 'index.handler',
    timeoutSeconds,
    memorySize: 128,
    environment: {},
  };
  return lambdaService([spec], { serviceDir: folder, logsDir: folder, runtimeEnvironment: () => ({}), onDropped });
}

const started = () => expect.poll(() => existsSync(join(folder, 'started')), { timeout: 20_000 }).toBe(true);

it('a function that takes longer than its timeout fails, and its late result is ignored', async ({
  onTestFinished,
}) => {
  const service = await serviceOf('return new Promise((resolve) => setTimeout(resolve, 300));', vi.fn(), 0.1);
  onTestFinished(() => service.close());
  await expect(service.invoke(functionArn, {})).rejects.toMatchObject({
    payload: {
      errorType: 'Sandbox.Timedout',
      errorMessage: expect.stringContaining('Task timed out after 0.10 seconds'),
    },
  });
});

it('a function that ends its process fails, and runs again at the next call', async ({ onTestFinished }) => {
  const service = await serviceOf('process.exit(1);');
  onTestFinished(() => service.close());
  for (const _ of ['first', 'second']) {
    await expect(service.invoke(functionArn, {})).rejects.toMatchObject({
      payload: { errorType: 'Runtime.ExitError' },
    });
  }
});

it('a function that does not exist cannot be invoked', async ({ onTestFinished }) => {
  const service = await serviceOf('');
  onTestFinished(() => service.close());
  await expect(service.invoke(`${functionArn}-2`, {})).rejects.toMatchObject({
    payload: { errorType: 'Lambda.ResourceNotFoundException' },
  });
});

it('closing Lambda ends a function that runs', async () => {
  const service = await serviceOf('return new Promise(() => {});');
  const result = service.invoke(functionArn, {}).catch((error) => error);
  await started();
  await service.close();
  expect(await result).toMatchObject({ payload: { errorType: 'Runtime.ExitError' } });
});

it('closing Lambda ends a function that an asynchronous invocation started, and does not retry it', async () => {
  const onDropped = vi.fn();
  const service = await serviceOf('return new Promise(() => {});', onDropped);
  service.invokeAsynchronously(functionArn, {});
  await started();
  await service.close();
  expect(onDropped).toHaveBeenCalledOnce();
});

it('closing Lambda ends a function that blocks its thread', async () => {
  const service = await serviceOf('for (;;);');
  service.invokeAsynchronously(functionArn, {});
  await started();
  await service.close();
  await expect(service.invoke(functionArn, {})).rejects.toMatchObject({
    payload: { errorType: 'Lambda.SdkClientException' },
  });
});
