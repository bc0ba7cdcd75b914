import { expect, it } from 'vitest';
import cloudFormation from './cloudformation-types.json' with { type: 'json' };
import { ofType, type Resource, setNames, templateOf } from './packaged.ts';

const BOUNDARY = 'arn:aws:iam::123456789012:policy/boundary';
const TAGS = [
  { Key: 'team', Value: 'search' },
  { Key: 'cost center', Value: '42' },
];
const extremes = await templateOf('extremes');

const types = cloudFormation.types as Record<string, { taggable: boolean }>;
/** A dashboard gets its tags from the stack: many versions of its schema have no property for them. */
const isTaggable = ([, { Type }]: [string, Resource]) => types[Type]?.taggable && Type !== 'AWS::CloudWatch::Dashboard';
const tagsOf = ({ Properties }: Resource) => Properties.Tags ?? [];

it.each(Object.entries(extremes.Resources).filter(isTaggable))(
  'the resource %s has the tags of the setting stackTags',
  (_, resource) => {
    expect(tagsOf(resource)).toEqual(expect.arrayContaining(TAGS));
  },
);

it.each(Object.entries(extremes.Resources).filter((entry) => !isTaggable(entry)))(
  'the resource %s has no tags of its own',
  (_, { Properties }) => {
    expect(Properties).not.toHaveProperty('Tags');
  },
);

it.each(ofType(extremes, 'AWS::IAM::Role'))(
  'the role %s has the permissions boundary of the settings',
  (_, { Properties }) => {
    expect(Properties.PermissionsBoundary).toBe(BOUNDARY);
  },
);

it.each(setNames.filter((name) => name !== 'extremes'))(
  'no resource has tags or a boundary without the settings (%s)',
  async (name) => {
    for (const resource of Object.values((await templateOf(name)).Resources)) {
      expect(resource.Properties).not.toHaveProperty('PermissionsBoundary');
      expect(tagsOf(resource)).not.toEqual(expect.arrayContaining(TAGS));
    }
  },
);
