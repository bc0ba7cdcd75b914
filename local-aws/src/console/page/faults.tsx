import { useState } from 'preact/hooks';
import { send } from './api.ts';
import { isUsedUp } from './fault.ts';
import { quoted } from './format.ts';
import { useData } from './live.tsx';
import type { FaultList } from './model.ts';
import { ActionButton, Commands, Empty, Problem } from './parts.tsx';

type Fault = FaultList['faults'][number];

const PATH = '/_local/faults';

/** Sets the whole list, as the API does. Hits are counted from 0 again. */
const setFaults = (faults: object[]) => send(PATH, faults, 'PUT');

/** What is left of the faults: those that are not used up, for the times that remain. */
const settingsOf = (faults: Fault[]) =>
  faults
    .filter((fault) => !isUsedUp(fault))
    .map(({ hits, ...settings }) =>
      typeof settings.times === 'number' ? { ...settings, times: settings.times - hits } : settings,
    );

/** What is set to go wrong, and how often it has. */
export function Faults() {
  const { data, error } = useData<FaultList>(['faults'], ['faults']);
  const faults = data?.faults ?? [];
  return (
    <>
      <div class="head">
        <h1>Faults</h1>
        {faults.length > 0 && <ActionButton label="Clear all" run={() => send(PATH, undefined, 'DELETE')} />}
      </div>
      <Problem text={error} />
      {data && faults.length === 0 && (
        <Empty>No fault is set. Set one to rehearse what goes wrong in production.</Empty>
      )}
      <FaultRows faults={faults} />
      {data && <Presets presets={data.presets} faults={faults} />}
      <OwnFault faults={faults} />
      <Commands
        commands={[
          [
            'Set these faults',
            `curl -X PUT "$AWS_ENDPOINT_URL${PATH}" -d ${quoted(JSON.stringify(settingsOf(faults)))}`,
          ],
          ['List the faults with their hits', `curl "$AWS_ENDPOINT_URL${PATH}"`],
          ['Clear the faults', `curl -X DELETE "$AWS_ENDPOINT_URL${PATH}"`],
        ]}
      />
    </>
  );
}

function FaultRows({ faults }: { faults: Fault[] }) {
  return (
    <ol class="faults" aria-label="Faults that are set">
      {faults.map((fault, index) => {
        const { hits, ...settings } = fault;
        const isSpent = isUsedUp(fault);
        const text = JSON.stringify(settings);
        const others = faults.filter((_, other) => other !== index);
        return (
          <li key={text} class={isSpent ? 'spent' : ''}>
            <span class={`badge ${hits > 0 ? 'warned' : ''}`}>
              {hits === 1 ? '1 hit' : `${hits} hits`}
              {isSpent && ', used up'}
            </span>
            <code>{text}</code>
            <ActionButton label="Remove" hint={`Remove the fault ${text}`} run={() => setFaults(settingsOf(others))} />
          </li>
        );
      })}
    </ol>
  );
}

function Presets({ presets, faults }: { presets: FaultList['presets']; faults: Fault[] }) {
  if (presets.length === 0) return null;
  return (
    <section aria-label="Faults to choose from">
      <h2>To choose from</h2>
      <ul class="presets">
        {presets.map(({ title, fault }) => (
          <li key={title}>
            <span>
              {title} <code>{JSON.stringify(fault)}</code>
            </span>
            <ActionButton label="Set" hint={`Set: ${title}`} run={() => setFaults([...settingsOf(faults), fault])} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function OwnFault({ faults }: { faults: Fault[] }) {
  const [text, setText] = useState('{"service": "s3", "operation": "PutObject", "status": 503, "times": 2}');
  const add = async () => {
    let fault: object;
    try {
      fault = JSON.parse(text);
    } catch (error) {
      throw new Error(`The fault is not JSON: ${(error as Error).message}`);
    }
    await setFaults([...settingsOf(faults), fault]);
  };
  return (
    <details class="tools">
      <summary>A fault of your own</summary>
      <div class="form">
        <label>
          Fault
          <textarea
            rows={3}
            spellcheck={false}
            value={text}
            onInput={({ currentTarget }) => setText(currentTarget.value)}
          />
        </label>
        <ActionButton label="Set" hint="Set this fault" isPrimary run={add} />
      </div>
    </details>
  );
}
