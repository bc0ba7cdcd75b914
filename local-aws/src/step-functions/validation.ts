import { AwsError } from '../protocols/aws-json.ts';

type Input = Record<string, unknown>;

/** A required member. @throws AwsError `ValidationException` */
export function requiredString(input: Input, member: string): string {
  const value = input[member];
  if (typeof value === 'string' && value.length > 0) return value;
  if (value === '') throw invalid(`Value '' at '${member}'`, 'Member must have length greater than or equal to 1');
  throw invalid(`Value null at '${member}'`, 'Member must not be null');
}

/** An optional member with one of the allowed values. @throws AwsError `ValidationException` */
export function optionalEnum<T extends string>(input: Input, member: string, allowed: readonly T[]): T | undefined {
  const value = input[member];
  if (value === undefined || value === null || allowed.includes(value as T)) return (value as T) ?? undefined;
  throw invalid(`Value '${value}' at '${member}'`, `Member must satisfy enum value set: [${allowed.join(', ')}]`);
}

/** The number of results in a page: at most 1,000, and 100 for 0 and by default. @throws AwsError `ValidationException` */
export function pageSize(maxResults: unknown): number {
  const given = Number(maxResults ?? 0);
  const at = `Value '${maxResults}' at 'maxResults'`;
  if (given > 1000) throw invalid(at, 'Member must have value less than or equal to 1000');
  if (!(given >= 0)) throw invalid(at, 'Member must have value greater than or equal to 0');
  return given === 0 ? 100 : given;
}

function invalid(at: string, constraint: string): AwsError {
  return new AwsError(
    'ValidationException',
    `1 validation error detected: ${at} failed to satisfy constraint: ${constraint}`,
  );
}

const arn = /^arn:aws[\w-]*:states:[\w-]+:\d{12}:(\w+):\S+$/;

/** The ARN of a state machine or an execution. @throws AwsError `ValidationException`, `InvalidArn` */
export function requiredArn(input: Input, member: string, kind: 'stateMachine' | 'execution'): string {
  const value = requiredString(input, member);
  const resourceType = arn.exec(value)?.[1];
  if (!resourceType) throw new AwsError('InvalidArn', `Invalid Arn: '${value}'`);
  if (resourceType === kind) return value;
  throw new AwsError('InvalidArn', `Invalid Arn: 'Resource type not valid in this context: ${resourceType}'`);
}

// https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html, `name`
const forbidden = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\ufffe\uffff\p{Cc}\p{Cs}]/u;

/** @throws AwsError `InvalidName` */
export function checkExecutionName(name: string): void {
  if (name.length >= 1 && name.length <= 80 && !forbidden.test(name)) return;
  throw new AwsError('InvalidName', `Invalid Name: '${name}'`);
}
