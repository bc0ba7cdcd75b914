import type { Tag } from '@aws-sdk/client-personalize';
import { AwsError } from '../protocols/aws-json.ts';

/** The documented maximum of tags per resource. The API model allows 200. */
const MAX_TAGS = 50;

/**
 * Adds tags to those of a resource. A key that exists gets the new value.
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
  if (merged.size > MAX_TAGS) {
    throw new AwsError('TooManyTagsException', `A resource can have at most ${MAX_TAGS} tags, not ${merged.size}.`);
  }
  return merged;
}
