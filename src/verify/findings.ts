/** Something in an export that is not as it must be (`findings`) or not as it is expected (`warnings`). Rows are counted from
 * 1, without the header. It never holds a value of a row. */
export interface Finding {
  file: string;
  row?: number;
  column?: string;
  expected: string;
}

/** Of more findings than these only the number is kept. */
export const MAX_FINDINGS = 20;

/** A kind of deviation, with the first place where it was seen and how often it was. */
export interface Warning extends Finding {
  count: number;
}

export interface Findings {
  findings: Finding[];
  findingsCount: number;
  warnings: Warning[];
}

export function addFinding(into: Findings, finding: Finding): void {
  into.findingsCount += 1;
  if (into.findings.length < MAX_FINDINGS) into.findings.push(finding);
}

/** Counts a deviation with those of the same kind in the same column. */
export function addWarning(into: Findings, finding: Finding): void {
  const known = into.warnings.find(
    ({ column, expected }) => column === finding.column && expected === finding.expected,
  );
  if (known) known.count += 1;
  else if (into.warnings.length < MAX_FINDINGS) into.warnings.push({ ...finding, count: 1 });
}
