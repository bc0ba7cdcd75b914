/** Who calls, as the request's signature says it. */
export interface Caller {
  accessKeyId: string;
  accountId: string;
  region: string;
}

/** One operation of an emulated service: input and output as in the API's own JSON, times as epoch seconds. */
export type Operation = (input: Record<string, unknown>, caller: Caller) => unknown;

/** A service by the names of its operations, e.g. `CreateDatasetExportJob`. */
export type Operations = Record<string, Operation>;

/** An exception of the service's own: the client meets it by `name`, with `statusCode`. */
export class AwsError extends Error {
  readonly statusCode: number;

  constructor(name: string, message: string, statusCode = 400) {
    super(message);
    this.name = name;
    this.statusCode = statusCode;
  }
}
