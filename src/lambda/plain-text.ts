/** One line of text from AWS or from a requester, for an e-mail or a terminal. Each character that breaks a line, controls a
 * terminal, is invisible or turns the direction of the text becomes a space, and so does half of a character. */
export function plainText(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, ' ');
}
