import { AwsError } from '../protocols/aws-json.ts';
import { cut } from '../protocols/cut.ts';
import { type CallFault, exportOutputs, type Fault, faultyServices, type JobFault } from './fault.ts';

/** The names of the operations of each service. For a service that is not listed, every name is accepted. */
export type KnownOperations = Record<string, string[]>;

interface Field {
  allowed: string;
  accepts: (value: unknown) => boolean;
}

type Fields<Of> = { [Name in keyof Required<Of>]: Field };

const mostFaults = 1000;
const mostDelayMs = 600_000;

const text: Field = { allowed: 'text', accepts: (value) => typeof value === 'string' };

const frequency = {
  times: numberField(1, Number.MAX_SAFE_INTEGER, 'a whole number from 1', Number.isInteger),
  probability: numberField(0, 1, 'a number from 0 to 1'),
  seed: numberField(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, 'a whole number', Number.isInteger),
};

const ofCall: Fields<CallFault> = {
  service: oneOf(faultyServices),
  operation: {
    allowed: 'the name of an operation (of lambda: of a function), or "*"',
    accepts: (value) => typeof value === 'string' && /^(\*|[A-Za-z][\w-]{0,127})$/.test(value),
  },
  // The name is sent in a header and in XML.
  error: {
    allowed: 'the name of an error, such as ThrottlingException or Lambda.ServiceException',
    accepts: (value) => typeof value === 'string' && /^[A-Za-z][\w.]{0,127}$/.test(value),
  },
  status: numberField(400, 599, 'an HTTP status from 400 to 599', Number.isInteger),
  message: text,
  delayMs: numberField(0, mostDelayMs, `a number of milliseconds from 0 to ${mostDelayMs}`),
  cut: oneOf(['before', 'after']),
  answer: { allowed: '{"set": {path: value}, "remove": [path]}, with at least one path', accepts: isAnswerChange },
  ...frequency,
};

const ofJob: Fields<JobFault> = {
  job: oneOf(['export', 'import']),
  status: { allowed: 'a status, such as CREATE FAILED', accepts: (value) => typeof value === 'string' && value !== '' },
  failureReason: text,
  seconds: numberField(0, 86_400, 'a number of seconds from 0 to 86400'),
  stuck: { allowed: 'true or false', accepts: (value) => typeof value === 'boolean' },
  output: oneOf(exportOutputs),
  ...frequency,
};

const effectsOfCall = ['error', 'status', 'delayMs', 'cut', 'answer'];
const effectsOfJob = ['status', 'failureReason', 'seconds', 'stuck', 'output'];
const servicesOfJson = ['personalize', 'states', 'events', 'glue', 'lambda'];

/** Checks a list of faults that a client sent.
 * @throws AwsError `ValidationException` that says for every wrong field what was given and what is allowed */
export function checkFaults(list: unknown, known: KnownOperations = {}): Fault[] {
  if (!Array.isArray(list)) throw invalid([wrong('the body', list, 'a JSON list of faults')]);
  if (list.length > mostFaults)
    throw invalid([`the list: ${list.length} faults given; at most ${mostFaults} are allowed`]);
  const problems = list.flatMap((fault: unknown, index) => problemsOf(fault, known).map((said) => `[${index}]${said}`));
  if (problems.length > 0) throw invalid(problems);
  return list;
}

function problemsOf(fault: unknown, known: KnownOperations): string[] {
  if (typeof fault !== 'object' || fault === null || Array.isArray(fault)) return [wrong('', fault, 'an object')];
  const given = fault as Record<string, unknown>;
  const isOfJob = Object.hasOwn(given, 'job');
  const fields: Record<string, Field> = isOfJob ? ofJob : ofCall;
  const required = isOfJob ? ['job'] : ['service', 'operation'];
  const effects = isOfJob ? effectsOfJob : effectsOfCall;
  const problems = Object.entries(given).flatMap(([name, value]) => {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (!field) return [`.${name}: unknown; allowed are ${Object.keys(fields).join(', ')}`];
    return field.accepts(value) ? [] : [wrong(`.${name}`, value, field.allowed)];
  });
  for (const name of required) {
    if (!Object.hasOwn(given, name)) problems.push(`.${name}: missing; needed is ${fields[name]?.allowed}`);
  }
  if (!effects.some((name) => Object.hasOwn(given, name))) {
    problems.push(`: nothing goes wrong; needed is one of ${effects.join(', ')}`);
  }
  if (problems.length > 0) return problems;
  return isOfJob ? problemsOfJob(fault as JobFault) : problemsTogether(fault as CallFault, known);
}

/** Neither an import nor an export that fails has an output. */
function problemsOfJob({ job, output, ...fault }: JobFault): string[] {
  if (output === undefined) return [];
  const others = (['status', 'failureReason', 'stuck'] as const).filter((name) => fault[name] !== undefined);
  return [
    ...(job === 'import' ? ['.output: not possible with import; allowed with export'] : []),
    ...(others.length > 0 ? [`.output: not possible with ${others.join(' and ')}`] : []),
  ];
}

/** The problems of fields that are valid by themselves, but not together. */
function problemsTogether(fault: CallFault, known: KnownOperations): string[] {
  const { service, operation, answer } = fault;
  const problems: string[] = [];
  const operations = known[service];
  if (operation !== '*' && operations && !operations.includes(operation)) {
    problems.push(wrong('.operation', operation, `"*" or one of ${operations.join(', ')}`));
  }
  if (answer && !servicesOfJson.includes(service)) {
    problems.push(`.answer: not possible with ${service}; allowed with ${servicesOfJson.join(', ')}`);
  }
  const instead = (['error', 'status', 'cut'] as const).filter((name) => fault[name] !== undefined);
  if (answer && instead.length > 0) problems.push(`.answer: not possible with ${instead.join(' and ')}`);
  return problems;
}

function isAnswerChange(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const { set = {}, remove = [], ...others } = value as Record<string, unknown>;
  if (typeof set !== 'object' || set === null || Array.isArray(set) || !Array.isArray(remove)) return false;
  const paths: unknown[] = [...Object.keys(set), ...remove];
  return paths.length > 0 && paths.every(isPath) && Object.keys(others).length === 0;
}

function isPath(path: unknown): boolean {
  return typeof path === 'string' && /^\w+(\.\w+){0,19}$/.test(path) && !path.split('.').includes('__proto__');
}

function numberField(
  least: number,
  most: number,
  allowed: string,
  isKind: (value: number) => boolean = () => true,
): Field {
  const accepts = (value: unknown) => typeof value === 'number' && value >= least && value <= most && isKind(value);
  return { allowed, accepts };
}

function oneOf(values: readonly string[]): Field {
  return { allowed: `one of ${values.join(', ')}`, accepts: (value) => values.includes(value as string) };
}

function wrong(name: string, value: unknown, allowed: string): string {
  const given = JSON.stringify(value) ?? 'nothing';
  return `${name}: ${given.length > 100 ? `${cut(given, 100)}…` : given} given; allowed is ${allowed}`;
}

function invalid(problems: string[]): AwsError {
  const said = problems.slice(0, 20).join('; ');
  return new AwsError('ValidationException', problems.length > 20 ? `${said}; and ${problems.length - 20} more` : said);
}
