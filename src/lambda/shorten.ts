/** `text`, or its beginning with a word that it was cut: at most `characters` of it. Never cuts a character in two. */
export function shorten(text: string, characters: number): string {
  if (text.length <= characters) return text;
  const kept = text.slice(0, characters).replace(/[\ud800-\udbff]$/, '');
  return `${kept}… (cut: ${text.length - kept.length} more characters are in the execution's history)`;
}
