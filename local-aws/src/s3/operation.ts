import type { S3Request } from './store.ts';

/** An output by the API's names. A `Body` is held until the answer is sent. */
export type Output = Record<string, unknown>;

/** What the local S3 does for an operation of the API. */
export interface S3Operation {
  /** The members of the input, beside those of every operation, that are heeded or kept; any other is refused. */
  members: readonly string[];
  run(input: Record<string, unknown>, request: S3Request): Output | Promise<Output>;
  /** Where S3's status is not the model's. */
  status?: number;
}

/** Operations by the API's names. */
export type S3Operations = Record<string, S3Operation>;

/** An operation with the SDK's own type for its input. */
export function operation<Input>(
  members: readonly (keyof Input & string)[],
  run: (input: Input, request: S3Request) => Output | Promise<Output>,
  status?: number,
): S3Operation {
  return { members, run: (input, request) => run(input as Input, request), ...(status !== undefined && { status }) };
}
