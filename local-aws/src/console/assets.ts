import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export interface Asset {
  contentType: string;
  body: Buffer;
}

const PAGE = new URL('./page/', import.meta.url);
const pathOf = (name: string) => fileURLToPath(new URL(name, PAGE));

const TYPES: Record<string, string> = {
  'page.html': 'text/html; charset=utf-8',
  'page.js': 'text/javascript; charset=utf-8',
  'page.css': 'text/css; charset=utf-8',
  'icon.svg': 'image/svg+xml',
};

let bundled: Promise<Map<string, Asset>> | undefined;

/** The files of the page by name. They are bundled once per process, when the page is first asked for. */
export async function pageAssets(): Promise<Map<string, Asset>> {
  bundled ??= bundle();
  return await bundled;
}

async function bundle(): Promise<Map<string, Asset>> {
  const { outputFiles } = await build({
    entryPoints: [
      { in: pathOf('main.tsx'), out: 'page' },
      { in: pathOf('style.css'), out: 'page' },
    ],
    ...{ bundle: true, minify: true, write: false, outdir: '/', legalComments: 'none', logLevel: 'silent' },
    ...{ format: 'esm', target: 'es2022', platform: 'browser' },
    ...{ jsx: 'automatic', jsxImportSource: 'preact', tsconfigRaw: {} },
  });
  const files = outputFiles.map(({ path, contents }): [string, Buffer] => [
    path.split(/[\\/]/).pop() ?? '',
    Buffer.from(contents),
  ]);
  for (const name of ['page.html', 'icon.svg']) files.push([name, await readFile(pathOf(name))]);
  return new Map(files.map(([name, body]) => [name, { contentType: TYPES[name] ?? '', body }]));
}
