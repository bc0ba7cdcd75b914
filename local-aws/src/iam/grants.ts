import { fitsAction, fitsArn } from './pattern.ts';
import type { Policies } from './policies.ts';
import type { Permission, Statement } from './statement.ts';

/** One action or one resource pattern of a statement that allows something. */
export interface Grant {
  /** The logical id of the role or the resource that has the policy. */
  holder: string;
  statement: string;
  element: 'Action' | 'Resource';
  pattern: string;
  /** Whether an allowed call has needed it. */
  used: boolean;
}

/** Records which parts of the policies were needed. */
export function usage({ identity, trust, resource }: Pick<Policies, 'identity' | 'trust' | 'resource'>): {
  add(allowedBy: Statement[], permission: Permission): void;
  grants(): Grant[];
} {
  const statements = [identity, trust, resource].flatMap((policies) => [...policies.values()].flat());
  const used = new Map(statements.map((statement) => [statement, new Set<string>()]));
  const patternsOf = ({ actions, resources }: Statement) => [
    ...actions.map((pattern) => ({ element: 'Action' as const, pattern })),
    ...resources.map((pattern) => ({ element: 'Resource' as const, pattern })),
  ];
  return {
    add(allowedBy, { action, resource: arn }) {
      for (const statement of allowedBy) {
        for (const { element, pattern } of patternsOf(statement)) {
          const isUsed = element === 'Action' ? fitsAction(pattern, action) : fitsArn(pattern, arn);
          if (isUsed) used.get(statement)?.add(`${element} ${pattern}`);
        }
      }
    },
    grants: () =>
      statements
        .filter(({ effect }) => effect === 'Allow')
        .flatMap((statement) =>
          patternsOf(statement).map(({ element, pattern }) => ({
            holder: statement.holder,
            statement: statement.name,
            element,
            pattern,
            used: used.get(statement)?.has(`${element} ${pattern}`) ?? false,
          })),
        ),
  };
}
