import { parseXml, type XmlElement } from '@rgrove/parse-xml';
import type { NormalizedSchema } from '@smithy/core/schema';
import XmlBuilder from 'fast-xml-builder';
import { s3Error } from './errors.ts';

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';
const MOST_LEVELS = 10;

const builder = new XmlBuilder({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  processEntities: false,
  tagValueProcessor: (_: string, value: unknown) => escapeText(String(value)),
});

/** Reads a document by the API's model. Unknown elements are refused.
 * @throws S3Error `MalformedXML` */
export function readXml(text: string, root: string, schema: NormalizedSchema): Record<string, unknown> {
  const element = rootOf(text);
  if (localName(element) !== root) throw s3Error('MalformedXML');
  return readStructure(element, schema, 0);
}

function rootOf(text: string): XmlElement {
  let root: XmlElement | null = null;
  try {
    root = parseXml(text).root;
  } catch {
    // The document is not well-formed, or nested so deeply that the parser's stack overflows.
  }
  if (!root) throw s3Error('MalformedXML');
  return root;
}

function readStructure(element: XmlElement, schema: NormalizedSchema, level: number): Record<string, unknown> {
  if (level > MOST_LEVELS) throw s3Error('MalformedXML');
  const members = new Map(
    [...schema.structIterator()].map(([name, member]) => [elementName(name, member), { name, member }]),
  );
  const read: Record<string, unknown> = {};
  for (const child of elementsOf(element)) {
    const known = members.get(localName(child));
    if (!known) throw s3Error('MalformedXML');
    const { name, member } = known;
    if (member.isListSchema() && member.getMergedTraits().xmlFlattened) {
      read[name] = [...((read[name] as unknown[]) ?? []), readValue(child, member.getValueSchema(), level + 1)];
    } else {
      if (Object.hasOwn(read, name)) throw s3Error('MalformedXML');
      read[name] = readValue(child, member, level + 1);
    }
  }
  return read;
}

function readValue(element: XmlElement, schema: NormalizedSchema, level: number): unknown {
  if (schema.isListSchema()) {
    const item = schema.getValueSchema();
    return elementsOf(element).map((child) => {
      if (localName(child) !== elementName('member', item)) throw s3Error('MalformedXML');
      return readValue(child, item, level);
    });
  }
  if (schema.isStructSchema()) return readStructure(element, schema, level);
  if (element.children.some(({ type }) => type === 'element')) throw s3Error('MalformedXML');
  return readText(element.text, schema);
}

function readText(text: string, schema: NormalizedSchema): unknown {
  if (schema.isNumericSchema()) {
    if (!/^\s*\d{1,15}\s*$/.test(text)) throw s3Error('MalformedXML');
    return Number(text);
  }
  if (schema.isBooleanSchema()) {
    if (!/^\s*(true|false)\s*$/i.test(text)) throw s3Error('MalformedXML');
    return text.trim().toLowerCase() === 'true';
  }
  return text;
}

function elementsOf(element: XmlElement): XmlElement[] {
  return element.children.filter((child): child is XmlElement => child.type === 'element');
}

/** The name without the prefix of a namespace. */
function localName({ name }: XmlElement): string {
  return name.slice(name.indexOf(':') + 1);
}

function elementName(name: string, schema: NormalizedSchema): string {
  return schema.getMergedTraits().xmlName ?? name;
}

/** Writes the members of an output that belong in the body, by the API's model. */
export function writeXml(root: string, output: Record<string, unknown>, schema: NormalizedSchema): string {
  const content = contentOf(output, schema);
  // In the response of GetBucketLocation, the root element is the only member.
  const isBare = Object.hasOwn(schema.getMemberSchemas(), root);
  const text = isBare ? { '#text': content[root] ?? '' } : content;
  return document({ [root]: { '@xmlns': NAMESPACE, ...(text as object) } });
}

/** Writes an error document, which has no namespace. */
export function writeErrorXml(elements: Record<string, string | number>): string {
  return document({ Error: elements });
}

function document(tree: object): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${builder.build(tree)}`;
}

function contentOf(output: Record<string, unknown>, schema: NormalizedSchema): Record<string, unknown> {
  const content: Record<string, unknown> = {};
  for (const [name, member] of schema.structIterator()) {
    const { httpHeader, httpPrefixHeaders } = member.getMergedTraits();
    const value = output[name];
    if (value === undefined || value === null || httpHeader || httpPrefixHeaders) continue;
    content[elementName(name, member)] = elementContent(value, member);
  }
  return content;
}

function elementContent(value: unknown, schema: NormalizedSchema): unknown {
  if (schema.isListSchema()) {
    const item = schema.getValueSchema();
    const items = (value as unknown[]).map((one) => elementContent(one, item));
    return schema.getMergedTraits().xmlFlattened ? items : { [elementName('member', item)]: items };
  }
  if (schema.isStructSchema()) return contentOf(value as Record<string, unknown>, schema);
  return value instanceof Date ? value.toISOString() : String(value);
}

/** Writes control characters, which XML 1.0 does not allow, as references. S3 does the same, and many parsers accept it. */
function escapeText(text: string): string {
  return text
    .toWellFormed()
    .replace(/[<>&"]/g, (character) => ENTITIES[character] ?? character)
    .replace(/[^\t\n\x20-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, reference);
}

const ENTITIES: Record<string, string> = { '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;' };

function reference(character: string): string {
  return `&#x${character.charCodeAt(0).toString(16)};`;
}
