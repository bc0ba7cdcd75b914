import { styleText } from 'node:util';
import cliui from 'cliui';
import { plainText } from '../../src/lambda/plain-text.ts';
import type { Finding, Report, State } from './report-schema.ts';

type Style = Parameters<typeof styleText>[0];

const STYLES: Record<State, Style> = { ok: 'green', warn: 'yellow', fail: 'red', unknown: 'cyan' };

const STATE_WIDTH = 9;
/** Wider than any line: without a terminal, each text stays on one line. */
const UNLIMITED = 100_000;
/** On a narrower terminal, the text of a finding begins on the next line. */
const NARROW = 70;

/** The report for people, in lines. The last one is the verdict. */
export function reportLines({ findings, verdict, summary }: Report, stream: NodeJS.WriteStream): string {
  const styled = (style: Style, text: string) => styleText(style, text, { stream });
  const width = stream.isTTY && stream.columns > 0 ? stream.columns : UNLIMITED;
  const isNarrow = width < NARROW;
  const labelWidth = Math.min(
    Math.max(0, ...findings.map((finding) => labelOf(finding).length)) + 2,
    Math.floor(width / 3),
  );
  const ui = cliui({ width, wrap: true });
  const row = (state: string, label: string, text: string) => {
    const padding: [number, number, number, number] = [0, 0, 0, STATE_WIDTH];
    if (!isNarrow) return ui.div({ text: state, width: STATE_WIDTH }, { text: label, width: labelWidth }, { text });
    if (label) ui.div({ text: state, width: STATE_WIDTH }, { text: label });
    return ui.div({ text, padding });
  };
  for (const finding of findings) {
    const { state, seen, why, fix } = finding;
    row(styled(STYLES[state], state), plainText(labelOf(finding)), plainText(seen));
    if (why) row('', '', styled('dim', `Why: ${plainText(why)}`));
    if (fix) row('', '', `Fix: ${plainText(fix)}`);
  }
  ui.div('');
  ui.div(styled(STYLES[verdict], plainText(summary)));
  return ui
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

const labelOf = ({ check, subject }: Finding) => (subject ? `${check} ${subject}` : check);
