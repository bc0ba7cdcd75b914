/** Something that the caller can mend: its message says what to do, and is shown without a stack trace. Exit status 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError' as const;
}
