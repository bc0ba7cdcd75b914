/** Runs a Lambda function: the event in, its result out.
 * @throws FunctionError when the function fails. */
export type InvokeFunction = (functionArn: string, event: unknown) => Promise<unknown>;

/** What Lambda answers when a function fails: the three members of its error payload. */
export interface FunctionErrorPayload {
  errorType: string;
  errorMessage: string;
  trace: string[];
}

/** A function failed. Step Functions reports `payload` as JSON in `Cause`, and its `errorType` in `Error`. */
export class FunctionError extends Error {
  override readonly name = 'FunctionError' as const;
  readonly payload: FunctionErrorPayload;

  constructor(payload: FunctionErrorPayload) {
    super(`${payload.errorType}: ${payload.errorMessage}`);
    this.payload = payload;
  }
}
