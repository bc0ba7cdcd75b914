import type { Tag } from '@aws-sdk/client-personalize';
import { AwsError } from '../protocols/aws-json.ts';

/** The documented limit of a resource's tags; the API model itself lets 200 through. */
const maxTags = 50;

/**
 * The tags of a resource with others added; a key that is there takes the new value.
 * @throws AwsError `InvalidInputException` for a reserved or repeated key, `TooManyTagsException` above 50 tags
 */
export function withTags(tags: ReadonlyMap<string, string>, added: Tag[]): Map<string, string> {
  const merged = new Map(tags);
  const keys = new Set<string>();
  for (const { tagKey = '', tagValue = '' } of added) {
    if (/^aws:/i.test(tagKey)) throw new AwsError('InvalidInputException', `Tag key ${tagKey} is reserved: aws:`);
    if (keys.has(tagKey)) throw new AwsError('InvalidInputException', `Tag key ${tagKey} is given twice.`);
    keys.add(tagKey);
    merged.set(tagKey, tagValue);
  }
  if (merged.size > maxTags) {
    throw new AwsError('TooManyTagsException', `A resource can have at most ${maxTags} tags, not ${merged.size}.`);
  }
  return merged;
}
