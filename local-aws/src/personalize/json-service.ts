import type { Operations } from '../protocols/aws-json.ts';
import type { JsonService } from '../protocols/server.ts';

/** Personalize as the server takes it: AWS JSON, and the paths of personalize-events, which is signed for Personalize. */
export function jsonServiceOf(operations: Operations): JsonService {
  return {
    targetPrefix: 'AmazonPersonalize',
    eventSource: 'personalize.amazonaws.com',
    operations,
    paths: {
      signingName: 'personalize',
      operations: { '/events': 'PutEvents', '/items': 'PutItems', '/users': 'PutUsers' },
    },
  };
}
