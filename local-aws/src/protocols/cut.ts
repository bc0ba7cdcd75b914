/** At most `characters` (UTF-16 code units) from the start of `text`. Never cuts a surrogate pair in two. */
export function cut(text: string, characters: number): string {
  return text.slice(0, characters).replace(/[\ud800-\udbff]$/, '');
}
