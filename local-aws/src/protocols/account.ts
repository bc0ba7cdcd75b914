export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
}

/** The emulator of S3, SNS and SQS has this account, so all the others have it too. */
export const ACCOUNT_ID = '000000000000';
export const REGION = 'us-east-1';
export const PARTITION = 'aws';

/** Of the account's administrator, as are all others but those that a role's session has. Nothing checks a signature. */
export const CREDENTIALS: Credentials = { accessKeyId: 'LOCALACCESSKEY', secretAccessKey: 'local-secret-key' };

/** Of the local AWS itself, where a service looks at another: such a call meets no fault. */
export const OWN_CREDENTIALS: Credentials = { accessKeyId: 'LOCALAWSITSELF', secretAccessKey: 'local-secret-key' };

/** What a client of the SDK needs to speak to the local AWS. */
export interface ClientConfig {
  endpoint: string;
  region: string;
  credentials: Credentials;
}

/** The same for a process: as the AWS CLI and the SDKs read it. */
export function awsEnvironment({ endpoint, region, credentials }: ClientConfig): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  };
}

/** The SDK's configuration out of a client's environment. */
export function clientConfig({ AWS_ENDPOINT_URL, AWS_REGION, ...environment }: Record<string, string>) {
  const { AWS_ACCESS_KEY_ID: accessKeyId = '', AWS_SECRET_ACCESS_KEY: secretAccessKey = '' } = environment;
  return { endpoint: AWS_ENDPOINT_URL, region: AWS_REGION, credentials: { accessKeyId, secretAccessKey } };
}
