import type { AwsError, Caller } from './aws-json.ts';

/** A call to a service of the local AWS, whatever its protocol. */
export interface ApiRequest {
  /** As in a signature's scope: `personalize`, `states`, `events`, `s3`, `sns`, `sqs`, `sts`, `lambda`. */
  service: string;
  /** The API's own name: `CreateDatasetExportJob`, `PutObject`. */
  operation: string;
  caller: Caller;
  /** The JSON or the form's fields; of S3 the `Bucket`, `Key` and query. */
  input: Record<string, unknown>;
}

/** What becomes of a service's answer after it acted: it may be thrown away, or held back and, in JSON, changed. */
export type Answer = 'send' | 'discard' | ((output: unknown) => Promise<unknown>);

/** A call that was read, before anything is done about it. */
export interface Call extends ApiRequest {
  /** Lets the service act, and does with its answer what is said. */
  act(answer: Answer): Promise<void>;
  /** Answers with an error, in the protocol's own form. */
  refuse(error: AwsError): void;
}

/** Stands before every call: it may refuse (by an AwsError), delay, or cut it.
 * @throws ConnectionCut to end the connection without an answer. */
export type Interceptor = (request: ApiRequest, act: Call['act']) => Promise<void>;

/** The first stands before the second and so on; what an earlier one wants done with the answer is done. */
export function inOrder(...interceptors: Interceptor[]): Interceptor {
  return interceptors.reduceRight((inner, outer) => {
    return (request, act) =>
      outer(request, (answer) => inner(request, (wanted) => act(answer === 'send' ? wanted : answer)));
  });
}

/** The connection ends here, without an answer. */
export class ConnectionCut extends Error {
  override readonly name = 'ConnectionCut' as const;
}
