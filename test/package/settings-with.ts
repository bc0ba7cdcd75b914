import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

type Resolve = (address: string) => Promise<unknown>;

interface Context {
  options?: { param: string[] };
  resolveVariable: Resolve;
}

const settings = require('../../resources/settings.cjs') as (of: Context) => Promise<Settings>;

export const { defaultSettings, exportJobTagsSchema } = require('../../resources/settings-schema.cjs') as {
  defaultSettings: Record<string, unknown>;
  exportJobTagsSchema: { items: { properties: object } };
};

interface Settings extends Record<string, unknown> {
  /** One sentence for each wrong setting. */
  faults: string[];
}

/** The settings as osls resolves them: those of serverless.yml, some of which are `given` for the stage. */
export const settingsWith = ({ stage = 'dev', ...given }: Record<string, unknown>, param: string[] = []) => {
  const variables: Record<string, unknown> = {
    'sls:stage': stage,
    'self:params': { default: defaultSettings, [String(stage)]: given, other: { fromAnotherStage: 1 } },
  };
  return settings({
    options: { param },
    resolveVariable: async (address) =>
      variables[address] ?? { ...defaultSettings, ...given }[address.replace('param:', '')],
  });
};
