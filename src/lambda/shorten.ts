/** At most `characters` (UTF-16 code units) from the start of `text`. Never cuts a character in two; replaces halves of
 * characters that the text itself has. */
export function cut(text: string, characters: number): string {
  return text
    .slice(0, characters)
    .replace(/[\ud800-\udbff]$/, '')
    .toWellFormed();
}

/** Like `cut`, but says how much is missing and where to find it. That note comes on top of `characters`. */
export function shorten(text: string, characters: number): string {
  if (text.length <= characters) return text.toWellFormed();
  const kept = cut(text, characters);
  const missing = [...text.slice(kept.length)].length;
  return `${kept}… (cut: ${missing} more ${missing === 1 ? 'character is' : 'characters are'} in the execution's history)`;
}
