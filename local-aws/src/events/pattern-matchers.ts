import { BlockList, isIP } from 'node:net';

/** Tests the values of a field: its value, the elements of an array, or none if the event does not have the field. */
export type Matcher = (values: unknown[]) => boolean;

type Test = (value: unknown) => boolean;
type Operator = (operand: unknown, path: string) => Test;

/** Compiles one element of a pattern's array: a plain value, or an operator such as `{"prefix": "arn:"}`.
 * @throws Error when EventBridge does not know the operator, or refuses the operand */
export function matcherOf(alternative: unknown, path: string): Matcher {
  if (Array.isArray(alternative)) throw invalid(path, 'must not hold an array in an array');
  if (typeof alternative !== 'object' || alternative === null) return (values) => values.includes(alternative);
  const [name, operand] = onlyEntry(alternative, path);
  if (name === 'exists') {
    if (typeof operand !== 'boolean') throw invalid(path, 'exists must be true or false');
    return (values) => values.length > 0 === operand;
  }
  const test = operatorNamed(operators, name, path)(operand, path);
  return (values) => values.some(test);
}

const stringTests = {
  prefix: affix('prefix', (value, text) => value.startsWith(text)),
  suffix: affix('suffix', (value, text) => value.endsWith(text)),
  'equals-ignore-case': (operand: unknown, path: string) => {
    const text = stringOf(operand, 'equals-ignore-case', path).toLowerCase();
    return onString((value) => value.toLowerCase() === text);
  },
  wildcard: (operand: unknown, path: string) => {
    const regExp = wildcardRegExp(stringOf(operand, 'wildcard', path), path);
    return onString((value) => regExp.test(value));
  },
} satisfies Record<string, Operator>;

const operators: Record<string, Operator> = { ...stringTests, numeric, cidr, 'anything-but': anythingBut };

function affix(name: string, test: (value: string, text: string) => boolean): Operator {
  return (operand, path) => {
    if (typeof operand !== 'object' || operand === null) {
      const text = stringOf(operand, name, path);
      return onString((value) => test(value, text));
    }
    const [inner, innerOperand] = onlyEntry(operand, path);
    if (inner !== 'equals-ignore-case') throw invalid(path, `${name} has no operator '${inner}'`);
    const text = stringOf(innerOperand, `${name} ${inner}`, path).toLowerCase();
    return onString((value) => test(value.toLowerCase(), text));
  };
}

function anythingBut(operand: unknown, path: string): Test {
  if (typeof operand === 'object' && operand !== null && !Array.isArray(operand)) {
    const [name, inner] = onlyEntry(operand, path);
    const operator = operatorNamed(stringTests, name, path);
    const tests = listOf(inner, path).map((one) => {
      const text = stringOf(one, `anything-but ${name}`, path);
      if (text === '' && isAffix(name)) throw invalid(path, `anything-but ${name} must not be empty`);
      return operator(text, path);
    });
    return (value) => !tests.some((matches) => matches(value));
  }
  const excluded = listOf(operand, path);
  if (!isListOf('string', excluded) && !isListOf('number', excluded)) {
    throw invalid(path, 'anything-but takes strings or numbers, not both');
  }
  return (value) => !excluded.some((one) => one === value);
}

function isAffix(name: string): boolean {
  return name === 'prefix' || name === 'suffix';
}

function isListOf(type: 'string' | 'number', values: unknown[]): boolean {
  return values.every((value) => typeof value === type);
}

const comparisons: Record<string, (value: number, limit: number) => boolean> = {
  '=': (value, limit) => value === limit,
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
};

/** One comparison, or a lower bound followed by an upper bound. */
function numeric(operand: unknown, path: string): Test {
  if (!Array.isArray(operand) || (operand.length !== 2 && operand.length !== 4)) {
    throw invalid(path, 'numeric takes one or two pairs of comparison and number');
  }
  const [lowerSign, lower, upperSign, upper] = operand;
  const isRange = ['>', '>='].includes(lowerSign) && ['<', '<='].includes(upperSign) && lower <= upper;
  if (operand.length === 4 && !isRange) {
    throw invalid(path, `numeric takes a lower bound and then an upper bound, not ${JSON.stringify(operand)}`);
  }
  const tests = [operand.slice(0, 2), operand.slice(2)]
    .filter((pair) => pair.length > 0)
    .map(([sign, limit]) => {
      if (typeof limit !== 'number')
        throw invalid(path, `numeric compares with a number, not ${JSON.stringify(limit)}`);
      const compare = operatorNamed(comparisons, sign, path);
      return (value: number) => compare(value, limit);
    });
  return (value) => typeof value === 'number' && tests.every((matches) => matches(value));
}

function cidr(operand: unknown, path: string): Test {
  const [address = '', bits] = stringOf(operand, 'cidr', path).split('/');
  const network = new BlockList();
  try {
    network.addSubnet(address, Number.parseInt(bits ?? '', 10), isIP(address) === 6 ? 'ipv6' : 'ipv4');
  } catch {
    throw invalid(path, `cidr takes an address range such as 10.0.0.0/24, not ${JSON.stringify(operand)}`);
  }
  return onString((value) => isIP(value) !== 0 && network.check(value, isIP(value) === 6 ? 'ipv6' : 'ipv4'));
}

/** EventBridge refuses a pattern if its wildcards are too complex together. The exact rule is not documented; no pattern with
 * more than five `*` is known to be accepted. */
const MAX_WILDCARDS = 5;

function wildcardRegExp(text: string, path: string): RegExp {
  const parts = text.match(/\\[*\\]|[\s\S]/gu) ?? [];
  const wildcards = parts.filter((part) => part === '*').length;
  if (wildcards > MAX_WILDCARDS) throw invalid(path, `wildcard must not hold more than ${MAX_WILDCARDS} *`);
  const source = parts.map((part, index) => {
    if (part === '*' && parts[index + 1] === '*') throw invalid(path, 'wildcard must not hold **');
    if (part === '\\') throw invalid(path, 'wildcard takes \\ only before * and \\');
    return part === '*' ? '[^]*' : literal(part.length === 2 && part.startsWith('\\') ? part.slice(1) : part);
  });
  return new RegExp(`^${source.join('')}$`, 'u');
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

function onString(test: (value: string) => boolean): Test {
  return (value) => typeof value === 'string' && test(value);
}

function stringOf(operand: unknown, name: string, path: string): string {
  if (typeof operand === 'string') return operand;
  throw invalid(path, `${name} takes a string, not ${JSON.stringify(operand)}`);
}

function listOf(operand: unknown, path: string): unknown[] {
  if (!Array.isArray(operand)) return [operand];
  if (operand.length === 0) throw invalid(path, 'anything-but must not be an empty array');
  return operand;
}

function onlyEntry(operator: object, path: string): [string, unknown] {
  const entries = Object.entries(operator);
  if (entries.length !== 1) throw invalid(path, `takes one operator at a time, not ${JSON.stringify(operator)}`);
  return entries[0] as [string, unknown];
}

function operatorNamed<T>(known: Record<string, T>, name: string, path: string): T {
  const operator = Object.hasOwn(known, name) ? known[name] : undefined;
  if (!operator) throw invalid(path, `has no operator '${name}'`);
  return operator;
}

function invalid(path: string, reason: string): Error {
  return new Error(`Event pattern is not valid: ${path} ${reason}`);
}
