import { S3Client } from '@aws-sdk/client-s3';
import { config } from './clients.ts';

/** In a file of its own, because it is as large as the rest of a function: load it only where S3 is called. */
export const s3 = new S3Client(config);
