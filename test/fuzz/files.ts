import fc from 'fast-check';
import { text } from './hostile.ts';
import { type RequestSpec, requestOf, requestSpecs } from './requests.ts';

const ENCODINGS = ['utf8', 'with byte order mark', 'utf16le', 'utf16be', 'latin1'] as const;

/** A stored file: a text, in an encoding, perhaps cut off. */
export interface FileSpec {
  content:
    | { request: RequestSpec }
    | { text: string }
    | { opening: string; levels: number; closing: string }
    | { bytes: Uint8Array };
  encoding: (typeof ENCODINGS)[number];
  without: number;
}

const arn = 'arn:aws:personalize:eu-west-1:123456789012:dataset/shop/ITEMS';
const members = fc.constantFrom(
  `"datasetArn": "${arn}"`,
  '"datasetArn": "gröſse\u{1f600}"',
  '"deadlineMinutes": 1e400',
  '"deadlineMinutes": -1e400',
  '"deadlineMinutes": 1e-400',
  '"deadlineMinutes": NaN',
  '"deadlineMinutes": Infinity',
  '"deadlineMinutes": 60',
  '"deadlineMinutes": 0x10',
  '"__proto__": {"polluted": true}',
  '"constructor": {"prototype": {"polluted": true}}',
  '"origin": {"__proto__": {"polluted": true}, "trigger": "x"}',
  '"rejection": "mine"',
  '"jobName": "\\ud800"',
  '"exports": []',
  `"exports": [{"datasetArn": "${arn}"}, {"__proto__": {"polluted": true}}]`,
);
const texts = fc.array(members, { maxLength: 4 }).map((list) => `{${list.join(', ')}}`);
const nestings = fc.record({
  opening: fc.constantFrom('[', '{"a":', '{"datasetArn":[', '{"exports":[', `{"datasetArn": "${arn}", "tags":[`),
  levels: fc.constantFrom(1, 100, 2_000, 10_000),
  closing: fc.constantFrom('', ']', '}'),
});

/** Files as people store them, and as nobody should. */
export const fileSpecs: fc.Arbitrary<FileSpec> = fc.record({
  content: fc.oneof(
    { weight: 10, arbitrary: fc.record({ request: requestSpecs }) },
    { weight: 20, arbitrary: fc.record({ text: fc.oneof(texts, text) }) },
    { weight: 5, arbitrary: fc.record({ bytes: fc.uint8Array({ maxLength: 30 }) }) },
    { weight: 1, arbitrary: nestings },
  ),
  encoding: fc.oneof(
    { weight: 4, arbitrary: fc.constant('utf8' as const) },
    { weight: 1, arbitrary: fc.constantFrom(...ENCODINGS) },
  ),
  without: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat({ max: 5 }) }),
});

/** What S3 holds. */
export function bytesOf({ content, encoding, without }: FileSpec): Uint8Array {
  const bytes = 'bytes' in content ? content.bytes : encoded(textOf(content), encoding);
  return bytes.subarray(0, Math.max(0, bytes.length - without));
}

function textOf(content: Exclude<FileSpec['content'], { bytes: Uint8Array }>): string {
  if ('text' in content) return content.text;
  if ('request' in content) return withoutStack(() => JSON.stringify(requestOf(content.request)));
  const { opening, levels, closing } = content;
  const inner = '['.repeat(levels) + ']'.repeat(levels);
  return `${opening}${inner}${closing || [...opening].reverse().map(closingOf).join('')}`;
}

/** What JSON.stringify can't write, as it is nested too deep, is written as nothing. */
function withoutStack(write: () => string): string {
  try {
    return write();
  } catch {
    return '';
  }
}

function closingOf(character: string): string {
  return character === '[' ? ']' : character === '{' ? '}' : '';
}

function encoded(content: string, encoding: FileSpec['encoding']): Uint8Array {
  if (encoding === 'with byte order mark') return Buffer.from(`\ufeff${content}`, 'utf8');
  if (encoding === 'utf16be') return Buffer.from(content, 'utf16le').swap16();
  return Buffer.from(content, encoding);
}
