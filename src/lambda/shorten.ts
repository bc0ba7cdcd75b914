/** Of a reason; the state of an execution has 256 KB, and so has an SNS message. */
export const MAX_REASON_CHARACTERS = 8_000;

/** `text`, or its beginning with a word that it was cut: at most `characters` of it. Never cuts a character in two. */
export function shorten(text: string, characters: number): string {
  if (text.length <= characters) return text;
  const kept = text.slice(0, characters).replace(/[\ud800-\udbff]$/, '');
  return `${kept}… (cut: ${text.length - kept.length} more characters are in the execution's history)`;
}
