import { MAX_FINDINGS } from '../lambda/limits.ts';
import type { FindingText } from './finding-texts.ts';

/** A place in an export that is wrong (a finding) or not as expected (a warning). It never contains a value of a row. */
export interface Finding {
  /** The key of the object below the folder of the export; missing if no single object is meant. */
  file?: string;
  /** Counted from 1, without the header. */
  row?: number;
  column?: string;
  expected: string;
}

/** A kind of deviation: the first place where it was seen, and how often. */
export interface Warning extends Finding {
  count: number;
}

export interface Findings {
  /** The first ones; `findingsCount` counts all. */
  findings: Finding[];
  findingsCount: number;
  warnings: Warning[];
}

export function addFinding(into: Findings, finding: Finding & { expected: FindingText }): void {
  into.findingsCount += 1;
  if (into.findings.length < MAX_FINDINGS) into.findings.push(finding);
}

/** Counts a deviation with those of the same kind in the same column, whichever file they are in. */
export function addWarning(into: Findings, finding: Finding): void {
  const known = into.warnings.find(
    ({ column, expected }) => column === finding.column && expected === finding.expected,
  );
  if (known) known.count += 1;
  else if (into.warnings.length < MAX_FINDINGS) into.warnings.push({ ...finding, count: 1 });
}
