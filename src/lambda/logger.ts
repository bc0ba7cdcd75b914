import { Logger } from '@aws-lambda-powertools/logger';

/** One structured line a decision; facts as keys, never an event or a payload. */
export const logger = new Logger({ serviceName: 'personalize-dataset-export' });
