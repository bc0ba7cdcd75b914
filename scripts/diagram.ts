import { readFileSync, writeFileSync } from 'node:fs';

interface State {
  Type: string;
  Next?: string;
  Default?: string;
  End?: boolean;
  Choices?: { Next: string; [comparison: string]: unknown }[];
  Catch?: { Next: string }[];
  ItemProcessor?: Definition;
}

interface Definition {
  StartAt: string;
  States: Record<string, State>;
}

const README = 'README.md';
const MARKED = /(<!-- diagram -->\n)[\s\S]*?(<!-- \/diagram -->)/;

/** The definition as a Mermaid state diagram, in a Markdown code block. */
export function diagramOf(definition: Definition): string {
  return ['```mermaid', 'stateDiagram-v2', ...linesOf(definition, '  '), '```', ''].join('\n');
}

/** The README with the diagram of `definition` between its marks. */
export function withDiagram(readme: string, definition: Definition): string {
  return readme.replace(MARKED, (_, begin: string, end: string) => `${begin}${diagramOf(definition)}${end}`);
}

function linesOf({ StartAt, States }: Definition, indent: string): string[] {
  const lines = Object.entries(States).flatMap(([name, state]) => [
    ...nested(name, state, indent),
    ...edges(name, state),
  ]);
  return [`[*] --> ${StartAt}`, ...lines].map((line) => (line.startsWith(indent) ? line : indent + line));
}

function nested(name: string, { ItemProcessor }: State, indent: string): string[] {
  if (!ItemProcessor) return [];
  return [`${indent}state ${name} {`, ...linesOf(ItemProcessor, `${indent}  `), `${indent}}`];
}

function edges(name: string, { Type, Next, Default, End, Choices = [], Catch = [] }: State): string[] {
  const to = (target: string, label = '') => `${name} --> ${target}${label && `: ${label}`}`;
  return [
    ...Choices.map((choice) => to(choice.Next, conditionOf(choice))),
    ...(Default ? [to(Default, 'otherwise')] : []),
    ...(Next ? [to(Next)] : []),
    ...Catch.map((catcher) => to(catcher.Next, 'error')),
    ...(End || Type === 'Succeed' || Type === 'Fail' ? [to('[*]')] : []),
  ];
}

/** What a choice tests: a phase by its name, anything else by its operator. */
function conditionOf({ Variable, Next: _, ...comparison }: Record<string, unknown>): string {
  const [[operator = '', value] = []] = Object.entries(comparison);
  return operator === 'StringEquals' ? String(value) : `${String(Variable).replace('$.', '')} ${operator} ${value}`;
}

if (import.meta.main) {
  const definition = JSON.parse(readFileSync('statemachine/dataset-export.asl.json', 'utf8'));
  writeFileSync(README, withDiagram(readFileSync(README, 'utf8'), definition));
}
