import type { Field } from './avro-schema.ts';
import { JobFailedError } from './jobs.ts';

/** Separators that other programs write, and their names. */
const OTHER_SEPARATORS: [separator: string, name: string][] = [
  [';', 'semicolons'],
  ['\t', 'tabs'],
];

/** @throws JobFailedError that names the file and each wrong column of its header */
export function assertHeader(header: string[], fields: Field[], file: string): void {
  const missing = fields.filter(({ name, nullable }) => !nullable && !header.includes(name)).map(({ name }) => name);
  const named = header.map((column, index) => ({ column, shown: shownColumn(column, index + 1) }));
  const unknown = named.filter(({ column }) => !fields.some(({ name }) => name === column));
  const repeated = named.filter(({ column }, index) => header.indexOf(column) !== index);
  const problems = Object.entries({
    'is missing the following columns': missing,
    "has columns that are not in the dataset's schema": unknown.map(({ shown }) => shown),
    'has the same column more than once': repeated.map(({ shown }) => shown),
  }).filter(([, columns]) => columns.length > 0);
  if (problems.length === 0) return;
  const text = problems.map(([problem, columns]) => `${problem}: [${columns.join(', ')}]`).join('; it ');
  throw new JobFailedError(`Input CSV ${file} ${text}.${separatorHint(header)}`);
}

/** The name of a column. One that is empty or has invisible characters is shown with its position, counted from 1. */
export function shownColumn(name: string, position: number): string {
  const escaped = name.replace(/[\p{C}\p{Z}]/gu, (character) => {
    return character === ' ' ? ' ' : `\\u{${character.codePointAt(0)?.toString(16)}}`;
  });
  if (name.replace(/[\p{C}\p{Z}]/gu, '') === '') return `column ${position}, which has no name`;
  return escaped === name && name.trim() === name ? name : `column ${position}, "${escaped}"`;
}

/** A sentence about a header that is separated by something else than commas, or nothing. */
export function separatorHint([only = '', ...others]: string[]): string {
  const [, name] = OTHER_SEPARATORS.find(([separator]) => only.includes(separator)) ?? [];
  return others.length === 0 && name ? ` Its columns are separated by ${name}; they must be separated by commas.` : '';
}
