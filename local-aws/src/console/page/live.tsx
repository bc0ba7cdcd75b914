import { type ComponentChildren, createContext } from 'preact';
import { useContext, useEffect, useRef, useState } from 'preact/hooks';
import { read } from './api.ts';
import type { Revisions, Topic } from './model.ts';

export interface Live {
  isConnected: boolean;
  revisions: Partial<Revisions>;
}

const LiveContext = createContext<Live>({ isConnected: false, revisions: {} });

/** Follows the local AWS by server-sent events. A hidden page lets go of its connection: a browser has few per server. */
export function LiveProvider({ children }: { children: ComponentChildren }) {
  const [live, setLive] = useState<Live>({ isConnected: false, revisions: {} });
  useEffect(() => {
    let source: EventSource | undefined;
    const follow = () => {
      source?.close();
      if (document.hidden) return;
      source = new EventSource('/_local/console/changes');
      source.onmessage = ({ data }) => setLive({ isConnected: true, revisions: JSON.parse(data) });
      source.onerror = () => setLive((before) => ({ ...before, isConnected: false }));
    };
    follow();
    document.addEventListener('visibilitychange', follow);
    return () => {
      document.removeEventListener('visibilitychange', follow);
      source?.close();
    };
  }, []);
  return <LiveContext.Provider value={live}>{children}</LiveContext.Provider>;
}

export const useLive = (): Live => useContext(LiveContext);

export interface Loaded<Answer> {
  data?: Answer;
  error?: string;
}

/** Reads from the console's API, and again whenever one of the topics changes; one request at a time.
 * @param path nothing is read while it is undefined */
export function useData<Answer>(path: string[] | undefined, topics: Topic[], query = ''): Loaded<Answer> {
  const { revisions, isConnected } = useLive();
  const url = path && JSON.stringify([path, query]);
  const [loaded, setLoaded] = useState<Loaded<Answer> & { url?: string }>({});
  const loading = useRef<{ url?: string | undefined; isStale: boolean }>({ isStale: false });
  const version = topics.map((topic) => revisions[topic] ?? '').join();
  useEffect(() => {
    if (path === undefined || url === undefined) return;
    if (loading.current.url === url) {
      loading.current.isStale = true;
      return;
    }
    void load(path, url);
  }, [url, version, isConnected]);

  async function load(from: string[], wanted: string): Promise<void> {
    loading.current = { url: wanted, isStale: false };
    const answer: Loaded<Answer> = await read<Answer>(from, query).then(
      (data) => ({ data }),
      (error: Error) => ({ error: error.message }),
    );
    // Another path was asked for meanwhile.
    if (loading.current.url !== wanted) return;
    const { isStale } = loading.current;
    loading.current = { isStale: false };
    // What was read before stays, beside the error.
    setLoaded((before) => ({ ...(before.url === wanted && answer.error ? before : {}), ...answer, url: wanted }));
    if (isStale) await load(from, wanted);
  }
  return loaded.url === url ? loaded : {};
}

/** The time in epoch milliseconds, which goes on while `isActive`. */
export function useNow(isActive: boolean, offset = 0): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    if (!isActive) return;
    const timer = setInterval(() => setNow(Date.now()), 100);
    return () => clearInterval(timer);
  }, [isActive]);
  return now + offset;
}
