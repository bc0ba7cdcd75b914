import { expect, it } from 'vitest';
import { changingObjects, type S3Object } from '../../src/faults/changing-objects.ts';
import type { Answer, ApiRequest } from '../../src/protocols/api-request.ts';

const caller = { accessKeyId: 'key', accountId: '000000000000', region: 'us-east-1' };
const reading = (Key: string, operation = 'GetObject'): ApiRequest => ({
  service: 's3',
  operation,
  caller,
  input: { Bucket: 'data', Key },
});

/** What happens while calls are made, in its order. */
function observe() {
  const happened: string[] = [];
  const changing = changingObjects(async ({ key }: S3Object) => void happened.push(`replaced ${key}`));
  const call = (request: ApiRequest) =>
    changing.intercept(request, async (answer: Answer) => {
      happened.push('opened');
      if (typeof answer === 'function') await answer(undefined);
      happened.push('sent');
    });
  changing.add({ bucket: 'data', key: 'a.csv' });
  return { happened, call };
}

it('the fault replaces an object once its old content is opened, and before that is sent', async () => {
  const { happened, call } = observe();
  await call(reading('a.csv'));
  expect(happened).toEqual(['opened', 'replaced a.csv', 'sent']);
});

it('the fault replaces an object once only', async () => {
  const { happened, call } = observe();
  await call(reading('a.csv'));
  await call(reading('a.csv'));
  expect(happened.filter((one) => one.startsWith('replaced'))).toHaveLength(1);
});

it.each([reading('b.csv'), reading('a.csv', 'HeadObject')])(
  'the fault replaces nothing on another call, such as %j',
  async (request) => {
    const { happened, call } = observe();
    await call(request);
    expect(happened).toEqual(['opened', 'sent']);
  },
);
