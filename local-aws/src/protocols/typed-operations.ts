import type { Operations } from './aws-json.ts';
import { checkTypes } from './check-input.ts';
import { inputShape, type OperationSchema } from './sdk-schema.ts';

/** The operations behind a check of each member's JSON type, as the SDK's module of the service describes it.
 * @throws AwsError `SerializationException`, from each operation */
export function typedOperations(sdk: object, operations: Operations): Operations {
  const schemas = sdk as Record<string, OperationSchema>;
  const typed = Object.entries(operations).map(([name, operation]) => {
    const shape = inputShape(schemas[`${name}$`] as OperationSchema);
    const checked: typeof operation = (input, caller) => operation(checkTypes(shape, input), caller);
    return [name, checked];
  });
  return Object.fromEntries(typed);
}
