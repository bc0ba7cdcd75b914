import type { Deployment } from './deployment.ts';
import type { Finding, Report, State } from './report-schema.ts';

/** The verdict on all findings, as a state and as a sentence. */
export function verdictOn(
  findings: Finding[],
  { stackName, region }: Pick<Deployment, 'stackName' | 'region'>,
): Pick<Report, 'verdict' | 'summary' | 'counts'> {
  const number = (state: State) => findings.filter((finding) => finding.state === state).length;
  const counts = { ok: number('ok'), warn: number('warn'), fail: number('fail'), unknown: number('unknown') };
  const verdict = verdictOf(findings, counts);
  const summary = `${stackName} in ${region} ${VERDICTS[verdict]}: ${counts.ok} ok, ${counts.warn} warn, ${counts.fail} fail, ${counts.unknown} unknown.`;
  return { verdict, summary, counts };
}

const VERDICTS: Record<State, string> = {
  ok: 'can work',
  warn: 'can work, but needs attention',
  fail: 'can not work as it should',
  unknown: 'could not be asked',
};

function verdictOf(findings: Finding[], counts: Report['counts']): State {
  if (counts.fail > 0) return 'fail';
  if (!wasAsked(findings)) return 'unknown';
  return counts.warn > 0 ? 'warn' : 'ok';
}

/** Whether CloudFormation answered about the stack. An emulator need not emulate it. */
function wasAsked(findings: Finding[]): boolean {
  const [stack] = findings.filter(({ check }) => check === 'stack');
  const others = findings.filter(({ check }) => check !== 'stack' && check !== 'credentials');
  const isKnown = stack?.state !== 'unknown' || stack.because === 'not emulated' || stack.subject !== undefined;
  return isKnown && others.some(({ state }) => state !== 'unknown');
}

/** The exit status: 0 nothing fails, 1 something fails, 2 the deployment could not be examined. */
export function exitStatusOf({ verdict }: Pick<Report, 'verdict'>): number {
  return { ok: 0, warn: 0, fail: 1, unknown: 2 }[verdict];
}
