import type { AwsError } from './aws-json.ts';

/** How a service writes an error: as JSON, or as the XML of the query protocol (SNS, STS). S3 has a form of its own. */
export type ErrorForm = 'json' | 'query';

export interface FormedError {
  statusCode: number;
  headers: Record<string, string>;
  body: string;
}

export function formError(form: ErrorForm, { name, message, statusCode }: AwsError): FormedError {
  if (form === 'json') {
    // Some clients read the error's name from the body, those of the REST protocols from the header.
    const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-errortype': name };
    return { statusCode, headers, body: JSON.stringify({ __type: name, message }) };
  }
  // These services' codes have no suffix: AccessDenied, where others say AccessDeniedException.
  const error = `<Error><Code>${name.replace(/Exception$/, '')}</Code><Message>${xmlText(message)}</Message></Error>`;
  return {
    statusCode,
    headers: { 'content-type': 'application/xml' },
    body: `<?xml version="1.0" encoding="UTF-8"?><ErrorResponse>${error}</ErrorResponse>`,
  };
}

/** What XML can't hold at all, such as most control characters, becomes a replacement character. */
function xmlText(text: string): string {
  return text
    .toWellFormed()
    .replace(/[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replace(/[<>&]/g, (character) => `&#${character.charCodeAt(0)};`);
}
