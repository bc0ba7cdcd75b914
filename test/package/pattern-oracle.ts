/**
 * EventBridge's matching a second time, in another way than `local/events`: as Event Ruler (github.com/aws/event-ruler) does
 * it, event and pattern are both flattened to leaves by path, and only the operators of our own rules are known. There is
 * no array of objects in our events, so that none of a list's elements needs to be told from another.
 */
export function oracleMatches(pattern: object, event: object): boolean {
  const leaves = leavesOf(event, '');
  return rulesOf(pattern, '').every(([path, alternatives]) => {
    const values = leaves.filter(([at]) => at === path).map(([, value]) => value);
    return alternatives.some((alternative) => holds(alternative, values));
  });
}

/** Neither an empty object nor an empty list has a leaf: for `exists` they are not there. */
function leavesOf(value: unknown, path: string): [string, unknown][] {
  if (value === null || typeof value !== 'object') return [[path, value]];
  if (Array.isArray(value)) return value.flatMap((element) => leavesOf(element, path));
  return Object.entries(value).flatMap(([name, member]) => leavesOf(member, `${path}/${name}`));
}

function rulesOf(pattern: object, path: string): [string, unknown[]][] {
  return Object.entries(pattern).flatMap(([name, value]): [string, unknown[]][] =>
    Array.isArray(value) ? [[`${path}/${name}`, value]] : rulesOf(value as object, `${path}/${name}`),
  );
}

function holds(alternative: unknown, values: unknown[]): boolean {
  if (alternative === null || typeof alternative !== 'object') return values.indexOf(alternative) >= 0;
  const [[operator, operand] = ['', '']] = Object.entries(alternative);
  const texts = values.filter((value) => typeof value === 'string');
  if (operator === 'exists') return operand === values.length > 0;
  if (operator === 'suffix') return texts.some((value) => value.slice(-operand.length) === operand);
  if (operator === 'wildcard') return texts.some((value) => fits(value, operand.split('*')));
  throw new Error(`The oracle does not know the operator ${operator}: teach it, or take another.`);
}

/** The parts between the asterisks come in their order: the first at the beginning, the last at the end. */
function fits(value: string, [first = '', ...others]: string[]): boolean {
  const last = others.pop();
  if (last === undefined) return value === first;
  if (value.slice(0, first.length) !== first) return false;
  let from = first.length;
  for (const part of others) {
    const at = value.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return value.length - last.length >= from && value.slice(value.length - last.length) === last;
}
