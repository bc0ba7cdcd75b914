export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
}

/** Where the resources are. */
export interface Account {
  accountId: string;
  region: string;
  partition: string;
}

/** The account of fauxqs, which emulates SNS and SQS. */
export const ACCOUNT: Account = { accountId: '000000000000', region: 'us-east-1', partition: 'aws' };

/** The account administrator's keys, as are all keys except those of a role's session. Signatures are not checked. */
export const CREDENTIALS: Credentials = { accessKeyId: 'LOCALACCESSKEY', secretAccessKey: 'local-secret-key' };

/** The SDK's configuration for a client of the local AWS. */
export interface ClientConfig {
  endpoint: string;
  region: string;
  credentials: Credentials;
}

/** The same as environment variables, for the AWS CLI and the SDKs. */
export function awsEnvironment({ endpoint, region, credentials }: ClientConfig): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  };
}

/** The SDK's configuration from these environment variables. */
export function clientConfig({ AWS_ENDPOINT_URL, AWS_REGION, ...environment }: Record<string, string>) {
  const { AWS_ACCESS_KEY_ID: accessKeyId = '', AWS_SECRET_ACCESS_KEY: secretAccessKey = '' } = environment;
  return { endpoint: AWS_ENDPOINT_URL, region: AWS_REGION, credentials: { accessKeyId, secretAccessKey } };
}
