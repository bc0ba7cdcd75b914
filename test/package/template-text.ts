/** A policy statement as it stands in a template. */
interface Statement {
  Sid?: string;
  Effect: string;
  Principal?: unknown;
  Action: string | string[];
  Resource?: unknown;
  Condition?: Record<string, Record<string, unknown>>;
}

export interface PolicyDocument {
  Version?: string;
  Statement: Statement[];
}

/** A value of a template as short text. A reference reads `{LogicalId}` or `{LogicalId.Attribute}`. An ARN in this deployment's
 * own partition, region and account is cut to its service and resource: `personalize:dataset/*`. */
export function textOf(value: unknown): string {
  return String(withoutIntrinsics(value)).replace(
    /^arn:\{AWS::Partition\}:(\w+):\{AWS::Region\}:\{AWS::AccountId\}:/,
    '$1:',
  );
}

function withoutIntrinsics(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const [[name, operand] = []] = Object.entries(value);
  if (name === 'Ref') return `{${operand}}`;
  if (name === 'Fn::GetAtt') return `{${operand.join('.')}}`;
  if (name === 'Fn::Sub') return String(operand).replaceAll('${', '{');
  if (name === 'Fn::Join') return operand[1].map(withoutIntrinsics).join(operand[0]);
  throw new Error(`Not a value or an intrinsic function: ${JSON.stringify(value)}`);
}

/** A policy's statements, one line each: `Allow <who> <actions> on <resources> if <conditions>`. A `Sid` is left out. */
export function linesOf({ Statement }: PolicyDocument): string[] {
  return Statement.map(({ Sid: _, Effect, Principal, Action, Resource, Condition = {}, ...unknown }) => {
    if (Object.keys(unknown).length > 0) throw new Error(`Unknown in a statement: ${Object.keys(unknown)}`);
    const who = Principal === undefined ? [] : [principalOf(Principal)];
    const where = Resource === undefined ? [] : ['on', list(Resource)];
    const conditions = Object.entries(Condition).flatMap(([operator, keys]) =>
      Object.entries(keys).map(([key, value]) => `${key} ${operator} ${list(value)}`),
    );
    return [
      Effect,
      ...who,
      list(Action),
      ...where,
      ...(conditions.length > 0 ? ['if', conditions.join(' and ')] : []),
    ].join(' ');
  });
}

function principalOf(principal: unknown): string {
  if (typeof principal === 'string') return principal;
  const [[kind, who] = [], ...others] = Object.entries(principal as object);
  if (others.length > 0) throw new Error(`More than one kind of principal: ${JSON.stringify(principal)}`);
  return kind === 'Service' ? list(who) : `${kind} ${list(who)}`;
}

const list = (values: unknown): string => [values].flat().map(textOf).join(', ');
