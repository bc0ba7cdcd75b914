/** The request can't become an export. The message names every field at fault. Final. */
export class InvalidRequestError extends Error {
  override readonly name = 'InvalidRequestError' as const;
}

/** A job with this name exists, but for another dataset, path or ingestion mode, or with older data. Final. */
export class JobNameTakenError extends Error {
  override readonly name = 'JobNameTakenError' as const;
}

/** A job with this name exists, but can't be described, so it may be the requested one. Final. */
export class JobUnreadableError extends Error {
  override readonly name = 'JobUnreadableError' as const;
}

/** Personalize's answer lacks a field that the API promises, so the pipeline can't go on. Final. */
export class UnexpectedAnswerError extends Error {
  override readonly name = 'UnexpectedAnswerError' as const;
}

/** The names under which an event's execution could start are taken by executions for something else. Final. */
export class ExecutionNameTakenError extends Error {
  override readonly name = 'ExecutionNameTakenError' as const;
}

/** Throttling, a 5xx, a timeout or a lost connection: the same call may succeed later. The state machine retries it. */
export class TransientError extends Error {
  override readonly name = 'TransientError' as const;
}
