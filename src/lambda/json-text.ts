/** `value` as JSON; `undefined` where it has none: nested deeper than the stack goes, say. */
export function jsonText(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}
