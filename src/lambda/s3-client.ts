import { S3Client } from '@aws-sdk/client-s3';
import { config } from './clients.ts';

/** Apart from the other clients: it is as large as all else in a function, so whoever needs it loads it only then. */
export const s3 = new S3Client(config);
