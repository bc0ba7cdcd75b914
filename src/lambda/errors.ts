/** The request can't become an export job as it stands; the message names every field at fault. Final. */
export class InvalidRequestError extends Error {
  override readonly name = 'InvalidRequestError' as const;
}

/** The job's name belongs to a job with another dataset, path or mode. Final. */
export class JobNameTakenError extends Error {
  override readonly name = 'JobNameTakenError' as const;
}

/** A job of the asked-for name exists, but may not be looked at: it may be ours. Final. */
export class JobUnreadableError extends Error {
  override readonly name = 'JobUnreadableError' as const;
}

/** An answer of the service lacks what the API promises, so nothing true can be said from it. Final. */
export class UnexpectedAnswerError extends Error {
  override readonly name = 'UnexpectedAnswerError' as const;
}

/** Throttling, a 5xx, a time-out or a cut connection: the same call may succeed later. The definition retries it. */
export class TransientError extends Error {
  override readonly name = 'TransientError' as const;
}
