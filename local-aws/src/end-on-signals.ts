import { constants } from 'node:os';

/** How long stopping may take before the process ends anyway. */
const MAX_STOP_MS = 2_500;

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Ends this process when it gets SIGINT (Ctrl-C), SIGTERM or SIGHUP (its terminal was closed), and when nothing reads its
 * output any more (`| head`). A second signal ends it at once.
 * @param stop is called first; the process waits for it at most 2.5 seconds
 * @param status the exit status; by default that of a program which the signal ended
 */
export function endOnSignals(stop: () => Promise<unknown>, status?: number): void {
  let ending = false;
  const end = async (signal: keyof typeof constants.signals) => {
    ending = true;
    const exit = () => process.exit(status ?? 128 + constants.signals[signal]);
    setTimeout(exit, MAX_STOP_MS);
    await stop().catch(() => {});
    exit();
  };
  for (const signal of SIGNALS) {
    process.on(signal, () => (ending ? process.exit(128 + constants.signals[signal]) : end(signal)));
  }
  process.stdout.on('error', () => {
    if (!ending) end('SIGPIPE');
  });
}
