import { mockClient } from 'aws-sdk-client-mock';
import { afterAll } from 'vitest';

/** `mockClient` of a client's class until the end of the test file: the next one in this process may want a real client. */
export const mocked: typeof mockClient = (client, options) => {
  const mock = mockClient(client, options);
  afterAll(() => mock.restore());
  return mock;
};
