import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { InvalidArgumentError } from 'commander';
import { MAX_PATH_CHARACTERS, MAX_REQUEST_BYTES, MAX_TAGS } from '../src/lambda/limits.ts';
import { requestSchema } from '../src/plan/request.ts';
import { UsageError } from './usage-error.ts';

/** A tag as the API spells it. */
export interface Tag {
  tagKey: string;
  tagValue: string;
}

/** The options that become the request. */
export interface RequestOptions {
  datasetArn?: string;
  groupArn?: string;
  importJobArn?: string;
  request?: string;
  mode?: 'BULK' | 'PUT' | 'ALL';
  path?: string;
  deadlineMinutes?: number;
  tag?: Tag[];
}

const { tagKey, tagValue } = requestSchema.properties.tags.items.properties;

/** Reads the option --path. */
export function path(given: string): string {
  if (given.startsWith('s3://') && given.length > 5 && given.length <= MAX_PATH_CHARACTERS) return given;
  throw new InvalidArgumentError(`Give a folder of at most ${MAX_PATH_CHARACTERS} characters: s3://my-bucket/exports/`);
}

/** Reads the option --tag, which can be repeated. */
export function tags(given: string, others: Tag[] = []): Tag[] {
  const [, key = '', value] = /^([^=]+)=(.*)$/s.exec(given) ?? [];
  if (value === undefined) throw new InvalidArgumentError('Give a key and a value: team=search');
  if (!fits(key, tagKey)) throw new InvalidArgumentError(`The key is not ${tagKey.description}${limitOf(tagKey)}.`);
  if (!fits(value, tagValue))
    throw new InvalidArgumentError(`The value is not ${tagValue.description}${limitOf(tagValue)}.`);
  if (others.some((tag) => tag.tagKey === key)) throw new InvalidArgumentError(`The key ${key} is given twice.`);
  if (others.length === MAX_TAGS) throw new InvalidArgumentError(`Give at most ${MAX_TAGS} tags.`);
  return [...others, { tagKey: key, tagValue: value }];
}

interface TextSchema {
  pattern: string;
  maxLength: number;
}

function fits(given: string, { pattern, maxLength }: TextSchema): boolean {
  return given.length <= maxLength && new RegExp(pattern, 'u').test(given);
}

const limitOf = ({ maxLength }: TextSchema) => ` with at most ${maxLength} characters`;

/** The execution's input, from the options or from the request's file.
 * @returns JSON text
 * @throws UsageError if the file is not a JSON object */
export async function inputOf(options: RequestOptions): Promise<string> {
  if (options.request !== undefined) return await readRequest(options.request);
  const { datasetArn, groupArn, importJobArn, mode, path: folder, deadlineMinutes, tag } = options;
  return JSON.stringify({
    datasetArn,
    datasetGroupArn: groupArn,
    datasetImportJobArn: importJobArn,
    ingestionMode: mode,
    jobOutput: folder && { s3DataDestination: { path: folder } },
    tags: tag,
    deadlineMinutes,
  });
}

async function readRequest(file: string): Promise<string> {
  const name = file === '-' ? 'stdin' : file;
  const content = await (file === '-' ? text(process.stdin) : readFile(file, 'utf8')).catch((error: Error) => {
    throw new UsageError(`The request can't be read: ${error.message}`);
  });
  let request: unknown;
  try {
    request = JSON.parse(content.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new UsageError(`${name} is not JSON: ${(error as Error).message}`);
  }
  if (typeof request !== 'object' || request === null || Array.isArray(request)) {
    throw new UsageError(`${name} is not a request. A request is a JSON object, such as {"datasetArn": "…"}.`);
  }
  const input = JSON.stringify(request);
  if (Buffer.byteLength(input) <= MAX_REQUEST_BYTES) return input;
  throw new UsageError(`${name} is too large. At most ${MAX_REQUEST_BYTES} bytes are allowed.`);
}
