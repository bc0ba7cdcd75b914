import fc from 'fast-check';

/** Defects that are known and not mended yet, by what is said of them: runs that meet one are passed over. */
export const KNOWN: RegExp[] = [];

/** Runs `check`; with `FUZZ_KNOWN=fail` what is known fails, too. */
export async function unlessKnown(check: () => Promise<void>): Promise<void> {
  try {
    await check();
  } catch (error) {
    const isKnown = KNOWN.some((defect) => defect.test(String((error as Error).message)));
    fc.pre(!isKnown || process.env.FUZZ_KNOWN === 'fail');
    throw error;
  }
}
