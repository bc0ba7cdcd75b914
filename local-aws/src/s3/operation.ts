import type { S3Request } from './store.ts';

/** An output with the API's names. Its `Body` is held until the response is sent. */
export type Output = Record<string, unknown>;

/** The implementation of an operation. */
export interface S3Operation {
  /** The members of the input that it evaluates or stores. A request with any other member is refused. */
  members: readonly string[];
  run(input: Record<string, unknown>, request: S3Request): Output | Promise<Output>;
  /** The status, if it differs from the model's. */
  status?: number;
}

/** Operations by the API's names. */
export type S3Operations = Record<string, S3Operation>;

/** Declares an operation with the SDK's type for its input. */
export function operation<Input>(
  members: readonly (keyof Input & string)[],
  run: (input: Input, request: S3Request) => Output | Promise<Output>,
  status?: number,
): S3Operation {
  return { members, run: (input, request) => run(input as Input, request), ...(status !== undefined && { status }) };
}
