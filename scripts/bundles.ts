import { readFile } from 'node:fs/promises';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';
import { pastIndexFiles } from './barrels.ts';

/** What the SDK loads only where the environment holds no credentials, and in browsers. A function's environment always
 * holds them; were one of these ever asked for, Lambda's own copy of the SDK has it. */
const NEVER_LOADED = [
  '@aws-sdk/credential-provider-http',
  '@aws-sdk/credential-provider-ini',
  '@aws-sdk/credential-provider-login',
  '@aws-sdk/credential-provider-process',
  '@aws-sdk/credential-provider-sso',
  '@aws-sdk/credential-provider-web-identity',
  '@smithy/credential-provider-imds',
  'bowser',
];

/** The SDK loads its event streams for the operations that have some: no function calls one. As a part of the bundle they
 * would split it, since S3's client holds them too. */
const eventStreamsOnlyInS3: Plugin = {
  name: 'event-streams-only-in-s3',
  setup: ({ onResolve }) => {
    onResolve({ filter: /^@smithy\/core\/event-streams$/ }, ({ path, kind }) =>
      kind === 'dynamic-import' ? { path, external: true } : undefined,
    );
  },
};

/** Each client holds its whole package.json, for the version in the user agent. */
const versionOnly: Plugin = {
  name: 'version-only',
  setup: ({ onLoad }) => {
    onLoad({ filter: /@aws-sdk\/client-[^/]+\/package\.json$/ }, async ({ path }) => {
      const { version } = JSON.parse(await readFile(path, 'utf8'));
      return { contents: JSON.stringify({ version }), loader: 'json' };
    });
  },
};

/** How a handler is bundled: the SDK included, by its ES modules, so that the bundler sees what is not used. */
export const bundling = {
  bundle: true,
  splitting: true,
  minify: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  mainFields: ['module', 'main'],
  external: NEVER_LOADED,
  plugins: [eventStreamsOnlyInS3, versionOnly, pastIndexFiles],
  legalComments: 'none',
  outExtension: { '.js': '.mjs' },
  // Some of the SDK's dependencies are CommonJS and call `require` for Node's own modules.
  banner: {
    js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
  },
} as const satisfies BuildOptions;

/** Bundles a handler into a folder of its own: its entry, and the chunks that are loaded only when needed. */
export async function buildFunction(handler: string, outdir: string): Promise<Metafile> {
  const entryPoints = { index: `handlers/${handler}.ts` };
  const { metafile } = await build({ ...bundling, entryPoints, outdir, metafile: true });
  return metafile;
}

/** The bytes that a cold start reads: the entry, and all that it imports statically. */
export function eagerBytes({ outputs }: Metafile): number {
  const entry = Object.keys(outputs).find((path) => path.endsWith('/index.mjs')) ?? '';
  const eager = new Set([entry]);
  for (const path of eager) {
    for (const { path: imported, kind, external } of outputs[path]?.imports ?? [])
      if (kind === 'import-statement' && !external) eager.add(imported);
  }
  return [...eager].reduce((sum, path) => sum + (outputs[path]?.bytes ?? 0), 0);
}
