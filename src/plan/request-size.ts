import { InvalidRequestError } from '../lambda/errors.ts';
import { jsonText } from '../lambda/json-text.ts';
import { MAX_DATASET_GROUPS, MAX_EXPORTS, MAX_REQUEST_BYTES, MAX_TAGS } from '../lambda/limits.ts';
import { joinFaults, tooManyItems } from '../lambda/validation-message.ts';

const MAX_ITEMS = { exports: MAX_EXPORTS, tags: MAX_TAGS, onlyDatasetGroups: MAX_DATASET_GROUPS };

/** Refuses a request that is too large to be validated item by item: each wrong item costs kilobytes of memory.
 * @param request any JSON
 * @throws InvalidRequestError that names each list with too many items, or the size of the request */
export function refuseTooLarge(request: unknown): void {
  const own = longLists(request);
  const { exports } = Object(request) as { exports?: unknown };
  const inBatch = own.length === 0 && Array.isArray(exports) ? exports : [];
  const faults = [...own, ...inBatch.flatMap((one, index) => longLists(one, `exports[${index}].`))];
  if (faults.length > 0) throw new InvalidRequestError(joinFaults(faults));
  const bytes = Buffer.byteLength(jsonText(request) ?? '');
  if (bytes <= MAX_REQUEST_BYTES) return;
  throw new InvalidRequestError(`request: has ${bytes} bytes; at most ${MAX_REQUEST_BYTES} are allowed.`);
}

function longLists(request: unknown, at = ''): string[] {
  return Object.entries(MAX_ITEMS).flatMap(([field, limit]) => {
    const items = (Object(request) as Record<string, unknown>)[field];
    if (!Array.isArray(items) || items.length <= limit) return [];
    return [`${at}${field}: ${tooManyItems(items, limit)}`];
  });
}
