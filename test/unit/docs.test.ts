import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { documentOf, examples } from '../../scripts/notification-docs.ts';

// What the documentation names exists: files, headings, npm scripts.

const pages = globSync(['*.md', 'docs/**/*.md', 'local-aws/*.md']).map((path) => ({
  path,
  text: readFileSync(path, 'utf8'),
}));
const folders = readdirSync('.', { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
  .map(({ name }) => name);

interface Mention {
  page: string;
  name: string;
}

/** Each match of the pattern's first group in all pages. */
function mentions(pattern: RegExp): Mention[] {
  const found = pages.flatMap(({ path: page, text }) =>
    [...text.matchAll(pattern)].map(([, name = '']) => ({ page, name })),
  );
  expect(found).not.toEqual([]);
  return found;
}

/** The anchors that GitHub gives the headings of a page. */
function anchorsIn(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function leadsSomewhere({ page, name }: Mention): boolean {
  const [file = '', anchor] = name.split('#');
  const target = file ? join(dirname(page), file) : page;
  if (!existsSync(target)) return false;
  return anchor === undefined || anchorsIn(readFileSync(target, 'utf8')).includes(anchor);
}

it('every relative link leads to a file, and to a heading in it', () => {
  const links = mentions(/\]\(([^)\s]+)\)/g).filter(({ name }) => !/^https?:/.test(name));
  expect(links.filter((link) => !leadsSomewhere(link))).toEqual([]);
});

it('every file and folder that a page names exists', () => {
  const named = mentions(/`([\w.-]+\/[\w./-]*)`/g).filter(
    ({ name }) => folders.includes(name.split('/')[0] ?? '') || /\.(ts|mjs|cjs|yml|md)$/.test(name),
  );
  const missing = named.filter(({ page, name }) => !existsSync(name) && !existsSync(join(dirname(page), name)));
  expect(missing).toEqual([]);
});

it('every npm script that a page names exists', () => {
  const scripts = mentions(/npm run (?:--silent )?([\w:-]+)/g);
  expect(scripts.filter(({ name }) => !Object.hasOwn(manifest.scripts, name))).toEqual([]);
});

it.each(Object.values(examples))('the runbook has the section that a notification names: %#', (example) => {
  expect(leadsSomewhere({ page: 'README.md', name: documentOf(example).runbook })).toBe(true);
});
