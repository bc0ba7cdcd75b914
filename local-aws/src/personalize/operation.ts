import type { Caller, Operation } from '../protocols/aws-json.ts';
import { checkInput } from '../protocols/check-input.ts';
import { inputShape, type OperationSchema, project, type StructureSchema } from '../protocols/sdk-schema.ts';
import { type PageRequest, pageOf } from './paging.ts';
import type { ResourceKind, Resources } from './resources.ts';

/** The SDK types every required member as possibly undefined; `checkInput` has ruled that out. */
export type Given<Input, Required extends keyof Input> = Input & {
  [Member in Required]: NonNullable<Input[Member]>;
};

/** An operation that sees only input that the API allows. */
export function operation<Input>(schema: OperationSchema, run: (input: Input, caller: Caller) => unknown): Operation {
  const shape = inputShape(schema);
  return (input, caller) => run(checkInput(shape, input) as Input, caller);
}

/** A Describe operation: one resource by its ARN, with the members of the API's structure. */
export function describeOperation(
  resources: Resources,
  schema: OperationSchema,
  { kind, arn, output, structure }: { kind: ResourceKind; arn: string; output: string; structure: StructureSchema },
): Operation {
  return operation<Record<string, string>>(schema, (input, caller) => {
    const { members } = resources.get(kind, input[arn] as string, caller);
    return { [output]: project(structure, members) };
  });
}

/** A List operation, filtered by the member `filter` where the request gives it. An ARN of nothing lists nothing. */
export function listOperation(
  resources: Resources,
  schema: OperationSchema,
  { kind, filter, output, summary }: { kind: ResourceKind; filter?: string; output: string; summary: StructureSchema },
): Operation {
  return operation<PageRequest & Record<string, unknown>>(schema, (input, caller) => {
    const wanted = filter === undefined ? undefined : input[filter];
    const all = resources.list(kind, caller);
    const matching = wanted === undefined ? all : all.filter(({ members }) => members[filter as string] === wanted);
    const { page, nextToken } = pageOf(matching, `${kind} ${wanted ?? ''}`, input);
    const summaries = page.map(({ members }) => project(summary, members));
    return { [output]: summaries, ...(nextToken !== undefined && { nextToken }) };
  });
}
