import { readFileSync, writeFileSync } from 'node:fs';
import { type ChoiceRule, type Comparison, definition, type Machine, type State } from './definition.ts';

const README = 'README.md';
const MARKED = /(<!-- diagram -->\n)[\s\S]*?(<!-- \/diagram -->)/;

/** What a condition on a variable means. A condition on a phase needs no entry: its label is the phase. */
const CONDITIONS: Record<string, string> = {
  '$.exports[0]': 'no exports',
  '$.exports.anyFailed': 'an export failed',
  '$.nothingToExport': 'a request covers nothing',
  '$.export.verify': 'to be verified',
};

/** The definition as a Mermaid state diagram, in a Markdown code block. */
export function diagramOf(machine: Machine): string {
  return ['```mermaid', 'stateDiagram-v2', ...linesOf(machine, '  '), '```', ''].join('\n');
}

/** The README with the diagram of `machine` between its marks. */
export function withDiagram(readme: string, machine: Machine): string {
  return readme.replace(MARKED, (_, begin: string, end: string) => `${begin}${diagramOf(machine)}${end}`);
}

function linesOf({ StartAt, States }: Machine, indent: string): string[] {
  return [
    `${indent}[*] --> ${StartAt}`,
    ...Object.entries(States).flatMap(([name, state]) => [
      ...nested(name, state, indent),
      ...arrows(name, state).map((arrow) => indent + arrow),
    ]),
  ];
}

function nested(name: string, { ItemProcessor }: State, indent: string): string[] {
  if (!ItemProcessor) return [];
  return [`${indent}state ${name} {`, ...linesOf(ItemProcessor, `${indent}  `), `${indent}}`];
}

/** One arrow per next state, even if several conditions lead there. */
function arrows(name: string, state: State): string[] {
  const labels = Map.groupBy(transitions(state), ([next]) => next);
  return [...labels].map(([next, all]) => {
    const label = all.flatMap(([, text]) => text || []).join(' or ');
    return `${name} --> ${next}${label && `: ${label}`}`;
  });
}

function transitions({ Type, Next, Default, End, Choices = [], Catch = [] }: State): [next: string, label: string][] {
  const isLast = End || Type === 'Succeed' || Type === 'Fail';
  return [
    ...Choices.map((choice) => [choice.Next, conditionOf(choice)]),
    [Default, 'otherwise'],
    [Next, ''],
    ...Catch.map((rule) => [rule.Next, 'error']),
    [isLast ? '[*]' : undefined, ''],
  ].filter((transition): transition is [string, string] => transition[0] !== undefined);
}

function conditionOf(rule: ChoiceRule): string {
  const comparisons = 'And' in rule ? (rule.And as Comparison[]) : [rule];
  return comparisons.map(labelOf).join(' and ');
}

function labelOf({ Variable, StringEquals }: Comparison): string {
  const label = StringEquals ?? CONDITIONS[Variable];
  if (!label) throw new Error(`scripts/diagram.ts has no words for the condition on ${Variable}.`);
  return String(label);
}

if (import.meta.main) writeFileSync(README, withDiagram(readFileSync(README, 'utf8'), definition));
