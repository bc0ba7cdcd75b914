import { PersonalizeClient } from '@aws-sdk/client-personalize';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';

// A function's timeout is 30 s: three tries of at most 6 s each fit in, and what still fails is retried by the definition.
const requestHandler = { connectionTimeout: 2_000, requestTimeout: 6_000, throwOnRequestTimeout: true };
export const config = { requestHandler };

// The pure annotations let the bundler drop the clients that a function does not use: no spread may be among the arguments.
export const personalize = /* @__PURE__ */ new PersonalizeClient(config);

/** For CreateDatasetExportJob alone: the SDK would take LimitExceededException for throttling and try three times, where
 * a full quota is a matter of minutes; and a retry hidden in the SDK could not be told from a name that is taken. */
export const personalizeOnce = /* @__PURE__ */ new PersonalizeClient({ requestHandler, maxAttempts: 1 });

export const sfn = /* @__PURE__ */ new SFNClient(config);
export const sns = /* @__PURE__ */ new SNSClient(config);
