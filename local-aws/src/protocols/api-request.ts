import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AwsError, Caller } from './aws-json.ts';

/** A call to a service of the local AWS, in any protocol. */
export interface ApiRequest {
  /** As in a signature's scope: `personalize`, `states`, `events`, `s3`, `sns`, `sqs`, `sts`, `lambda`. */
  service: string;
  /** The API's own name: `CreateDatasetExportJob`, `PutObject`. */
  operation: string;
  caller: Caller;
  /** The members of the JSON or the form; for S3 by the API's names too, with what is copied as `Source`. */
  input: Record<string, unknown>;
}

/** What to do with a service's answer: send it, discard it, or send (in JSON) what a function makes of it. */
export type Answer = 'send' | 'discard' | ((output: unknown) => Promise<unknown>);

/** A call that was read and not yet carried out. */
export interface Call extends ApiRequest {
  /** Carries the call out. */
  act(answer: Answer): Promise<void>;
  /** Answers with an error, in the protocol's own form. */
  refuse(error: AwsError): void;
}

/** Who signed the request, for which region and service. The signature itself is not checked. */
export interface CredentialScope extends Caller {
  signingName: string | undefined;
}

/** Reads the call that a request is; `undefined` for a request to another service. */
export type CallReader = (
  request: IncomingMessage,
  response: ServerResponse,
  scope: CredentialScope,
) => Promise<Call | undefined>;

/** Runs before a call: it may refuse the call with an AwsError, delay it, or cut the connection.
 * @throws ConnectionCut to close the connection without an answer. */
export type Interceptor = (request: ApiRequest, act: Call['act']) => Promise<void>;

/** Combines interceptors: the first runs before the second, and so on. What an earlier one does with the answer takes
 * precedence. */
export function inOrder(...interceptors: Interceptor[]): Interceptor {
  return interceptors.reduceRight((inner, outer) => {
    return (request, act) =>
      outer(request, (answer) => inner(request, (wanted) => act(answer === 'send' ? wanted : answer)));
  });
}

/** Closes the connection without an answer. */
export class ConnectionCut extends Error {
  override readonly name = 'ConnectionCut' as const;
}
