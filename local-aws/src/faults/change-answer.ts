import type { AnswerChange } from './fault.ts';

/** Returns the answer with members set and removed. Missing structures of a path are created; the elements of a list have numbers. */
export function changeAnswer(answer: unknown, { set = {}, remove = [] }: AnswerChange): unknown {
  const changed = typeof answer === 'object' && answer !== null ? structuredClone(answer) : {};
  for (const [path, value] of Object.entries(set)) {
    const [holder, name] = holderOf(changed, path, true);
    if (holder) holder[name] = value;
  }
  for (const path of remove) {
    const [holder, name] = holderOf(changed, path, false);
    if (holder) delete holder[name];
  }
  return changed;
}

function holderOf(
  answer: unknown,
  path: string,
  isMade: boolean,
): [holder: Record<string, unknown> | undefined, name: string] {
  const names = path.split('.');
  const last = names.pop() ?? '';
  let holder = answer as Record<string, unknown>;
  for (const name of names) {
    const member = Object.hasOwn(holder, name) ? holder[name] : undefined;
    if (typeof member === 'object' && member !== null) {
      holder = member as Record<string, unknown>;
    } else {
      if (!isMade) return [undefined, last];
      const made = {};
      holder[name] = made;
      holder = made;
    }
  }
  return [holder, last];
}
