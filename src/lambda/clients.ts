import { PersonalizeClient } from '@aws-sdk/client-personalize';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';

// Three attempts of at most 6 s fit into a function's timeout of 30 s. The state machine retries what still fails.
const requestHandler = { connectionTimeout: 2_000, requestTimeout: 6_000, throwOnRequestTimeout: true };
export const config = { requestHandler };

// The annotations let the bundler drop the clients that a function does not use. Spread arguments would prevent that.
export const personalize = /* @__PURE__ */ new PersonalizeClient(config);

/** For CreateDatasetExportJob only. The SDK would retry LimitExceededException as throttling, but a full quota lasts for
 * minutes; and after a retry by the SDK, a job that its first attempt created would look like the job of another request. */
export const personalizeOnce = /* @__PURE__ */ new PersonalizeClient({ requestHandler, maxAttempts: 1 });

export const sfn = /* @__PURE__ */ new SFNClient(config);
export const sns = /* @__PURE__ */ new SNSClient(config);
