import { plainText } from '../lambda/plain-text.ts';
import { shorten } from '../lambda/shorten.ts';

// What requesters and AWS wrote, as the e-mail shows it: a reader must neither take it for the pipeline's own words, nor be
// able to click on it.

/** Characters of a text that the e-mail quotes. The document has more. */
const MAX_QUOTED_CHARACTERS = 200;

/** Texts that stay whole: ARNs, and paths in S3. */
const NAMES = /\barn:[a-z\d-]+:[a-z\d-]+:[a-z\d-]*:\d*:(?:[\w+=,./-]|:(?!\/\/))+|\bs3:\/\/[\w!.*'()/=+{}-]+/g;

/** A text in quotation marks, which it can't close itself, cut to 200 characters. An ARN or path is not cut in two. */
export function quoted(text: string): string {
  const plain = plainText(text).replace(/[“”„‟]/g, '"');
  const across = [...plain.matchAll(NAMES)].find(
    ({ index, 0: name }) => index < MAX_QUOTED_CHARACTERS && index + name.length > MAX_QUOTED_CHARACTERS,
  );
  const end = across ? across.index + across[0].length : MAX_QUOTED_CHARACTERS;
  return `“${withoutLinks(shorten(plain, end))}”`;
}

/** An ARN, path or name, whole. */
export function whole(text: string): string {
  return withoutLinks(plainText(text));
}

/** Text that no mail client turns into a link: `https[://]host[.]com`, `name[@]host[.]com`. Names of AWS, fields of a
 * request and files of data are left as they are. */
export function withoutLinks(text: string): string {
  return text.replace(LINK_PARTS, (part, kept?: string) => kept ?? `[${part}]`);
}

const LINK_PARTS = new RegExp(
  [
    // Kept: names, the fields of a destination, the errors of Lambda and Step Functions.
    `(${NAMES.source}|jobOutput\\.s3DataDestination(?:\\.(?:path|kmsKeyArn)\\b)?|\\b(?:Lambda|Runtime|Sandbox|States)\\.[A-Z]\\w+)`,
    '://',
    // A dot inside a name, unless the end of the name is the one of a data file.
    '(?<=[\\p{L}\\p{N}-])\\.(?!(?:csv|json)\\b)(?=\\p{L}{2})',
    '(?<=[^\\s])@(?=[^\\s])',
  ].join('|'),
  'gu',
);
