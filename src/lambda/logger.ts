import { Logger } from '@aws-lambda-powertools/logger';

/** Logs one structured line per decision, with facts as keys. Never log an event or a payload. */
export const logger = new Logger({ serviceName: 'personalize-dataset-export' });
