import { describe, expect, it } from 'vitest';
import { personalize, personalizeOnce, sfn, sns } from '../../../src/lambda/clients.ts';
import { s3 } from '../../../src/lambda/s3-client.ts';

describe('the clients', () => {
  it.each([
    ['personalize', personalize, 3],
    ['personalizeOnce', personalizeOnce, 1],
    ['s3', s3, 3],
    ['sfn', sfn, 3],
    ['sns', sns, 3],
  ])('the client %s tries a call at most %3$i times', async (_, client, attempts) => {
    expect(await client.config.maxAttempts()).toBe(attempts);
  });
});
