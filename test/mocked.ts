import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, afterEach } from 'vitest';

/** `mockClient` of a client's class: as new in each test, and until the end of the test file: the next one in this process
 * may want a real client. */
export const mocked: typeof mockClient = (client, options) => {
  const mock = mockClient(client, options);
  afterEach(() => mock.reset());
  afterAll(() => mock.restore());
  return mock;
};
