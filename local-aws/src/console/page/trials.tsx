import { send } from './api.ts';
import type { Trial } from './model.ts';
import { ActionButton, Commands } from './parts.tsx';

/** What a newcomer can try: first thing on a page without executions, later out of the way. */
export function Trials({ trials, isFirst }: { trials: Trial[]; isFirst: boolean }) {
  if (trials.length === 0) return null;
  const cards = (
    <ul class="cards">
      {trials.map((trial) => (
        <li key={trial.id} class="card">
          <h2>{trial.title}</h2>
          <p>{trial.description}</p>
          <ActionButton
            label="Run"
            hint={`Run: ${trial.title}`}
            isPrimary
            run={() => send(`/_local/console/trials/${trial.id}`)}
          />
          <Commands commands={[[trial.title, trial.commands]]} />
        </li>
      ))}
    </ul>
  );
  if (isFirst) return <section aria-label="Try it">{cards}</section>;
  return (
    <details class="tools">
      <summary>Try something</summary>
      {cards}
    </details>
  );
}
