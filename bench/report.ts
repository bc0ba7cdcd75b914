import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';

const report = fileURLToPath(new URL('../docs/benchmarks.md', import.meta.url));

/** A Markdown table; columns but the first are aligned to the right. */
export function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, n) => (n === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n');
}

/** Puts one benchmark's section between its markers in docs/benchmarks.md. */
export function writeSection(name: string, title: string, command: string, body: string): void {
  const machine = `${cpus()[0]?.model ?? 'unknown'} × ${cpus().length}, Node.js ${process.version}`;
  const date = new Date().toISOString().slice(0, 10);
  writeMarked(report, name, `## ${title}\n\n\`${command}\`, ${date}, ${machine}.\n\n${body}`);
}

/** Puts text between the markers of this name in a Markdown file: at its end, where it has none. */
export function writeMarked(file: string, name: string, text: string): void {
  const section = `<!-- ${name} -->\n${text}\n<!-- /${name} -->`;
  const before = existsSync(file) ? readFileSync(file, 'utf8') : '# Benchmarks\n';
  const marked = new RegExp(`<!-- ${name} -->[^]*<!-- /${name} -->`);
  const after = marked.test(before) ? before.replace(marked, () => section) : `${before.trimEnd()}\n\n${section}\n`;
  writeFileSync(file, after);
}
