/** At most `characters` (UTF-16 code units) from the start of `text`. Never cuts a character in two. */
export function cut(text: string, characters: number): string {
  return text.length <= characters ? text : text.slice(0, characters).replace(/[\ud800-\udbff]$/, '');
}

/** Like `cut`, but says how much is missing and where to find it. That note comes on top of `characters`. */
export function shorten(text: string, characters: number): string {
  if (text.length <= characters) return text;
  const kept = cut(text, characters);
  return `${kept}… (cut: ${text.length - kept.length} more characters are in the execution's history)`;
}
