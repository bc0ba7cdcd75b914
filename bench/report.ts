import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';

/** A Markdown table. The first column is aligned to the left, the others to the right. */
export function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, n) => (n === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n');
}

/** Replaces the section of one benchmark in docs/benchmarks.md. */
export function writeSection(name: string, title: string, body: string): void {
  const machine = `${cpus()[0]?.model ?? 'unknown'} × ${cpus().length}, Node.js ${process.version}`;
  const date = new Date().toISOString().slice(0, 10);
  writeMarked(
    'docs/benchmarks.md',
    name,
    `## ${title}\n\n\`npm run bench -- ${name}\`, ${date}, ${machine}.\n\n${body}`,
  );
}

/** Writes the figures that scripts/charts.ts draws. */
export function writeFigures(name: string, figures: object[]): void {
  mkdirSync('docs/images/data', { recursive: true });
  writeFileSync(`docs/images/data/${name}.json`, `${JSON.stringify(figures, null, 2)}\n`);
}

/** The chart of a benchmark in a document of docs/, for light and for dark pages. `alt` says what it shows. */
export function picture(name: string, alt: string): string {
  const dark = `<source media="(prefers-color-scheme: dark)" srcset="images/${name}-dark.svg">`;
  return `<picture>${dark}<img alt="${alt}" src="images/${name}-light.svg"></picture>`;
}

/** Replaces the text between the markers of this name in a Markdown file. Without such markers, appends both. */
export function writeMarked(file: string, name: string, text: string): void {
  const section = `<!-- ${name} -->\n${text}\n<!-- /${name} -->`;
  const before = existsSync(file) ? readFileSync(file, 'utf8') : '# Benchmarks\n';
  const marked = new RegExp(`<!-- ${name} -->[^]*<!-- /${name} -->`);
  const after = marked.test(before) ? before.replace(marked, () => section) : `${before.trimEnd()}\n\n${section}\n`;
  writeFileSync(file, after);
}
