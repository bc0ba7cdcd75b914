/** The property `InputTransformer` of a rule's target. */
export interface InputTransformer {
  InputPathsMap?: Record<string, string>;
  InputTemplate?: string;
}

const EVENT = '<aws.events.event.json>';

/**
 * Reads a transformer that passes on the whole event: its template is a JSON object of constants in which the value of one
 * member is the event, such as `{"trigger": "a", "event": <aws.events.event.json>}`. No other form is supported.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 * @throws Error for any other transformer
 */
export function inputTransform({ InputPathsMap = {}, InputTemplate = '' }: InputTransformer) {
  if (Object.keys(InputPathsMap).length > 0) throw new Error('InputPathsMap of an input transformer is not supported');
  const [before = '', after = '', ...more] = InputTemplate.split(EVENT);
  const constants = objectIn(`${before}null${after}`);
  const others = objectIn(`${before}true${after}`);
  // Unquoted, at the first level: the one member that is `null` here and `true` there.
  const member = Object.keys(constants ?? {}).find((name) => constants?.[name] === null && others?.[name] === true);
  if (member === undefined || more.length > 0 || /<[^<>]+>/.test(before + after)) {
    throw new Error(`Only an input template of the form {"name": "constant", "event": ${EVENT}} is supported`);
  }
  return (event: object): object => ({ ...constants, [member]: event });
}

function objectIn(text: string): Record<string, unknown> | undefined {
  try {
    const value = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
