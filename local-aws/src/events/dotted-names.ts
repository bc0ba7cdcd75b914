type EventObject = Record<string, unknown>;

/** EventBridge compares paths, so a dot in a name is a step into an object: `{"a.b": 1}` is `{"a": {"b": 1}}`. A path that an
 * event has twice gets an array of both values. */
export function stepByStep(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(stepByStep);
  if (!isObject(value)) return value;
  const result: EventObject = Object.create(null);
  for (const [name, member] of Object.entries(value)) {
    const [first = '', ...rest] = name.split('.');
    add(result, first, rest.reduceRight<unknown>(within, stepByStep(member)));
  }
  return result;
}

function within(value: unknown, name: string): EventObject {
  return Object.assign(Object.create(null), { [name]: value });
}

function add(object: EventObject, name: string, value: unknown): void {
  const found = object[name];
  if (isObject(found) && isObject(value)) {
    for (const [inner, member] of Object.entries(value)) add(found, inner, member);
  } else {
    object[name] = name in object ? [found, value] : value;
  }
}

function isObject(value: unknown): value is EventObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
