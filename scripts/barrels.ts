import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Plugin } from 'esbuild';

const SDK_FILE = /node_modules\/@(aws-sdk|smithy)\/.*\/dist-es\/.*\.js$/;
const IMPORT = /import \{([^}]*)\} from "(@(?:aws-sdk|smithy)\/core(?:\/[\w-]+)?)";/g;
/** An index exports a name in one statement, or imports it and exports it later. */
const NAMED = /(?:im|ex)port \{([^}]*)\} from "((?:\.|@)[^"]+)";/g;

/** The SDK's modules import each other by index files that export everything. Where a bundle is split, esbuild takes all that
 * an index names for reachable from whoever imports it: code that only S3's client uses would be loaded by every cold
 * start. So each import is led past the index, to the file that holds the name. What has another form stays as it is. */
export const pastIndexFiles: Plugin = {
  name: 'past-index-files',
  setup(build) {
    const indexes = new Map<string, Promise<Map<string, string>>>();
    const indexOf = (specifier: string, resolveDir: string) => {
      const known = indexes.get(specifier);
      if (known) return known;
      const index = build
        .resolve(specifier, { resolveDir, kind: 'import-statement' })
        .then(({ path }) => filesOf(path));
      indexes.set(specifier, index);
      return index;
    };
    const rewrite = async (path: string) => {
      let contents = await readFile(path, 'utf8');
      for (const [statement, names = '', specifier = ''] of contents.matchAll(IMPORT)) {
        const files = await indexOf(specifier, dirname(path));
        contents = contents.replace(statement, importsOf(namesIn(names), specifier, files));
      }
      return contents;
    };
    build.onLoad({ filter: SDK_FILE }, async ({ path }) => {
      const contents = rewritten.get(path) ?? rewrite(path);
      rewritten.set(path, contents);
      return { contents: await contents, loader: 'js', resolveDir: dirname(path) };
    });
  },
};

/** Every function has most of the SDK's files in common. */
const rewritten = new Map<string, Promise<string>>();

const namesIn = (list: string) => list.split(',').flatMap((name) => name.trim() || []);

/** Which file of an index holds which name. */
async function filesOf(index: string): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const [, names = '', file = ''] of (await readFile(index, 'utf8')).matchAll(NAMED)) {
    for (const name of namesIn(names)) files.set(name, file.startsWith('.') ? resolve(dirname(index), file) : file);
  }
  return files;
}

function importsOf(names: string[], specifier: string, files: Map<string, string>): string {
  const from = (name: string) => files.get(name.split(' ')[0] ?? '') ?? specifier;
  return names.map((name) => `import { ${name} } from ${JSON.stringify(from(name))};`).join('');
}
