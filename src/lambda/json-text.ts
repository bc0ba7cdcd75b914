/** `value` as JSON; undefined if it has no JSON, or is nested too deeply for the call stack. */
export function jsonText(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}
