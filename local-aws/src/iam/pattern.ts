/** Tells whether a text fits a pattern, in which `*` stands for any characters and `?` for one. */
export function fits(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.');
  return new RegExp(`^${source}$`, 's').test(text);
}

/** The case of an action does not matter. */
export function fitsAction(pattern: string, action: string): boolean {
  return fits(pattern.toLowerCase(), action.toLowerCase());
}

/** Compares each of the first five parts of an ARN by itself, and then the rest: a `*` does not cross into the next part.
 * Source: IAM User Guide, "ArnLike" and "Resource". */
export function fitsArn(pattern: string, arn: string): boolean {
  if (pattern === '*') return true;
  const [patterns, parts] = [partsOf(pattern), partsOf(arn)];
  return patterns.length === parts.length && patterns.every((part, index) => fits(part, parts[index] ?? ''));
}

function partsOf(arn: string): string[] {
  const [, ...parts] = /^([^:]*):([^:]*):([^:]*):([^:]*):([^:]*):(.*)$/s.exec(arn) ?? [arn, arn];
  return parts;
}
