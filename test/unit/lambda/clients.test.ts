import { describe, expect, it } from 'vitest';
import { personalize, personalizeOnce, sfn, sns } from '../../../src/lambda/clients.ts';
import { s3 } from '../../../src/lambda/s3-client.ts';
import { glue } from '../../../src/verify/glue-client.ts';
import { s3 as largeObjects } from '../../../src/verify/s3-client.ts';

const clients = { personalize, personalizeOnce, s3, sfn, sns, glue, largeObjects };
type Name = keyof typeof clients;

/** The limits of a client, in milliseconds. Its handler has them after the first request: here one that is aborted. */
async function limitsOf(name: Name) {
  const handler = clients[name].config.requestHandler;
  const aborted = handler.handle({} as never, { abortSignal: AbortSignal.abort() });
  await expect(aborted).rejects.toThrow();
  return (handler as unknown as { httpHandlerConfigs(): object }).httpHandlerConfigs();
}

describe('the clients', () => {
  it.each<[Name, number, number]>([
    ['personalize', 3, 6],
    ['personalizeOnce', 1, 6],
    ['s3', 3, 6],
    ['sfn', 3, 6],
    ['sns', 3, 6],
    ['glue', 2, 5],
    ['largeObjects', 3, 10],
  ])('the client %s tries a call at most %i times, for %i s each', async (name, attempts, seconds) => {
    expect(await clients[name].config.maxAttempts()).toBe(attempts);
    expect(await limitsOf(name)).toMatchObject({
      connectionTimeout: 2_000,
      requestTimeout: seconds * 1_000,
      throwOnRequestTimeout: true,
    });
  });

  it('the client for large objects gives up a body that stalls, and computes no checksums', async () => {
    expect(await limitsOf('largeObjects')).toMatchObject({ socketTimeout: 10_000 });
    expect(await largeObjects.config.responseChecksumValidation()).toBe('WHEN_REQUIRED');
  });
});
