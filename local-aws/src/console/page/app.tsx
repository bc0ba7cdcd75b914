import { useEffect } from 'preact/hooks';
import { Datasets } from './datasets.tsx';
import { Events } from './events.tsx';
import { Executions } from './executions.tsx';
import { Exports } from './exports.tsx';
import { isUsedUp } from './fault.ts';
import { Faults } from './faults.tsx';
import { LiveProvider, useData, useLive } from './live.tsx';
import type { FaultList, Overview } from './model.ts';
import { Notifications } from './notifications.tsx';
import { hrefOf, PANELS, type Panel, useRoute } from './route.ts';

export function App() {
  return (
    <LiveProvider>
      <Shell />
    </LiveProvider>
  );
}

const TITLES: Record<Panel, string> = {
  executions: 'Executions',
  notifications: 'Notifications',
  exports: 'Exports',
  datasets: 'Datasets',
  events: 'Events',
  faults: 'Faults',
};

function Shell() {
  const { panel, open } = useRoute();
  const { data: overview } = useData<Overview>(['overview'], []);
  useEffect(() => {
    document.title = `${TITLES[panel]} · ${overview?.title ?? 'Local AWS'}`;
  }, [panel, overview]);
  return (
    <>
      {/* biome-ignore lint/a11y/useValidAnchor: it goes to a place of this page, as a link does */}
      <a class="skip" href="#main" onClick={skipToMain}>
        Skip to the content
      </a>
      <header class="side">
        <div class="brand">
          <img src="/_local/console/icon.svg" alt="" width="28" height="28" />
          <div>
            <strong>Local AWS</strong>
            <span class="muted">{overview?.title}</span>
          </div>
        </div>
        <Navigation panel={panel} />
        <Connection endpoint={overview?.endpoint} />
      </header>
      <main id="main" tabIndex={-1}>
        {overview && <PanelView panel={panel} open={open} overview={overview} />}
      </main>
    </>
  );
}

/** The fragment of the address is the route, so the link moves the focus by itself. */
function skipToMain(event: Event): void {
  event.preventDefault();
  document.getElementById('main')?.focus();
}

function Navigation({ panel }: { panel: Panel }) {
  const { data } = useData<FaultList>(['faults'], ['faults']);
  const set = data?.faults.filter((fault) => !isUsedUp(fault)).length ?? 0;
  return (
    <nav aria-label="Panels">
      <ul>
        {PANELS.map((one) => (
          <li key={one}>
            <a href={hrefOf(one)} aria-current={one === panel ? 'page' : undefined}>
              {TITLES[one]}
              {one === 'faults' && set > 0 && <span class="badge warned">{set} set</span>}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Connection({ endpoint }: { endpoint: string | undefined }) {
  const { isConnected } = useLive();
  return (
    <p class="connection" role="status">
      <span class={`dot ${isConnected ? 'good' : 'bad'}`} />
      <span>{isConnected ? 'Live' : 'Not connected'}</span>
      <code>{endpoint?.replace('http://', '')}</code>
    </p>
  );
}

function PanelView({ panel, open, overview }: { panel: Panel; open: string | undefined; overview: Overview }) {
  switch (panel) {
    case 'executions':
      return <Executions open={open} overview={overview} />;
    case 'notifications':
      return <Notifications open={open} />;
    case 'exports':
      return <Exports open={open} />;
    case 'datasets':
      return <Datasets overview={overview} />;
    case 'events':
      return <Events open={open} />;
    case 'faults':
      return <Faults />;
  }
}
