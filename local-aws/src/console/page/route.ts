import { useEffect, useState } from 'preact/hooks';

export const PANELS = ['executions', 'notifications', 'exports', 'datasets', 'events', 'faults'] as const;
export type Panel = (typeof PANELS)[number];

export interface Route {
  panel: Panel;
  /** What is opened in the panel. An empty text: nothing is. Undefined: the newest is. */
  open: string | undefined;
}

/** The route in the address's fragment: `#/executions/<arn>`. */
export function useRoute(): Route {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const update = () => setHash(location.hash);
    addEventListener('hashchange', update);
    return () => removeEventListener('hashchange', update);
  }, []);
  const [, name = '', ...rest] = hash.split('/');
  const panel = PANELS.find((one) => one === name) ?? 'executions';
  return { panel, open: rest.length > 0 ? decoded(rest.join('/')) : undefined };
}

export function hrefOf(panel: Panel, open?: string): string {
  return open === undefined ? `#/${panel}` : `#/${panel}/${encodeURIComponent(open)}`;
}

/** Opens something without a new entry in the browser's history. */
export function show(panel: Panel, open: string): void {
  location.replace(hrefOf(panel, open));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}
