import { plainText } from '../src/lambda/plain-text.ts';

/** Lines for a terminal. What AWS answered can hold escape sequences, which must not reach it. */
export function plainLines(text: string): string {
  return text.split('\n').map(plainText).join('\n');
}

/** Prints one line to stdout, also if the text has line breaks: a text from AWS can't add a line of its own. */
export function printLine(text: string): void {
  console.log(plainText(text));
}

/** Prints to stdout. */
export function print(text: string): void {
  console.log(plainLines(text));
}

/** Prints to stderr. */
export function printError(text: string): void {
  console.error(plainLines(text));
}

/** Prints one JSON document to stdout, as ASCII where a character could change what a terminal shows. */
export function printJson(value: unknown): void {
  console.log(JSON.stringify(value).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, escaped));
}

function escaped(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}
