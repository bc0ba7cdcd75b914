import { expect, it } from 'vitest';
import cloudFormation from './cloudformation-types.json' with { type: 'json' };
import { setNames, type Template, templateOf } from './packaged.ts';

const types = cloudFormation.types as Record<string, { createOnly: string[] }>;

/** The template as if it were of the stage "dev": what still differs between two, settings can change in a deployment. */
async function asStage(name: (typeof setNames)[number]): Promise<Template> {
  const text = JSON.stringify(await templateOf(name));
  return JSON.parse(text.replaceAll(/(?<=personalize-dataset-export-)(prod|seventeen-letters)/g, 'dev'));
}

/** The resources of which an update would have to make a second one with the same name: CloudFormation refuses that. */
function impossibleReplacements(before: Template, after: Template): string[] {
  return Object.entries(before.Resources).flatMap(([id, { Type, Properties }]) => {
    const updated = after.Resources[id];
    if (!updated) return [];
    const createOnly = types[Type]?.createOnly ?? [];
    const isChanged = (property: string) =>
      JSON.stringify(Properties[property]) !== JSON.stringify(updated.Properties[property]);
    const changed = createOnly.filter(isChanged);
    const fixedNames = createOnly.filter(
      (property) => property.endsWith('Name') && typeof Properties[property] === 'string' && !isChanged(property),
    );
    return changed.length > 0 && fixedNames.some((name) => name !== 'EventBusName') ? [`${id}: ${changed}`] : [];
  });
}

const pairs = setNames.flatMap((before) =>
  setNames.filter((after) => after !== before).map((after) => [before, after] as const),
);

it.each(pairs)('an update from "%s" to "%s" needs no replacement that a fixed name forbids', async (before, after) => {
  expect(impossibleReplacements(await asStage(before), await asStage(after))).toEqual([]);
});

it('a rule with a fixed name and a changed event bus is found', async () => {
  const [before, after] = await Promise.all([asStage('every option'), asStage('extremes')]);
  for (const { Resources } of [before, after])
    Object.assign(Resources.SolutionImportActiveRule?.Properties ?? {}, { Name: 'rule' });
  expect(impossibleReplacements(before, after)).toEqual(['SolutionImportActiveRule: EventBusName']);
});
