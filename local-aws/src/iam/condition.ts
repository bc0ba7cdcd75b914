import { fits, fitsArn } from './pattern.ts';

/** The values of a call's condition keys. */
export type Context = Record<string, string>;

/** The compiled Condition of a statement: tells whether a call meets it. */
export type Condition = (context: Context) => boolean;

/** The condition keys that the local AWS supports. It refuses a policy with any other key. */
const KEYS = [
  ...['aws:PrincipalAccount', 'aws:PrincipalArn', 'aws:PrincipalIsAWSService', 'aws:PrincipalServiceName'],
  ...['aws:SecureTransport', 'aws:SourceAccount', 'aws:SourceArn'],
  ...['iam:PassedToService', 'kms:CallerAccount', 'kms:ViaService', 's3:delimiter', 's3:prefix'],
];

/** The operators that policies may use. Each compares a value of the policy with a value of the call. */
const OPERATORS: Record<string, (wanted: string, given: string) => boolean> = {
  StringEquals: (wanted, given) => wanted === given,
  StringLike: fits,
  ArnEquals: fitsArn,
  ArnLike: fitsArn,
  Bool: (wanted, given) => wanted.toLowerCase() === given.toLowerCase(),
};

/** Reads a statement's Condition.
 * @throws Error for an operator or a key that is not known here */
export function conditionOf(block: Record<string, Record<string, unknown>> = {}, where: string): Condition {
  const tests = Object.entries(block).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => testOf(operator, key, [values].flat().map(String), where)),
  );
  return (context) => tests.every((test) => test(context));
}

/** A key that the call does not have meets only negated operators and those with IfExists.
 * Source: IAM User Guide, "IAM JSON policy elements: Condition operators". */
function testOf(operator: string, key: string, wanted: string[], where: string): Condition {
  const [, name = '', ifExists] = /^(.*?)(IfExists)?$/.exec(operator) ?? [];
  const negated = /^(String|Arn)Not/.test(name);
  const fitsOne = OPERATORS[negated ? name.replace('Not', '') : name];
  if (!fitsOne) throw new Error(`${where}: the condition operator ${operator} is not known to the local AWS.`);
  const known = KEYS.find((one) => one.toLowerCase() === key.toLowerCase());
  if (!known) throw new Error(`${where}: the condition key ${key} is not known to the local AWS.`);
  return (context) => {
    const given = context[known];
    if (given === undefined) return negated || ifExists !== undefined;
    return wanted.some((value) => fitsOne(value, given)) !== negated;
  };
}
