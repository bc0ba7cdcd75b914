import { AwsError, type Caller, type Operation } from '../protocols/aws-json.ts';
import { checkInput } from '../protocols/check-input.ts';
import { pageOf } from '../protocols/paging.ts';
import { inputShape, type OperationSchema, project, type StructureSchema } from '../protocols/sdk-schema.ts';
import { constraints } from './constraints.ts';
import type { Resource, ResourceKind, Resources } from './resources.ts';

/** In the SDK's types, every required member may be undefined. After `checkInput` it is not. */
export type Given<Input, Required extends keyof Input> = Input & {
  [Member in Required]: NonNullable<Input[Member]>;
};

/** Makes an operation that is called only with input that the API allows. */
export function operation<Input>(schema: OperationSchema, run: (input: Input, caller: Caller) => unknown): Operation {
  const shape = inputShape(schema);
  return (input, caller) => run(checkInput(shape, input, constraints, 'InvalidInputException') as Input, caller);
}

/** Makes a Describe operation, which returns a resource by its ARN with the members of the API's structure. */
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

interface ListInput extends Record<string, unknown> {
  nextToken?: string;
  maxResults?: number;
}

/** Makes a List operation, which returns the newest first. The request can filter by the member `filter`. */
export function listOperation(
  resources: Resources,
  schema: OperationSchema,
  { kind, filter, output, summary }: { kind: ResourceKind; filter?: string; output: string; summary: StructureSchema },
): Operation {
  return operation<ListInput>(schema, ({ nextToken: token, maxResults = 100, ...input }, caller) => {
    const wanted = filter && input[filter];
    const matches = ({ members }: Resource) => wanted === undefined || members[filter as string] === wanted;
    const request = { list: `${kind} ${wanted ?? ''}`, pageSize: Math.trunc(maxResults), nextToken: token };
    const { items, nextToken } = pageOf(
      resources.list(kind, caller),
      { ...request, newestFirst: true, matches },
      () => new AwsError('InvalidNextTokenException', `The token ${token} is not valid.`),
    );
    return { [output]: items.map(({ members }) => project(summary, members)), nextToken };
  });
}
