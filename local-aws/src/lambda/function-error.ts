/** What Lambda answers when a function fails: the three members of its error payload. */
export interface FunctionErrorPayload {
  errorType: string;
  errorMessage: string;
  trace: string[];
}

/** A function's failure; `payload` is what Step Functions puts, as JSON, into `Cause`, and `errorType` into `Error`. */
export class FunctionError extends Error {
  override readonly name = 'FunctionError' as const;
  readonly payload: FunctionErrorPayload;

  constructor(payload: FunctionErrorPayload) {
    super(`${payload.errorType}: ${payload.errorMessage}`);
    this.payload = payload;
  }
}

/** Runs one function: the event in, its answer out.
 * @throws FunctionError when the function fails. */
export type InvokeFunction = (functionArn: string, event: unknown) => Promise<unknown>;
