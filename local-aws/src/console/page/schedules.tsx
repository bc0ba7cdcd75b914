import { send } from './api.ts';
import type { Schedule } from './model.ts';
import { ActionButton, Commands } from './parts.tsx';

/** The schedules of the stack. They do not run by the clock here. */
export function Schedules({ schedules }: { schedules: Schedule[] }) {
  const pathOf = (name: string) => `/_local/schedules/${encodeURIComponent(name)}`;
  return (
    <section aria-label="Schedules">
      <h2>Schedules</h2>
      <ul class="cards">
        {schedules.map(({ name, expression, timeZone, state }) => (
          <li key={name} class="card">
            <h3>{name}</h3>
            <p class="muted">
              <code>{expression}</code> {timeZone}
              {state === 'DISABLED' && ', disabled'}. Here it runs only when you fire it.
            </p>
            <ActionButton label="Fire now" hint={`Fire ${name} now`} run={() => send(pathOf(name))} />
            <Commands commands={[['Fire the schedule', `curl -X POST "$AWS_ENDPOINT_URL${pathOf(name)}"`]]} />
          </li>
        ))}
      </ul>
    </section>
  );
}
