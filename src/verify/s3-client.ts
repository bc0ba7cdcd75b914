import { S3Client } from '@aws-sdk/client-s3';

/** For large objects: a body that stalls fails within seconds, and is read again from there. Only S3's own checksums are
 * recorded. Computing them again here would take longer than everything else, and TLS protects the transfer. */
export const s3 = new S3Client({
  requestHandler: {
    connectionTimeout: 2_000,
    requestTimeout: 10_000,
    socketTimeout: 10_000,
    throwOnRequestTimeout: true,
  },
  responseChecksumValidation: 'WHEN_REQUIRED',
});
