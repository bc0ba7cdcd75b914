import type { Finding } from '../../../cli/doctor/report-schema.ts';
import { type Account, type Answers, personalizePolicy } from './account.ts';

/** The name of the stack with every option. */
export const STACK = 'personalize-dataset-export-prod';

type Break = (account: Account) => Answers;

/** One thing that is broken: the answers, and the finding. `label` is the beginning of `check subject`. */
export type Broken = [what: string, answers: Break, label: string, state: Finding['state'], seen: RegExp, fix: RegExp];

type Statement = Record<string, unknown>;
type ChangeStatement = (statement: Statement) => object;

/** The account's answer to a call. */
export const answerOf = ({ answers }: Account, name: string, input: unknown = {}) => answers[name]?.(input) as object;

/** The answer to every call of a name, with changes. */
export const changed =
  (name: string, change: object): Break =>
  (account) => ({ [name]: (input) => ({ ...answerOf(account, name, input), ...change }) });

/** Another answer, or an error, to the calls with these members. */
export const only =
  (name: string, members: Record<string, string>, answer: object | Error): Break =>
  (account) => ({
    [name]: (input) => {
      const isMeant = Object.entries(members).every(([member, value]) => input[member] === value);
      if (isMeant && answer instanceof Error) throw answer;
      return isMeant ? answer : answerOf(account, name, input);
    },
  });

/** An error for every call of a name. */
export const refuses = (name: string, error: Error): Break => only(name, {}, error);

/** Another description of the stack. */
export const stack =
  (change: object): Break =>
  (account) => {
    const { Stacks } = answerOf(account, 'DescribeStacks') as { Stacks: object[] };
    return { DescribeStacks: () => ({ Stacks: [{ ...Stacks[0], ...change }] }) };
  };

/** Other resources on the second page of their list. */
export const resources =
  (change: (resources: object[]) => object[]): Break =>
  (account) => ({
    ListStackResources: (input) => {
      const page = answerOf(account, 'ListStackResources', input) as { StackResourceSummaries: object[] };
      const { StackResourceSummaries: all } = page;
      return { ...page, StackResourceSummaries: input.NextToken ? change(all) : all };
    },
  });

/** The trail with an advanced selector of these fields, besides that of management events. */
export const selectors = (...FieldSelectors: object[]): Break =>
  changed('GetEventSelectors', {
    EventSelectors: undefined,
    AdvancedEventSelectors: [
      { FieldSelectors: [{ Field: 'eventCategory', Equals: ['Management'] }, ...FieldSelectors] },
    ],
  });

/** The trust of the role with another first statement. */
export const trust =
  (change: ChangeStatement): Break =>
  ({ place }) => {
    const { Statement } = JSON.parse(personalizePolicy(place, ['sts:AssumeRole']));
    const text = JSON.stringify({ Statement: [change(Statement[0])] });
    return { GetRole: () => ({ Role: { AssumeRolePolicyDocument: encodeURIComponent(text) } }) };
  };

/** A simulation with another result for one action. */
export const simulated =
  (action: string, result: object): Break =>
  () => ({
    SimulatePrincipalPolicy: ({ ActionNames }) => ({
      EvaluationResults: ActionNames.map((EvalActionName: string) => ({
        EvalActionName,
        ...(EvalActionName === action ? result : { EvalDecision: 'allowed' }),
      })),
    }),
  });

/** The bucket's policy with another first statement, and perhaps one more. */
export const bucketPolicy =
  (change: (statement: Statement, bucketArn: string) => object, more: object[] = []): Break =>
  ({ place, outputs }) => {
    const bucketArn = `arn:aws:s3:::${outputs.ExportBucket}`;
    const actions = ['s3:PutObject', 's3:ListBucket'];
    const [first, ...others] = JSON.parse(personalizePolicy(place, actions, [bucketArn, `${bucketArn}/*`])).Statement;
    const Policy = JSON.stringify({ Statement: [change(first, bucketArn), ...others, ...more] });
    return { GetBucketPolicy: () => ({ Policy }) };
  };

/** A template without a resource. */
export const withoutResource =
  (id: string): Break =>
  ({ template }) => {
    const { [id]: _, ...Resources } = template.Resources;
    return { GetTemplate: () => ({ TemplateBody: JSON.stringify({ ...template, Resources }) }) };
  };
