import type { Row } from '../progress.ts';
import { createScreen } from '../screen.ts';

/** Shows the progress of a restore: a live line on a terminal, elsewhere a line per change. */
export function restoreScreen(stream: NodeJS.WriteStream, group: string, datasetType: string) {
  const row: Row = { label: `${group}/${datasetType}`, state: '', ended: false };
  const title = 'restoring; Ctrl-C stops here, and the same command continues';
  const screen = createScreen(stream, new Date(), () => [row], title);
  let last = '';
  return {
    /** @param what what is being made; @param status how far it is */
    show(what: string, status: string): void {
      const text = `${what} ${status}`;
      if (text === last) return;
      last = text;
      row.state = text;
      screen.changes([{ at: new Date(), label: row.label, text }]);
    },
    line: screen.line,
    close: screen.close,
  };
}
