/** An error that the user can fix. The message says how, and is shown without a stack trace. The exit status is 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError' as const;
}
