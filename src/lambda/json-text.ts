/** `value` as JSON; undefined if JSON can't express it, or if it is nested too deeply for the call stack. */
export function jsonText(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}
