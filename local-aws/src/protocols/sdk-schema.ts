import type { CreateDatasetExportJob$, CreateDatasetExportJobRequest$ } from '@aws-sdk/client-personalize';

/** An operation or a structure, as the SDK's own schemas describe it. */
export type OperationSchema = typeof CreateDatasetExportJob$;
export type StructureSchema = typeof CreateDatasetExportJobRequest$;

/** A member's shape, resolved from the SDK's compact notation. */
export type Shape =
  | { type: 'string' | 'number' | 'boolean' | 'timestamp' }
  | { type: 'list'; element: Shape }
  | { type: 'map'; value: Shape }
  | { type: 'structure'; name: string; members: Member[] };

export interface Member {
  name: string;
  required: boolean;
  /** Resolved when it is first needed. */
  shape: () => Shape;
}

const simpleTypes: Record<number, 'string' | 'number' | 'boolean' | 'timestamp'> = {
  0: 'string',
  1: 'number',
  2: 'boolean',
  4: 'timestamp',
};

/**
 * Resolves a reference of the SDK's schemas (`@smithy/types`, static-schemas): a number is a simple type, an array
 * starting with a number and a namespace is a shape, any other array is a reference with its traits.
 */
function shapeOf(reference: unknown): Shape {
  if (typeof reference === 'function') return shapeOf(reference());
  if (typeof reference === 'number') return simpleShape(reference);
  if (!Array.isArray(reference)) throw new TypeError(`Not a schema: ${String(reference)}`);
  if (typeof reference[1] !== 'string') return shapeOf(reference[0]);
  if (reference[0] === 0) return shapeOf(reference[4]);
  if (reference[0] === 1) return { type: 'list', element: shapeOf(reference[4]) };
  if (reference[0] === 2) return { type: 'map', value: shapeOf(reference[5]) };
  return structureShape(reference as unknown as StructureSchema);
}

const LIST_OF = 64;
const MAP_OF = 128;

function simpleShape(code: number): Shape {
  if (code >= MAP_OF) return { type: 'map', value: simpleShape(code - MAP_OF) };
  if (code >= LIST_OF) return { type: 'list', element: simpleShape(code - LIST_OF) };
  const type = simpleTypes[code];
  if (type === undefined) throw new TypeError(`The SDK's simple type ${code} is not known here`);
  return { type };
}

/** A structure's members; the SDK lists the required ones first and says how many they are. */
export function structureShape([, , name, , names, references, required = 0]: StructureSchema): Shape & {
  type: 'structure';
} {
  const members = names.map((member, index) => ({
    name: member,
    required: index < required,
    shape: () => shapeOf(references[index]),
  }));
  return { type: 'structure', name, members };
}

/** The shape of an operation's input. */
export function inputShape(operation: OperationSchema): Shape & { type: 'structure' } {
  const shape = shapeOf(operation[4]);
  if (shape.type !== 'structure') throw new TypeError(`${operation[2]} takes no structure`);
  return shape;
}

/** The members of `values` that a structure of the API has, without those that are undefined. */
export function project(structure: StructureSchema, values: Record<string, unknown>): Record<string, unknown> {
  const members = structure[4].map((name) => [name, values[name]] as const);
  return Object.fromEntries(members.filter(([, value]) => value !== undefined));
}
