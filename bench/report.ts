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
  const section = `<!-- ${name} -->\n## ${title}\n\n\`${command}\`, ${date}, ${machine}.\n\n${body}\n<!-- /${name} -->`;
  const before = existsSync(report) ? readFileSync(report, 'utf8') : '# Benchmarks\n';
  const marked = new RegExp(`<!-- ${name} -->[^]*<!-- /${name} -->`);
  const after = marked.test(before) ? before.replace(marked, () => section) : `${before.trimEnd()}\n\n${section}\n`;
  writeFileSync(report, after);
}
